"""The fuel gauge for people who run AI bots and coding agents."""
