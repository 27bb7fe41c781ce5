"""Crossings and the notices about them: what is decided and what is to be said are stored together."""

import asyncio
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from ledger_world import NOON, SetClock, Stored

from token_dashboard.ledger import Crossing, Decision, Ledger, open_ledger
from token_dashboard.model.alert import Alert, AlertKind, AlertState, Cause, CauseKind, Condition, Severity
from token_dashboard.model.digest import Covers, Digest, ModelShare
from token_dashboard.model.money import Money
from token_dashboard.model.notice import Notice, Posting
from token_dashboard.model.period import DAY_MS

KEY = "low_balance:openrouter:default:account:USD"
LOW = Condition(
    key=KEY,
    kind=AlertKind.LOW_BALANCE,
    severity=Severity.WARNING,
    subject="openrouter",
    account="default",
    money=Money(3_210_000_000),
    threshold=Money(10_000_000_000),
    per_day=Money(4),
    empty_ms=NOON + DAY_MS,
)
CROSSING = Crossing(
    number=1,
    condition=LOW,
    since_ms=NOON,
    told=Severity.WARNING,
    loudest=Severity.CRITICAL,
    told_ms=NOON + 1,
    acknowledged_ms=NOON + 2,
    snoozed_ms=NOON + 3,
    snoozed_until_ms=NOON + 4,
)


async def store(ledger: Ledger, *crossings: Crossing, postings: tuple[Posting, ...] = ()) -> None:
    decision = Decision(crossings=crossings, postings=postings)
    await ledger.alerts.decide([one.key for one in crossings], lambda _known, _free: decision, NOON)


async def known(ledger: Ledger, *keys: str) -> tuple[Mapping[str, Crossing], int]:
    seen: list[tuple[Mapping[str, Crossing], int]] = []

    def look(found: Mapping[str, Crossing], free: int) -> Decision:
        seen.append((found, free))
        return Decision()

    await ledger.alerts.decide(keys, look, NOON)
    return seen[0]


async def test_a_crossing_comes_back_exactly(ledger: Ledger) -> None:
    window = Condition(
        key="window_used:claude:a:5h:90",
        kind=AlertKind.WINDOW_USED,
        severity=Severity.CRITICAL,
        subject="claude",
        percent=Decimal("90.10"),
        threshold_percent=Decimal(90),
        window="5h",
        causes=(Cause(kind=CauseKind.CACHE, before=Decimal("95.5"), after=Decimal(5)),),
    )
    other = Crossing(number=2, condition=window, since_ms=NOON)
    await store(ledger, CROSSING, other)
    found, free = await known(ledger)
    assert found == {KEY: CROSSING, window.key: other}
    assert free == 3
    assert str(found[window.key].condition.percent) == "90.10"


async def test_what_is_over_is_known_only_to_who_asks_for_it(ledger: Ledger) -> None:
    over = replace(CROSSING, resolved_ms=NOON + 5)
    await store(ledger, over)
    assert (await known(ledger))[0] == {}
    assert (await known(ledger, KEY, "nothing"))[0] == {KEY: over}


async def test_what_stands_and_what_was_over_within_a_day_is_shown(ledger: Ledger, clock: SetClock) -> None:
    await store(ledger, replace(CROSSING, resolved_ms=NOON))
    clock.time_ms = NOON + DAY_MS
    assert await ledger.alerts.standing() == (
        Alert(
            condition=LOW,
            state=AlertState.RESOLVED,
            since_ms=NOON,
            resolved_ms=NOON,
            number=1,
            acknowledged_ms=NOON + 2,
            snoozed_until_ms=NOON + 4,
        ),
    )
    clock.time_ms = NOON + DAY_MS + 1
    assert await ledger.alerts.standing() == ()
    assert len(await ledger.alerts.history(5)) == 1
    await ledger.alerts.prune(NOON + 1)
    assert await ledger.alerts.history(5) == ()


async def test_when_the_decision_fails_nothing_is_stored_and_nothing_said(ledger: Ledger) -> None:
    def decide(_known: Mapping[str, Crossing], _free: int) -> Decision:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await ledger.alerts.decide((), decide, NOON)
    notice = Posting(channel="c", topic="t", notice=Notice(alerts=(CROSSING.alert(),)))
    with pytest.raises(AttributeError):
        await store(ledger, CROSSING, postings=(notice, replace(notice, notice=None)))
    assert (await known(ledger))[0] == {}
    assert (await ledger.outbox.queue("c")).waiting == 0


async def test_of_many_who_count_up_each_sees_what_the_others_did(stored: Stored, clock: SetClock) -> None:
    def count(found: Mapping[str, Crossing], free: int) -> Decision:
        one = found.get(KEY) or Crossing(number=free, condition=LOW, since_ms=0)
        return Decision(crossings=(replace(one, since_ms=one.since_ms + 1),))

    async with open_ledger(stored.place, clock) as one, open_ledger(stored.place, clock) as other:
        await asyncio.gather(*(each.alerts.decide((), count, NOON) for each in (one, other) * 10))
        assert (await known(one))[0][KEY].since_ms == 20


async def test_a_digest_comes_back_exactly(ledger: Ledger) -> None:
    digest = Digest(
        covers=Covers.WEEK,
        as_of_ms=NOON,
        time_zone="UTC",
        start_ms=0,
        end_ms=1,
        cost=None,
        tokens=3,
        requests=1,
        previous_cost=Money(1),
        daily_nanos=(0, 10**20),
        models=(ModelShare(model=None, cost=Money(2), tokens=3),),
        unpriced_tokens=3,
        month=None,
        month_expected=None,
        balances=(),
        alerts=(CROSSING.alert(),),
    )
    posting = Posting(channel="c", topic="digest", notice=Notice(digest=digest))
    assert await ledger.outbox.post_once("digest.x", None, "1", [posting], NOON)
    assert not await ledger.outbox.post_once("digest.x", None, "2", [posting], NOON)
    parcel = await ledger.outbox.claim("c", NOON, only_urgent=False, is_repeatable=False)
    assert parcel is not None
    assert parcel.notice.digest == digest
    assert (await ledger.outbox.queue("c")).waiting == 1
    await ledger.outbox.arrived(parcel)
    assert (await ledger.outbox.queue("c")).waiting == 0


async def test_messages_of_the_version_before_are_brought_and_what_was_under_way_is_not(
    path: Path, clock: SetClock
) -> None:
    older = (Path(__file__).parent / "versions" / "0004.sql").read_text()
    path.parent.mkdir(parents=True)
    connection = sqlite3.connect(path)
    connection.executescript(older)
    connection.execute(
        'insert or replace into note values (\'openclaw.outbox\', \'[{"text": "first", "tries": 2,'
        ' "failedMs": 5, "isUnderWay": true}, {"text": "second", "tries": 0, "failedMs": null,'
        ' "isUnderWay": false}]\')'
    )
    connection.commit()
    connection.close()
    async with open_ledger(path, clock) as ledger:
        assert await ledger.notes.get("openclaw.outbox") is None
        clock.time_ms = NOON * 2
        parcel = await ledger.outbox.claim("owner", clock.now_ms(), only_urgent=False, is_repeatable=False)
        assert parcel is not None
        assert (parcel.notice, parcel.tries) == (Notice(text="second"), 0)
        (uncertain,) = await ledger.outbox.undelivered()
        assert uncertain.fate == "uncertain"
