"""The chat-gateway plugin: what it registers, and our own small gateway that can host it."""
