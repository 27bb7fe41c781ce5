"""What OpenClaw's configuration says about people, channels and models, as far as the bridge hands it on.

Read leniently: what has another shape than expected is not there.
"""

from collections.abc import Mapping

from token_dashboard.gateway.host import Json
from token_dashboard.model.record import record


@record
class Channel:
    """One chat channel, such as Telegram."""

    is_enabled: bool = True
    allow_from: tuple[tuple[str | None, str], ...] = ()
    """Who may write to the bot there, as the channel names people, each behind the bot's account there."""


@record
class Facts:
    """The configuration at one moment."""

    owners: tuple[str, ...] = ()
    """``commands.ownerAllowFrom``: ``telegram:424242``."""
    channels: Mapping[str, Channel]
    """Those that are configured, in the order of the configuration."""
    base_urls: Mapping[str, str]
    """Where the models of a provider are asked, by OpenClaw's id of the provider."""
    web_chat_session: str | None = None
    """The session of the web chat of the default agent."""


def read_facts(given: object) -> Facts:
    """The facts in a JSON value."""
    facts = _mapping(given)
    session = facts.get("webChatSession")
    models = {name: _mapping(one).get("baseUrl") for name, one in _mapping(facts.get("models")).items()}
    return Facts(
        owners=_texts(facts.get("owners")),
        channels={name: _channel(one) for name, one in _mapping(facts.get("channels")).items()},
        base_urls={name: url for name, url in models.items() if isinstance(url, str)},
        web_chat_session=session if isinstance(session, str) and session else None,
    )


def _channel(given: object) -> Channel:
    channel = _mapping(given)
    accounts: list[tuple[str | None, object]] = [(None, channel), *_mapping(channel.get("accounts")).items()]
    return Channel(
        is_enabled=channel.get("enabled") is not False,
        allow_from=tuple(
            (account, person)
            for account, one in accounts
            if _mapping(one).get("enabled") is not False
            for person in _texts(_mapping(one).get("allowFrom"))
        ),
    )


def _mapping(given: object) -> Json:
    return given if isinstance(given, dict) else {}


def _texts(given: object) -> tuple[str, ...]:
    """Names are texts; people write numbers for them too."""
    named = given if isinstance(given, list) else []
    return tuple(str(one).strip() for one in named if isinstance(one, str | int) and str(one).strip())
