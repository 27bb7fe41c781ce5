"""Databases of other programs come in once, priced by us, never beside the logs that they were made of."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import foreign_histories as foreign
import pytest
from foreign_histories import BERLIN, at, brought, events, read_from_a_log

from token_dashboard.engine.imports import clawmeter, tokenledger, tokenmeter
from token_dashboard.engine.imports.importing import Importer
from token_dashboard.ledger import Ledger
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.errors import AgentLogError


class TestTokenmeter:
    async def test_a_row_that_was_logged_by_hand_is_a_request(
        self, ledger: Ledger, importer: Importer, tmp_path: Path
    ) -> None:
        file = foreign.tokenmeter(tmp_path / "usage.db", [{"app": "cursor"}])
        done = await brought(importer, tokenmeter.claims(str(file), BERLIN))
        (event,) = await events(ledger)
        assert (event.model, event.agent, event.attribution.app) == ("gpt-4o", None, "cursor")
        assert event.time_ms == at("2026-10-02T08:30:00+02:00")
        # 1000 in at $2.50, 200 out at $10
        assert (done.their_cost_nanos, done.list_cost_nanos) == (4_500_000, 4_500_000)
        assert event.recorded_cost_nanos is None

    async def test_an_older_database_and_the_same_one_later_are_one_history(
        self, ledger: Ledger, importer: Importer, tmp_path: Path
    ) -> None:
        rows = [{"source": "import", "app": "clawdbot", "model": "claude-opus-4"}]
        old = foreign.tokenmeter(tmp_path / "old.db", rows, is_later=False)
        await brought(importer, tokenmeter.claims(str(old), BERLIN))
        cached = {"cache_read_tokens": 4000, "cache_write_tokens": 100}
        new = foreign.tokenmeter(tmp_path / "new.db", [rows[0] | cached])
        assert (await brought(importer, tokenmeter.claims(str(new), BERLIN))).new == 0
        (event,) = await events(ledger)
        assert (event.agent, event.input_tokens, event.cache_read_input_tokens) == ("openclaw", 5100, 4000)

    async def test_what_it_made_of_logs_is_left_out_where_logs_were_read(
        self, ledger: Ledger, importer: Importer, tmp_path: Path
    ) -> None:
        await read_from_a_log(ledger, "2026-10-02T20:00+02:00", agent="openclaw")
        rows = [
            {"source": "import", "app": "openclaw"},
            {"source": "import", "app": "something"},
            {"source": "import", "app": "claude-code"},
            {"source": "manual", "app": "openclaw"},
        ]
        file = foreign.tokenmeter(tmp_path / "usage.db", rows)
        done = await brought(importer, tokenmeter.claims(str(file), BERLIN))
        assert (done.found, done.new, done.left_out) == (4, 2, 2)

    async def test_what_it_calls_clawdbot_may_be_of_either_agents_logs(
        self, ledger: Ledger, importer: Importer, tmp_path: Path
    ) -> None:
        await read_from_a_log(ledger, "2026-10-02T20:00+02:00", agent="claude-code")
        file = foreign.tokenmeter(tmp_path / "usage.db", [{"source": "import", "app": "clawdbot"}])
        assert (await brought(importer, tokenmeter.claims(str(file), BERLIN))).left_out == 1

    async def test_a_database_may_have_one_of_the_later_columns(
        self, ledger: Ledger, importer: Importer, tmp_path: Path
    ) -> None:
        file = foreign.tokenmeter(tmp_path / "usage.db", [{"cache_read_tokens": 4000}])
        with closing(sqlite3.connect(file)) as database:
            database.execute("alter table usage drop column cache_write_tokens")
        await brought(importer, tokenmeter.claims(str(file), BERLIN))
        (event,) = await events(ledger)
        assert (event.input_tokens, event.cache_read_input_tokens) == (5000, 4000)

    @pytest.mark.parametrize("cost", ["dear", -3.5, 1e300, float("inf")])
    async def test_a_cost_that_is_no_amount_takes_no_tokens_away(
        self, importer: Importer, tmp_path: Path, cost: object
    ) -> None:
        file = foreign.tokenmeter(tmp_path / "usage.db", [{"cost": cost}, {}])
        done = await brought(importer, tokenmeter.claims(str(file), BERLIN))
        assert (done.new, done.rejected, done.tokens) == (2, 0, 2400)
        assert done.list_cost_nanos == 9_000_000

    async def test_rows_that_make_no_sense_are_named_by_their_number(
        self, importer: Importer, tmp_path: Path
    ) -> None:
        rows = [
            {"input_tokens": -5},
            {"timestamp": "banana"},
            {"output_tokens": "many"},
            {"timestamp": "0001-01-01T00:00:00"},
            {"timestamp": "9999-12-31T23:59:59+00:00"},
            {},
        ]
        file = foreign.tokenmeter(tmp_path / "usage.db", rows)
        done = await brought(importer, tokenmeter.claims(str(file), BERLIN))
        assert (done.new, [one.line for one in done.rejects]) == (1, [1, 2, 3, 4, 5])

    async def test_another_database_is_refused(self, tmp_path: Path) -> None:
        file = foreign.clawmeter(tmp_path / "history.db", [])
        with pytest.raises(AgentLogError, match="no database of tokenmeter"):
            list(tokenmeter.claims(str(file), BERLIN))


@pytest.mark.parametrize("kind", ["tokenmeter", "clawmeter"])
def test_a_database_that_its_program_holds_is_to_be_tried_again(tmp_path: Path, kind: str) -> None:
    file = (
        foreign.tokenmeter(tmp_path / "db", [{}])
        if kind == "tokenmeter"
        else foreign.clawmeter(tmp_path / "db", [])
    )
    with closing(sqlite3.connect(file, isolation_level=None)) as program:
        program.execute("begin exclusive")
        with pytest.raises(AgentLogError, match="busy with it; close that program, or try again"):
            list(tokenmeter.claims(str(file), BERLIN)) if kind == "tokenmeter" else clawmeter.history(
                str(file)
            )


class TestTokenLedger:
    async def test_a_call_is_a_request_with_its_owner(
        self, ledger: Ledger, importer: Importer, tmp_path: Path
    ) -> None:
        owner = {"user_id": "ada", "team": "core", "feature": "search", "project": "site", "app_name": "web"}
        file = foreign.tokenledger(tmp_path / "a.csv", foreign.call(1, session_id="s", **owner))
        done = await brought(importer, tokenledger.claims(str(file)))
        (event,) = await events(ledger)
        assert event.attribution == Attribution(
            app="web", project="site", user="ada", feature="search", team="core", session="s"
        )
        assert (event.time_ms, event.input_tokens) == (at("2026-11-20T10:00:00.500Z"), 1000)
        assert event.cache_read_input_tokens == 400
        assert done.their_cost_nanos == 3_500_000

    async def test_anthropics_cached_input_stands_beside_the_other(
        self, ledger: Ledger, importer: Importer, tmp_path: Path
    ) -> None:
        row = foreign.call(1, provider="anthropic", model="claude-sonnet-4-5", cost_usd="-0.00750000")
        file = foreign.tokenledger(tmp_path / "a.csv", row)
        done = await brought(importer, tokenledger.claims(str(file)))
        (event,) = await events(ledger)
        assert (event.input_tokens, event.cache_read_input_tokens) == (1400, 400)
        # 1000 in at $3, 400 read at $0.30, 200 out at $15: never below zero
        assert event.list_cost_nanos == 3_000_000 + 120_000 + 3_000_000
        assert done.their_cost_nanos == -7_500_000

    async def test_bringing_it_again_adds_nothing(
        self, ledger: Ledger, importer: Importer, tmp_path: Path
    ) -> None:
        file = foreign.tokenledger(tmp_path / "a.csv", *(foreign.call(n) for n in range(10)))
        assert (await brought(importer, tokenledger.claims(str(file)))).new == 10
        assert (await brought(importer, tokenledger.claims(str(file)))).new == 0
        assert (await ledger.usage.totals(None)).requests == 10

    async def test_calls_without_tokens_or_sense_are_named(self, importer: Importer, tmp_path: Path) -> None:
        file = foreign.tokenledger(
            tmp_path / "a.csv",
            foreign.call(1, input_tokens="0", output_tokens="0"),
            foreign.call(2, input_tokens="lots"),
            foreign.call(3, timestamp="2026-11-20 10:00:00"),
            foreign.call(4, output_tokens="-1"),
            foreign.call(5, timestamp="infinity"),
            foreign.call(6, timestamp="0044-01-01 00:00:00+00 BC"),
            foreign.call(7, timestamp="2150-01-01 00:00:00+00"),
            foreign.call(8, event_id=""),
            foreign.call(9, cost_usd="NaN"),
        )
        done = await brought(importer, tokenledger.claims(str(file)))
        assert (done.new, [one.line for one in done.rejects]) == (1, [*range(2, 10)])
        assert done.rejects[0].reason == "TokenLedger noted no tokens for this call"

    def test_another_csv_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "a.csv").write_text("a,b\n1,2\n")
        with pytest.raises(AgentLogError, match="the column event_id is missing"):
            list(tokenledger.claims(str(tmp_path / "a.csv")))


class TestClawmeter:
    def test_claudes_windows_are_taken_in_order_and_the_rest_is_named(self, tmp_path: Path) -> None:
        samples = [
            ("claude", "2026-11-20T11:00:00+00:00", "Session (5h)", 42.0),
            ("claude", "2026-11-20T10:00:00+00:00", "Weekly Opus (7d)", 1.5),
            ("claude", "later", "Session (5h)", 1.0),
            ("claude", "0001-01-01T00:00:00+14:00", "Session (5h)", 1.0),
            ("claude", "2026-11-20T11:00:00+00:00", "Session (5h)", None),
            ("openai", "2026-11-20T11:00:00+00:00", "Spend (MTD)", 0.0),
        ]
        found = clawmeter.history(str(foreign.clawmeter(tmp_path / "h.db", samples, models=3)))
        assert [(one.name, one.time_ms, str(one.used_percent)) for one in found.samples] == [
            ("7d-opus", int(datetime(2026, 11, 20, 10, tzinfo=UTC).timestamp() * 1000), "1.5"),
            ("5h", int(datetime(2026, 11, 20, 11, tzinfo=UTC).timestamp() * 1000), "42.0"),
        ]
        assert [one.line for one in found.rejects] == [3, 4, 5]
        assert [(what, rows) for what, rows, _ in found.passed_over] == [
            ("openai: Spend (MTD)", 1),
            ("openai: usage by model", 3),
        ]

    def test_another_database_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(AgentLogError, match="no history of clawmeter"):
            clawmeter.history(str(foreign.tokenmeter(tmp_path / "usage.db", [])))


async def test_a_model_without_a_price_is_named_and_costs_an_unknown_sum(
    ledger: Ledger, importer: Importer, tmp_path: Path
) -> None:
    file = foreign.tokenmeter(tmp_path / "usage.db", [{"provider": "nobody", "model": "mystery"}])
    done = await brought(importer, tokenmeter.claims(str(file), BERLIN))
    assert (done.list_cost_nanos, done.unpriced_models) == (None, ("mystery",))
    assert (await ledger.usage.totals(None)).unpriced_tokens == 1200
