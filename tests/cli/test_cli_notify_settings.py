"""What the settings say of messages is checked before anything starts."""

from pathlib import Path
from typing import Any

import pytest

from token_dashboard.cli.compose import load
from token_dashboard.model.errors import ConfigError

HOOK = {"webhook": "https://example.org/x", "secret": "s"}
MAIL = {"url": "mailto://me:canary@example.org"}


def refusal(home: Path, notify: dict[str, Any]) -> str:
    with pytest.raises(ConfigError) as refused:
        load(None, {"HOME": str(home)}, {"notify": notify})
    return str(refused.value).removeprefix("the host's configuration: ")


def test_what_is_complete_is_taken(tmp_path: Path) -> None:
    channels = {"ops": HOOK, "mail": {**MAIL, "severities": ["critical"], "kinds": ["low_balance"]}}
    digests = {
        "daily": {},
        "weekly": {"schedule": "0 9 * * 1", "covers": "week", "channels": ["mail", "owner"]},
    }
    given = {"quietHours": "22:00-07:00", "coolDownMinutes": 0, "channels": channels, "digests": digests}
    notify = load(None, {"HOME": str(tmp_path)}, {"notify": given}).settings.notify
    assert list(notify.channels) == ["ops", "mail"]
    assert "canary" not in repr(notify)


@pytest.mark.parametrize(
    ("notify", "said"),
    [
        (
            {"channels": {"owner": MAIL}},
            "$.notify.channels.owner has the name of a gateway's own channel; choose another.",
        ),
        ({"channels": {"x": {}}}, "$.notify.channels.x needs one of url and webhook."),
        ({"channels": {"x": {**HOOK, **MAIL}}}, "$.notify.channels.x needs one of url and webhook."),
        (
            {"channels": {"x": {"webhook": "https://example.org"}}},
            "$.notify.channels.x.secret is missing; a webhook's requests are signed with it.",
        ),
        (
            {"channels": {"x": {**HOOK, "secret": "whsec_?"}}},
            "$.notify.channels.x.secret begins with whsec_, and what follows is no base64.",
        ),
        (
            {"channels": {"x": {**HOOK, "webhook": "ftp://canary"}}},
            "$.notify.channels.x.webhook is no web address; it begins with https:// or http://.",
        ),
        (
            {"channels": {"x": {"url": "canary"}}},
            "$.notify.channels.x.url is no address of apprise's; it begins like slack:// or mailto://.",
        ),
        (
            {"digests": {"d": {"schedule": "every day"}}},
            '$.notify.digests.d.schedule is "every day", which is no schedule (a cron expression',
        ),
        (
            {"channels": {"mail": MAIL, "ops": HOOK}, "digests": {"d": {"channels": ["mial"]}}},
            '$.notify.digests.d.channels[0] is "mial", and no channel of that name shows words; did you',
        ),
        (
            {"digests": {"d": {"channels": ["ops"]}}, "channels": {"ops": HOOK}},
            '$.notify.digests.d.channels[0] is "ops", and no channel of that name shows words; ',
        ),
        ({"channels": {"x": {"url": 5}}}, "$.notify.channels.x.url is 5; a text that isn't empty is needed"),
        (
            {"quietHours": "22-7"},
            '$.notify.quietHours is "22-7"; a stretch of the day such as 22:00-07:00 is needed',
        ),
    ],
)
def test_what_cannot_be_done_is_refused_with_what_to_do(
    tmp_path: Path, notify: dict[str, Any], said: str
) -> None:
    told = refusal(tmp_path, notify)
    assert told.startswith(said)
    assert "canary" not in told
