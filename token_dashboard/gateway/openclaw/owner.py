"""Who the owner is and which chat reaches them, by the rules of OpenClaw's own owner route.

Its rules are not for plugins to call, so they stand here again, on the side of caution: a chat that isn't
certain to be with one person is passed over.
"""

import re
from collections.abc import Iterator, Sequence

from token_dashboard.gateway.host import Origin
from token_dashboard.gateway.openclaw.facts import Facts

WEB_CHAT = "webchat"
_SHARED = re.compile(
    r"(^|:)(channel|chat_guid|chat_id|chat_identifier|conversation|group|room|spaces?|thread|topic)[:/]"
    r"|^[-#!]|^spaces/|@(g\.us|newsletter|broadcast)$|@thread\.",
    re.IGNORECASE,
)
_PERSON_NEEDS_PREFIX = frozenset({"discord", "mattermost", "msteams", "slack"})
"""Where a bare id means a channel, and a person is ``user:<id>``."""
_PREFIXES = {"telegram": ("telegram:", "tg:")}


def is_owner(sender: str | None, channel: str | None, facts: Facts) -> bool:
    """Whether OpenClaw's configuration lists the sender as an owner. A wildcard makes nobody one."""
    if not sender or not channel:
        return False
    wanted = _bare(sender, channel)
    return any(
        _is_concrete(entry) and _bare(entry, channel) == wanted
        for entry in facts.owners
        if _channel_of(entry, facts) in {None, channel}
    )


def owner_route(facts: Facts) -> Origin | None:
    """The owner's chat: the first owner with a direct chat on a channel that is in use, else whom one allows.

    A bot without any channel lives in the web chat, and its owner reads there.
    """
    channels = [name for name, channel in facts.channels.items() if channel.is_enabled and name != WEB_CHAT]
    for entry, channel in _owners(facts, channels):
        if to := _direct(entry, channel):
            return Origin(channel=channel, to=to)
    for channel in channels:
        concrete = (one for one in facts.channels[channel].allow_from if _is_concrete(one[1]))
        account, person = next(concrete, (None, ""))
        if to := _direct(person, channel):
            return Origin(channel=channel, to=to, account=account)
    if not channels and facts.web_chat_session:
        return Origin(channel=WEB_CHAT, session=facts.web_chat_session)
    return None


def chat_address(channel: str, sender: str | None, to: str | None) -> str | None:
    """Where to write into the chat that a message came from, of what OpenClaw says of its two ends.

    The end ``to`` may be the bot's own name, or that of a menu of commands: in a chat with one person the
    other end counts.
    """
    if channel == WEB_CHAT:
        return None
    if sender and (person := _direct(sender, channel)):
        return person
    if sender and sender.endswith("@g.us"):
        return sender
    return None if to is None or to.startswith("slash:") else to


def _owners(facts: Facts, channels: Sequence[str]) -> Iterator[tuple[str, str]]:
    for entry in facts.owners:
        channel = _channel_of(entry, facts)
        if channel is None and len(channels) == 1:
            channel = channels[0]  # with several, an entry that names none could be a stranger's on another
        if channel is not None and channel in channels:
            yield entry, channel


def _channel_of(entry: str, facts: Facts) -> str | None:
    prefix, separator, _ = entry.partition(":")
    if prefix.lower() == "tg":
        return "telegram"
    known = {*facts.channels, WEB_CHAT, *_PERSON_NEEDS_PREFIX, *_PREFIXES}
    return prefix.lower() if separator and (prefix.lower() in known or _looks_foreign(prefix)) else None


def _looks_foreign(prefix: str) -> bool:
    """A word before a colon that is no kind of address: the name of a channel that isn't configured."""
    return prefix.isalpha() and prefix.lower() not in {"user", "uuid", "username", "u"}


def _bare(entry: str, channel: str) -> str:
    """A person as the channel names them, without the channel's own name."""
    text = entry.strip().casefold()
    for prefix in (*_PREFIXES.get(channel, ()), f"{channel}:", "user:"):
        text = text.removeprefix(prefix)
    return text


def _is_concrete(entry: str) -> bool:
    return bool(entry) and entry != "*" and not entry.endswith(":*")


def _direct(entry: str, channel: str) -> str | None:
    """Where to write to one person; ``None`` for what is, or may be, a chat of several."""
    to = entry.strip()
    for prefix in (*_PREFIXES.get(channel, ()), f"{channel}:"):
        if to.lower().startswith(prefix):
            to = to[len(prefix) :]
    if not _is_concrete(to) or _SHARED.search(to):
        return None
    if channel == "telegram":
        return to if to.isdecimal() else None  # a name could be a channel's
    if channel in _PERSON_NEEDS_PREFIX and not to.lower().startswith("user:"):
        return f"user:{to}"
    return to
