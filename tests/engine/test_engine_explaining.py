"""Figures opened down to the bytes they were read from, and made anew from them."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from engine_wiring import Engine, Wiring

from token_dashboard.engine.explaining import explain
from token_dashboard.engine.figure import Figure
from token_dashboard.engine.sources import Sources
from token_dashboard.engine.verification import verify
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.explanation import Explanation, Trace, Verification
from token_dashboard.model.report import Dimension
from token_dashboard.model.usage import UsageEvent, event_key
from token_dashboard.pricing.book import PriceBook
from token_dashboard.pricing.pricer import Pricer

NOON = 1_795_176_000_000
"""2026-11-20 12:00 UTC."""
EVERYTHING = Figure()
UTC = ZoneInfo("UTC")


def reply(number: int, output: int, session: str = "s1", model: str = "claude-opus-4-5-20251101") -> str:
    usage = {"input_tokens": 100, "output_tokens": output, "cache_read_input_tokens": 5_000}
    return (
        json.dumps(
            {
                "type": "assistant",
                "requestId": f"req_{number}",
                "sessionId": session,
                "cwd": f"/home/ada/{session}",
                "timestamp": f"2026-11-20T12:{number:02}:00.000Z",
                "message": {"id": f"msg_{number}", "model": model, "usage": usage},
            }
        )
        + "\n"
    )


def log(folder: Path, *lines: str, name: str = "s1.jsonl") -> Path:
    path = folder / ".claude" / "projects" / "p" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(lines))
    return path


def sources(engine: Engine) -> Sources:
    return Sources(engine.ledger, [one.agent for one in engine.scanner.agents])


async def explained(engine: Engine, figure: Figure = EVERYTHING, limit: int | None = None) -> Explanation:
    return await explain(engine.ledger, sources(engine), PriceBook.load(), figure, UTC, limit)


async def verified(engine: Engine, figure: Figure = EVERYTHING) -> Verification:
    adds_up = (await explained(engine, figure)).adds_up
    pricer = Pricer(PriceBook.load())
    return await verify(engine.ledger, sources(engine), pricer, figure, adds_up=adds_up)


class TestOpening:
    async def test_events_add_up_to_the_figure_and_stand_at_their_bytes(
        self, wiring: Wiring, tmp_path: Path
    ) -> None:
        path = log(tmp_path, reply(1, 1), reply(1, 7), reply(2, 9))
        async with wiring.running() as engine:
            await engine.scanner.scan()
            found = await explained(engine)
            assert found.adds_up
            assert found.total == found.detail == await engine.ledger.usage.totals(None)
            assert sum(one.event.list_cost_nanos or 0 for one in found.events) == found.total.list_cost_nanos
            first, second = found.events
            assert first.place is not None
            assert (first.place.line, [one.line for one in first.repeats]) == (2, [1])
            told = path.read_bytes()[first.place.start : first.place.end]
            assert json.loads(told)["message"]["usage"]["output_tokens"] == 7
            assert first.trace is second.trace is Trace.FOUND

    async def test_each_event_has_the_price_that_it_was_priced_with(
        self, wiring: Wiring, tmp_path: Path
    ) -> None:
        log(tmp_path, reply(1, 7), reply(2, 7, model="nobody-knows-it"))
        async with wiring.running() as engine:
            await engine.scanner.scan()
            priced, unpriced = (one.price for one in (await explained(engine)).events)
            assert unpriced is None
            assert priced is not None
            assert (priced.row, priced.origin, priced.is_same) == (
                "anthropic/claude-opus-4-5",
                "built-in",
                True,
            )
            assert (priced.input.amount, priced.output.amount) == ("5.00", "25.00")
            assert (priced.service_tier, priced.web_search) == (None, None)

    async def test_what_a_price_hangs_on_is_told_with_it(self, wiring: Wiring, tmp_path: Path) -> None:
        batch = json.loads(reply(1, 10))
        batch["message"]["usage"] |= {"service_tier": "batch", "server_tool_use": {"web_search_requests": 2}}
        log(tmp_path, json.dumps(batch) + "\n")
        async with wiring.running() as engine:
            await engine.scanner.scan()
            [one] = (await explained(engine)).events
            price = one.price
            assert price is not None
            assert price.web_search is not None
            assert (price.service_tier, price.input.amount, price.web_search.amount) == (
                "batch",
                "2.50",
                "0.01",
            )
            by_hand = (100 * 2_500 + 5_000 * 250 + 10 * 12_500) + 2 * 10_000_000
            assert one.event.list_cost_nanos == by_hand
            mine = PriceBook.load(
                {"claude-opus-4-5-20251101": {"inputPerMillion": "1", "outputPerMillion": "2"}}
            )
            found = await explain(engine.ledger, sources(engine), mine, EVERYTHING, UTC, None)
            assert found.events[0].price is not None
            assert (found.events[0].price.origin, found.events[0].price.is_same) == ("override", False)

    async def test_only_the_newest_are_shown_and_all_are_summed(self, wiring: Wiring, tmp_path: Path) -> None:
        log(tmp_path, *(reply(number, 7) for number in range(9)))
        async with wiring.running() as engine:
            await engine.scanner.scan()
            found = await explained(engine, limit=2)
            minutes = [one.event.time_ms // 60_000 % 60 for one in found.events]
            assert (minutes, found.detail.requests) == ([7, 8], 9)

    async def test_what_became_of_its_source_is_told(self, wiring: Wiring, tmp_path: Path) -> None:
        log(tmp_path, reply(1, 7))
        kept = log(tmp_path, reply(2, 7, "s2"), reply(3, 7, "s2"), name="s2.jsonl")
        async with wiring.running() as engine:
            await engine.scanner.scan()
            told = UsageEvent(event_key("x", "1"), NOON, "manual", None, None, None, 5)
            await engine.ledger.usage.record([told])
            log(tmp_path).unlink()
            kept.write_text(reply(3, 7, "s2"))
            found = [one.trace for one in (await explained(engine)).events]
            assert found == [Trace.TOLD, Trace.GONE, Trace.MISSING, Trace.FOUND]

    async def test_what_retention_deleted_is_told_apart(self, wiring: Wiring, tmp_path: Path) -> None:
        log(tmp_path, reply(1, 7), reply(2, 8))
        async with wiring.running() as engine:
            await engine.scanner.scan()
            await engine.ledger.usage.prune(NOON + 90_000)
            found = await explained(engine)
            assert (found.adds_up, found.pruned_requests, len(found.events)) == (True, 1, 1)


class TestVerifying:
    async def test_a_figure_is_what_its_sources_say(self, wiring: Wiring, tmp_path: Path) -> None:
        log(tmp_path, reply(1, 1), reply(1, 7), reply(2, 9))
        async with wiring.running() as engine:
            await engine.scanner.scan()
            found = await verified(engine)
            assert (found.events, found.equal, found.is_equal) == (2, 2, True)

    @pytest.mark.parametrize(
        ("old", "new", "field"),
        [
            (b'"output_tokens": 77', b'"output_tokens": 87', "output_tokens"),
            (b'"output_tokens": 77', b'"output_tokens": 17', "output_tokens"),
            (b': 100, "output_tokens": 77', b': 900, "output_tokens": 77', "input_tokens"),
            (b"msg_40", b"msg_90", "record"),
            (b'": 77,', b'": 7x,', "record"),
            (b"12:40:00.000Z", b"12:40:01.000Z", "time_ms"),
            (b"/home/ada/s4", b"/home/ada/s5", "project"),
        ],
    )
    async def test_one_byte_that_was_changed_is_named(
        self, wiring: Wiring, tmp_path: Path, old: bytes, new: bytes, field: str
    ) -> None:
        path = log(tmp_path, reply(1, 7), reply(40, 77, "s4"), reply(2, 9))
        text = path.read_bytes()
        lines = text.splitlines(keepends=True)
        start, end = len(lines[0]), len(lines[0]) + len(lines[1])
        async with wiring.running() as engine:
            await engine.scanner.scan()
            assert text.count(old) == 1
            path.write_bytes(text.replace(old, new))
            found = await verified(engine)
            assert (found.differing, found.equal) == (1, 2)
            assert found.first is not None
            assert found.first.place is not None
            place = found.first.place
            assert (found.first.field, place.path, place.start, place.end) == (field, str(path), start, end)

    async def test_a_broken_line_is_named_rather_than_the_shorter_one_before_it(
        self, wiring: Wiring, tmp_path: Path
    ) -> None:
        path = log(tmp_path, reply(1, 1), reply(1, 77))
        async with wiring.running() as engine:
            await engine.scanner.scan()
            path.write_text(path.read_text().replace(": 77", ": 7x"))
            first = (await verified(engine)).first
            assert first is not None
            assert first.place is not None
            assert (first.field, first.place.line) == ("output_tokens", 2)

    async def test_a_source_that_is_gone_is_no_difference(self, wiring: Wiring, tmp_path: Path) -> None:
        path = log(tmp_path, reply(1, 7))
        async with wiring.running() as engine:
            await engine.scanner.scan()
            path.unlink()
            found = await verified(engine)
            assert (found.gone, found.equal, found.is_equal) == (1, 0, True)

    async def test_a_copy_in_another_session_counts_for_its_request(
        self, wiring: Wiring, tmp_path: Path
    ) -> None:
        log(tmp_path, reply(1, 7))
        log(tmp_path, reply(1, 8, "s2"), reply(2, 7, "s2"), name="s2.jsonl")
        async with wiring.running() as engine:
            await engine.scanner.scan()
            only = Figure(only=((Dimension.SESSION, "s1"),))
            found = await verified(engine, only)
            assert (found.events, found.equal) == (1, 1)

    async def test_what_is_not_yet_read_is_no_difference(self, wiring: Wiring, tmp_path: Path) -> None:
        path = log(tmp_path, reply(1, 7))
        async with wiring.running() as engine:
            await engine.scanner.scan()
            path.write_text(path.read_text() + reply(2, 7))
            assert (await verified(engine)).is_equal

    @pytest.mark.parametrize("model", ["nobody-knows-it", "claude-opus-4-5-20251101"])
    async def test_prices_that_have_changed_since_are_no_difference(
        self, wiring: Wiring, tmp_path: Path, model: str
    ) -> None:
        log(tmp_path, reply(1, 7, model=model))
        async with wiring.running() as engine:
            await engine.scanner.scan()
            mine = PriceBook.load({model: {"inputPerMillion": "1", "outputPerMillion": "2"}})
            found = await verify(engine.ledger, sources(engine), Pricer(mine), EVERYTHING, adds_up=True)
            assert (found.repriced, found.is_equal) == (1, True)

    async def test_a_stored_cost_that_was_changed_is_named(self, wiring: Wiring, tmp_path: Path) -> None:
        log(tmp_path, reply(1, 7), reply(2, 9))
        async with wiring.running() as engine:
            await engine.scanner.scan()
            with closing(sqlite3.connect(tmp_path / "ledger.db")) as database:
                database.execute(
                    "update event set list_cost_nanos = list_cost_nanos + 1 where output_tokens = 9"
                )
                database.commit()
            found = await verified(engine)
            assert (found.differing, found.repriced, found.equal) == (1, 0, 1)
            assert found.first is not None
            assert found.first.place is not None
            assert (found.first.field, found.first.place.line) == ("list_cost_nanos", 2)

    async def test_an_event_without_a_file_is_told_apart(self, wiring: Wiring) -> None:
        async with wiring.running() as engine:
            told = UsageEvent(event_key("x", "1"), NOON, "manual", None, None, None, 5)
            await engine.ledger.usage.record([told])
            found = await verified(engine)
            assert (found.told, found.equal, found.is_equal) == (1, 0, True)

    async def test_a_ledger_without_notes_of_files_searches_all(self, wiring: Wiring, tmp_path: Path) -> None:
        log(tmp_path, reply(1, 7), name="other-name.jsonl")
        async with wiring.running() as engine:
            await engine.scanner.scan()
            with closing(sqlite3.connect(tmp_path / "ledger.db")) as database:
                database.execute("delete from origin")
                database.commit()
            assert (await verified(engine)).equal == 1

    async def test_a_history_that_was_brought_in_without_its_logs_is_no_difference(
        self, wiring: Wiring, tmp_path: Path
    ) -> None:
        log(tmp_path, reply(1, 7))
        async with wiring.running() as engine:
            await engine.scanner.scan()
            brought = UsageEvent(event_key("claude-code", "msg_9"), NOON, "log", "claude-code", None, None, 5)
            elsewhere = Attribution(machine="laptop")
            await engine.ledger.usage.record([brought, brought._replace(key=9 << 15, attribution=elsewhere)])
            found = await verified(engine)
            assert (found.equal, found.gone, found.told, found.is_equal) == (1, 1, 1, True)
