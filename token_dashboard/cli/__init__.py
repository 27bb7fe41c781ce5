"""The command line: the front door, and the only place where the rooms are put together."""
