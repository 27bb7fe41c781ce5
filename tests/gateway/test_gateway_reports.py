"""``token-dashboard.report`` and ``.sessions``: what ``tokens report`` can be asked, over the wire."""

from datetime import UTC, date, datetime, timedelta

import pytest
from jsonschema import Draft202012Validator
from raw_client import Dial, Frame, Wire
from running_bot import Bot, chatting

from token_dashboard.contract import read_contract

TODAY = datetime.now(UTC).date()
REPORT = Draft202012Validator(
    read_contract("schemas/report.schema.json"), format_checker=Draft202012Validator.FORMAT_CHECKER
)


async def _asked(wire: Wire, method: str, **params: object) -> Frame:
    answer = await wire.call(f"token-dashboard.{method}", params)
    assert answer["ok"] is True, answer
    REPORT.validate(answer["payload"])
    return dict(answer["payload"])


@pytest.mark.parametrize(
    ("params", "since", "until"),
    [
        ({}, None, None),
        ({"period": "today"}, TODAY, TODAY),
        ({"period": "month"}, TODAY.replace(day=1), TODAY),
        ({"last": "2w"}, TODAY - timedelta(days=13), TODAY),
        ({"days": 7}, TODAY - timedelta(days=6), TODAY),
        ({"year": TODAY.year}, date(TODAY.year, 1, 1), date(TODAY.year, 12, 31)),
        ({"since": TODAY.isoformat()}, TODAY, None),
    ],
)
async def test_a_report_is_about_the_time_that_it_is_asked_about(
    bot: Bot, dial: Dial, params: Frame, since: date | None, until: date | None
) -> None:
    bot.use_claude()
    async with chatting(await bot.start(timeZone="UTC"), dial) as wire:
        report = await _asked(wire, "report", **params)
    assert (report["since"], report["until"]) == tuple(
        None if day is None else day.isoformat() for day in (since, until)
    )
    assert [row["agent"] for row in report["rows"]] == ["claude-code"]


async def test_every_dimension_can_be_grouped_by_and_kept_to(bot: Bot, dial: Dial) -> None:
    bot.use_claude(cwd="/home/ada/shop", gitBranch="main")
    by = ["project", "branch", "hour", "week", "trigger"]
    async with chatting(await bot.start(timeZone="UTC"), dial) as wire:
        report = await _asked(
            wire, "report", by=by, project=["*shop", "nowhere"], branch="ma*", breakdown=True
        )
        nothing = await _asked(wire, "report", model="gpt-*")
    [row] = report["rows"]
    assert (row["project"], row["branch"], row["trigger"]) == ("/home/ada/shop", "main", None)
    assert row["hour"].endswith(":00:00.000Z")
    assert [part["model"] for part in row["parts"]] == ["claude-opus-4-5"]
    assert report["unmatched"] == {"project": ["nowhere"]}
    assert (nothing["rows"], nothing["unmatched"]) == ([], {"model": ["gpt-*"]})


async def test_sessions_tell_when_where_and_with_what(bot: Bot, dial: Dial) -> None:
    bot.use_claude(cwd="/home/ada/shop")
    async with chatting(await bot.start(), dial) as wire:
        sessions = await _asked(wire, "sessions", period="all", limit=5)
    [row] = sessions["rows"]
    assert row["session"] == "s"
    assert row["activity"]["projects"] == ["/home/ada/shop"]
    assert row["activity"]["models"] == ["claude-opus-4-5"]
    assert row["activity"]["firstAt"] == row["activity"]["lastAt"]


async def test_costs_come_in_another_currency_too(bot: Bot, dial: Dial) -> None:
    bot.use_claude()
    async with chatting(await bot.start(display={"rates": {"EUR": "0.5"}}), dial) as wire:
        report = await _asked(wire, "report", currency="EUR")
        dollars = await _asked(wire, "report")
        refused = await wire.call("token-dashboard.report", {"currency": "CHF"})
    assert report["currency"] == report["shownCost"]["currency"] == "EUR"
    listed = float(report["total"]["listCost"]["amount"])
    assert float(report["shownCost"]["amount"]) == pytest.approx(listed / 2)
    assert (dollars["currency"], dollars["shownCost"]) == (None, None)
    assert refused["error"]["code"] == "INVALID_REQUEST"
    assert refused["error"]["message"].startswith("params.currency: ")
    assert "$.display.rates has no CHF" in refused["error"]["message"]


async def test_seven_days_of_history_are_the_report_of_the_last_seven_days(bot: Bot, dial: Dial) -> None:
    bot.use_claude()
    async with chatting(await bot.start(timeZone="UTC"), dial) as wire:
        history = await _asked(wire, "history", days=7)
        assert await _asked(wire, "report", by=["day"], last="7d") == history


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"by": ["banana"]}, "params.by 'banana' is not known; known: agent, provider, model"),
        ({"period": "fortnight"}, "params.period 'fortnight' is not known; known: today, day, week"),
        ({"last": "3y"}, "params.last: '3y' is no length of time; write 36h, 7d or 4w"),
        ({"year": 99999}, "params.year: 99999 is no year of ours; 1970 to 2199 are known"),
        ({"period": "week", "days": 3}, "params.period stands for the whole period: give nothing beside it"),
        ({"last": "3d", "since": "2026-11-01"}, "params.last stands for the whole period"),
        ({"since": "2026-11-02", "until": "2026-11-01"}, "params.since is after params.until"),
        ({"sort": "beauty"}, "params.sort 'beauty' is not known; known: cost, tokens"),
        ({"sort": "time"}, "nothing has a time here; group by hour, day"),
        ({"limit": 0}, "params.limit must be 1 or more"),
        ({"limit": 10**23}, "params.limit must be a whole number"),
        ({"startOfWeek": "noday"}, "params.startOfWeek 'noday' is not known"),
        ({"agent": [1]}, "params.agent must be a list of strings"),
        ({"hour": "x"}, "params.hour is not known; known: "),
    ],
)
async def test_what_is_wrong_is_named_with_what_is_allowed(
    bot: Bot, dial: Dial, params: Frame, message: str
) -> None:
    async with chatting(await bot.start(), dial) as wire:
        answer = await wire.call("token-dashboard.report", params)
    assert answer["error"]["code"] == "INVALID_REQUEST"
    assert answer["error"]["message"].startswith(message)
