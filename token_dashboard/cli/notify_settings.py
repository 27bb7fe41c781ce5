"""Checks what the settings say of messages, as far as a schema can't."""

from collections.abc import Iterator
from importlib.util import find_spec
from urllib.parse import urlsplit

from token_dashboard.config.finding import Loaded
from token_dashboard.config.nearness import hint
from token_dashboard.config.references import Step
from token_dashboard.config.settings import ChannelSettings, NotifySettings

_TAKEN = ("owner", "programs")
"""What a gateway's own channels are called."""


def check_notify(loaded: Loaded) -> None:
    """Can messages be sent as the settings say?

    Raises:
        ConfigError: names the setting, and what it may be.
    """
    for below, reason in _complaints(loaded.settings.notify):
        raise loaded.refusal(("notify", *below), reason)


def _complaints(notify: NotifySettings) -> Iterator[tuple[tuple[Step, ...], str]]:
    if (notify.channel is None) != (notify.to is None):
        missing, given = ("to", "channel") if notify.to is None else ("channel", "to")
        yield (missing,), f"is missing; $.notify.{given} alone names no chat."
    for name, channel in notify.channels.items():
        for below, reason in _of_channel(name, channel):
            yield ("channels", name, *below), reason
    known = ["owner", *(name for name, one in notify.channels.items() if one.webhook is None)]
    for name, digest in notify.digests.items():
        if reason := _no_schedule(digest.schedule):
            yield ("digests", name, "schedule"), reason
        for place, channel_name in enumerate(digest.channels or ()):
            if channel_name not in known:
                reason = f'is "{channel_name}", and no channel of that name shows words; '
                yield ("digests", name, "channels", place), reason + hint(channel_name, known)


def _of_channel(name: str, channel: ChannelSettings) -> Iterator[tuple[tuple[Step, ...], str]]:
    if name in _TAKEN:
        yield (), "has the name of a gateway's own channel; choose another."
    elif (channel.url is None) == (channel.webhook is None):
        yield (), "needs one of url and webhook."
    elif channel.webhook is not None:
        if urlsplit(channel.webhook.reveal()).scheme not in {"http", "https"}:
            yield ("webhook",), "is no web address; it begins with https:// or http://."
        if channel.secret is None:
            yield ("secret",), "is missing; a webhook's requests are signed with it."
        elif not _is_sound(channel):
            yield ("secret",), "begins with whsec_, and what follows is no base64."
    elif channel.url is not None and "://" not in channel.url.reveal():
        yield ("url",), "is no address of apprise's; it begins like slack:// or mailto://."
    elif find_spec("apprise") is None:
        yield ("url",), 'needs apprise: pip install "token-dashboard[notify]".'


def _is_sound(channel: ChannelSettings) -> bool:
    from token_dashboard.notify.webhook import signing_key

    try:
        return channel.secret is None or bool(signing_key(channel.secret))
    except ValueError:
        return False


def _no_schedule(schedule: str) -> str:
    from zoneinfo import ZoneInfo

    from token_dashboard.engine.digests import latest_time

    try:
        latest_time(schedule, 0, ZoneInfo("UTC"))
    except ValueError as error:
        return f'is "{schedule}", which is no schedule ({error}); "0 9 * * 1" is Mondays at nine.'
    return ""
