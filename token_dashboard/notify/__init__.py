"""Ways out beside a chat gateway, each a ``Notifier`` of the engine: apprise's services, and webhooks."""
