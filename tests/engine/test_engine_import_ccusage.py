"""What ccusage made of logs comes in once, priced by us, and never beside the logs that it was made of."""

from datetime import date
from pathlib import Path

import foreign_histories as foreign
import pytest
from foreign_histories import BERLIN, at, brought, events, read_from_a_log

from token_dashboard.engine.imports.importing import Importer
from token_dashboard.ledger import Ledger
from token_dashboard.ledger.upkeep import Selection, Upkeep
from token_dashboard.model.errors import AgentLogError
from token_dashboard.model.imported import Overlap
from token_dashboard.model.scan import Reject


async def test_a_day_of_a_model_is_one_sum_with_cached_input_inside(
    ledger: Ledger, importer: Importer, tmp_path: Path
) -> None:
    models = (foreign.of_model("claude-opus-4-5"), foreign.of_model("claude-haiku-4-5", sent=7, read=0))
    file = foreign.ccusage(tmp_path / "a.json", {"daily": [foreign.day("2026-11-20", *models)]})
    done = await brought(importer, foreign.answer_claims(file, BERLIN))
    haiku, opus = await events(ledger)
    assert (opus.input_tokens, opus.cache_read_input_tokens, opus.output_tokens) == (630, 500, 50)
    assert (opus.agent, opus.source, opus.requests) == ("claude-code", "import", None)
    assert opus.time_ms == at("2026-11-20T12:00+01:00")
    assert haiku.input_tokens == 37
    assert (done.found, done.new, done.tokens) == (2, 2, 680 + 87)
    assert done.their_cost_nanos == 500_000_000
    # 100 in at $5, 500 read at $0.50, 30 written at $6.25, 50 out at $25; haiku at a fifth of that
    assert done.list_cost_nanos == 2_187_500 + (7 * 1000 + 30 * 1250 + 50 * 5000)


async def test_bringing_it_again_adds_nothing_and_a_day_that_grew_grows(
    ledger: Ledger, importer: Importer, tmp_path: Path
) -> None:
    file = foreign.ccusage(tmp_path / "a.json", {"daily": [foreign.day("2026-11-20")]})
    await brought(importer, foreign.answer_claims(file, BERLIN))
    again = await brought(importer, foreign.answer_claims(file, BERLIN))
    assert (again.new, again.known, again.overlaps) == (0, 1, ())
    more = foreign.of_model("claude-opus-4-5-20251101", output=90)
    foreign.ccusage(file, {"daily": [foreign.day("2026-11-20", more)]})
    await brought(importer, foreign.answer_claims(file, BERLIN))
    (event,) = await events(ledger)
    assert event.output_tokens == 90


async def test_days_whose_logs_were_read_are_left_out_and_named(
    ledger: Ledger, importer: Importer, tmp_path: Path
) -> None:
    await read_from_a_log(ledger, "2026-11-20T23:30+01:00")
    await read_from_a_log(ledger, "2026-11-21T08:00+01:00", agent="codex")
    days = [foreign.day("2026-11-20"), foreign.day("2026-11-21")]
    file = foreign.ccusage(tmp_path / "a.json", {"daily": days})
    done = await brought(importer, foreign.answer_claims(file, BERLIN))
    assert done.overlaps == (Overlap("claude-code", date(2026, 11, 20), 680),)
    assert (done.found, done.new, done.left_out, done.known) == (2, 1, 1, 0)


async def test_a_day_is_known_also_when_its_detail_was_deleted(
    ledger: Ledger, importer: Importer, tmp_path: Path
) -> None:
    await read_from_a_log(ledger, "2026-11-20T10:00+01:00")
    await ledger.usage.prune(at("2026-11-21T00:00+01:00"))
    file = foreign.ccusage(tmp_path / "a.json", {"daily": [foreign.day("2026-11-20")]})
    assert (await brought(importer, foreign.answer_claims(file, BERLIN))).new == 0


async def test_overlapping_days_are_taken_when_told(
    ledger: Ledger, importer: Importer, tmp_path: Path
) -> None:
    await read_from_a_log(ledger, "2026-11-20T10:00+01:00")
    file = foreign.ccusage(tmp_path / "a.json", {"daily": [foreign.day("2026-11-20")]})
    done = await brought(importer, foreign.answer_claims(file, BERLIN), takes_overlaps=True)
    assert (done.new, done.overlaps) == (1, ())


@pytest.mark.parametrize(("read", "taken_back"), [(339, 0), (340, 1)])
async def test_done_again_it_gives_way_to_logs_that_tell_half_as_much_of_a_day_or_more(
    ledger: Ledger, importer: Importer, tmp_path: Path, read: int, taken_back: int
) -> None:
    days = [foreign.day("2026-11-20"), foreign.day("2026-11-19")]
    file = foreign.ccusage(tmp_path / "a.json", {"daily": days})
    await brought(importer, foreign.answer_claims(file, BERLIN))
    await read_from_a_log(ledger, "2026-11-20T10:00+01:00", tokens=read)
    for withdrawn in (taken_back, 0):
        done = await brought(importer, foreign.answer_claims(file, BERLIN))
        assert (done.new, done.left_out, done.withdrawn) == (0, 1, withdrawn)
        totals = await ledger.usage.totals(None)
        assert totals.input_tokens + totals.output_tokens == read + 680 * (2 - taken_back)
        assert len(await events(ledger)) == totals.requests == 3 - taken_back
    counts = await ledger.proof.count()
    assert {one.records - one.merged for one in counts.intake.values()} == {3 - taken_back}
    assert (counts.pruned, counts.above, counts.below, counts.hours, counts.days) == (0, *[None] * 4)


async def test_sums_whose_detail_was_deleted_give_way_too(
    ledger: Ledger, importer: Importer, tmp_path: Path
) -> None:
    file = foreign.ccusage(tmp_path / "a.json", {"daily": [foreign.day("2026-11-20")]})
    await brought(importer, foreign.answer_claims(file, BERLIN))
    await ledger.usage.prune(at("2026-11-21T00:00+01:00"))
    await read_from_a_log(ledger, "2026-11-20T10:00+01:00", tokens=680)
    done = await brought(importer, foreign.answer_claims(file, BERLIN))
    assert (done.left_out, done.withdrawn) == (1, 1)
    assert (await ledger.usage.totals(None)).input_tokens == 680


async def test_sessions_after_days_count_nothing_twice(
    ledger: Ledger, importer: Importer, tmp_path: Path
) -> None:
    days = foreign.ccusage(tmp_path / "days.json", {"daily": [foreign.day("2026-11-20")]})
    await brought(importer, foreign.answer_claims(days, BERLIN))
    rows = [foreign.session("s1", "2026-11-20T21:00:00Z"), foreign.session("s2", "2026-11-19T21:00:00Z")]
    sessions = foreign.ccusage(tmp_path / "sessions.json", {"session": rows})
    done = await brought(importer, foreign.answer_claims(sessions, BERLIN))
    assert (done.new, [one.day for one in done.overlaps]) == (1, [date(2026, 11, 20)])


async def test_an_import_that_was_purged_can_be_done_anew_though_retention_had_deleted_its_detail(
    ledger: Ledger, importer: Importer, tmp_path: Path
) -> None:
    file = foreign.ccusage(tmp_path / "a.json", {"daily": [foreign.day("2026-11-20")]})
    await read_from_a_log(ledger, "2026-11-22T10:00+01:00")
    for _ in range(2):
        assert (await brought(importer, foreign.answer_claims(file, BERLIN))).new == 1
        await ledger.usage.prune(at("2026-11-21T00:00+01:00"))
        assert (await brought(importer, foreign.answer_claims(file, BERLIN))).new == 0
        await Upkeep.of(ledger).purge(Selection(before_ms=at("2026-11-22T00:00+01:00")))
        counts = await ledger.proof.count()
        assert counts.pruned == sum(one.pruned for one in counts.intake.values()) == 0


async def test_a_session_that_a_log_told_of_is_left_out_whenever_it_ended(
    ledger: Ledger, importer: Importer, tmp_path: Path
) -> None:
    uuid = "11111111-1111-4111-8111-111111111111"
    await read_from_a_log(ledger, "2026-11-18T10:00Z", agent="codex", session=uuid)
    name = f"2026/11/18/rollout-2026-11-18T10-00-00-{uuid}"
    row = foreign.session(name, "2026-11-20T10:00:00Z", agent="codex")
    file = foreign.ccusage(tmp_path / "a.json", {"session": [row]})
    assert (await brought(importer, foreign.answer_claims(file, BERLIN))).new == 0


@pytest.mark.parametrize(
    ("models", "thoughts_of"),
    [(("gemini-2.5-pro",), "gemini-2.5-pro"), (("gemini-2.5-pro", "gemini-2.5-flash"), None)],
)
async def test_thoughts_that_only_the_total_has_are_output_of_the_only_model_or_of_none(
    ledger: Ledger, importer: Importer, tmp_path: Path, models: tuple[str, ...], thoughts_of: str | None
) -> None:
    row = foreign.day("2026-11-20", *(foreign.of_model(model) for model in models), agent="gemini")
    row["totalTokens"] += 369
    file = foreign.ccusage(tmp_path / "a.json", {"daily": [row]})
    done = await brought(importer, foreign.answer_claims(file, BERLIN))
    assert done.tokens == 680 * len(models) + 369
    found = {one.model: one for one in await events(ledger)}
    expected: dict[str | None, int] = dict.fromkeys(models, 0)
    assert {model: one.reasoning_output_tokens for model, one in found.items()} == expected | {
        thoughts_of: 369
    }
    assert sum(one.output_tokens for one in found.values()) == 50 * len(models) + 369


async def test_the_agent_that_stands_before_a_models_name_is_no_part_of_it(
    ledger: Ledger, importer: Importer, tmp_path: Path
) -> None:
    row = foreign.day("2026-11-20", foreign.of_model("[openclaw] claude-opus-4-5"), agent="openclaw")
    file = foreign.ccusage(tmp_path / "a.json", {"daily": [row]})
    done = await brought(importer, foreign.answer_claims(file, BERLIN))
    assert [one.model for one in await events(ledger)] == ["claude-opus-4-5"]
    assert done.unpriced_models == ()


async def test_a_report_of_one_agent_may_tell_it_before_the_models_alone(
    ledger: Ledger, importer: Importer, tmp_path: Path
) -> None:
    row = foreign.day("2026-11-20", foreign.of_model("[openclaw] claude-opus-4-5"))
    del row["agent"], row["metadata"]
    file = foreign.ccusage(tmp_path / "a.json", {"daily": [row]})
    await brought(importer, foreign.answer_claims(file, BERLIN))
    assert [(one.agent, one.model) for one in await events(ledger)] == [("openclaw", "claude-opus-4-5")]


async def test_agents_of_one_day_come_apart(ledger: Ledger, importer: Importer, tmp_path: Path) -> None:
    row = foreign.day("2026-11-20") | {
        "agents": [
            {"agent": "claude", "modelBreakdowns": [foreign.of_model("claude-opus-4-5")]},
            {"agent": "codex", "modelBreakdowns": [foreign.of_model("gpt-5.2")]},
        ]
    }
    file = foreign.ccusage(tmp_path / "a.json", {"daily": [row]})
    await brought(importer, foreign.answer_claims(file, BERLIN))
    assert [(one.agent, one.model) for one in await events(ledger)] == [
        ("claude-code", "claude-opus-4-5"),
        ("codex", "gpt-5.2"),
    ]


async def test_the_shape_of_codex_alone_is_read(ledger: Ledger, importer: Importer, tmp_path: Path) -> None:
    counts = {"inputTokens": 600, "cacheReadTokens": 400, "outputTokens": 70, "reasoningOutputTokens": 30}
    row = {"date": "2026-11-20", "costUSD": 0.0021, "models": {"gpt-5.2": counts | {"totalTokens": 1070}}}
    file = foreign.ccusage(tmp_path / "a.json", {"daily": [row]})
    done = await brought(importer, foreign.answer_claims(file, BERLIN))
    (event,) = await events(ledger)
    assert (event.agent, event.input_tokens, event.reasoning_output_tokens) == ("codex", 1000, 30)
    assert done.their_cost_nanos == 2_100_000


async def test_a_thread_of_codex_that_was_archived_counts_once(
    ledger: Ledger, importer: Importer, tmp_path: Path
) -> None:
    thread = "rollout-2026-11-20T10-00-00-0198c2f4-0000-7000-8000-000000000001"
    rows = [
        {
            "sessionId": f"{folder}/{thread}",
            "lastActivity": "2026-11-20T10:00:00.000Z",
            "models": {"gpt-5.2": {"inputTokens": 100, "outputTokens": 10, "cachedInputTokens": 0}},
        }
        for folder in ("2026/11/20", "archived_sessions")
    ]
    file = foreign.ccusage(tmp_path / "a.json", {"sessions": rows})
    await brought(importer, foreign.answer_claims(file, BERLIN))
    totals = await ledger.usage.totals(None)
    assert (totals.input_tokens, totals.output_tokens) == (100, 10)


async def test_input_that_a_total_shows_to_hold_its_cache_is_taken_so(
    ledger: Ledger, importer: Importer, tmp_path: Path
) -> None:
    counts = {"inputTokens": 1000, "cacheReadTokens": 400, "outputTokens": 70, "totalTokens": 1070}
    file = foreign.ccusage(
        tmp_path / "a.json", {"daily": [{"date": "2026-11-20", "models": {"gpt-5.2": counts}}]}
    )
    await brought(importer, foreign.answer_claims(file, BERLIN))
    (event,) = await events(ledger)
    assert (event.input_tokens, event.cache_read_input_tokens) == (1000, 400)


async def test_rows_that_cannot_be_told_apart_are_named_and_the_others_taken(
    importer: Importer, tmp_path: Path
) -> None:
    several = foreign.day("2026-11-20") | {"metadata": {"agents": ["claude", "codex"]}}
    broken = foreign.day("2026-11-21", foreign.of_model("claude-opus-4-5", sent=-1))
    undated = foreign.day("yesterday")
    odd = foreign.day("2026-11-22") | {"modelBreakdowns": [{"modelName": "x", "inputTokens": "9"}]}
    timeless = {key: value for key, value in foreign.day("2026-11-22").items() if key != "period"}
    rows = [several, broken, undated, odd, timeless, "text", None, 5, [], foreign.day("2026-11-23")]
    file = foreign.ccusage(tmp_path / "a.json", {"daily": rows})
    done = await brought(importer, foreign.answer_claims(file, BERLIN))
    assert (done.new, done.rejected) == (1, 9)
    named = [one.reason.partition(": ")[0] for one in done.rejects]
    assert named == [
        "2026-11-20",
        "2026-11-21",
        "yesterday",
        "2026-11-22",
        *(f"#{row}" for row in range(5, 10)),
    ]
    assert "--by-agent" in done.rejects[0].reason
    assert done.rejects[2] == Reject(path=str(file), line=0, reason="yesterday: date is no day")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is no JSON"),
        ("[]", "no answer of ccusage"),
        ('{"totals": {}}', "no answer of ccusage"),
        ('{"daily": "x"}', "no answer of ccusage"),
        ('{"daily": [{"agents": 5}]}', "no answer of ccusage"),
        ('{"projects": ["a"]}', "no answer of ccusage"),
        ('{"projects": {"a": 5}}', "no answer of ccusage"),
        ('{"monthly": []}', "a report of months; bring days or sessions"),
    ],
)
def test_what_is_no_such_answer_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(AgentLogError, match=reason):
        list(foreign.answer_claims(tmp_path / "a.json", BERLIN))


async def test_a_sum_too_large_for_one_event_is_several_and_grows_as_one(
    ledger: Ledger, importer: Importer, tmp_path: Path
) -> None:
    for read in (900_000_000, 2_300_000_000, 2_300_000_001):
        model = foreign.of_model("claude-opus-4-5", read=read)
        file = foreign.ccusage(tmp_path / "a.json", {"daily": [foreign.day("2026-11-20", model)]})
        await brought(importer, foreign.answer_claims(file, BERLIN))
        totals = await ledger.usage.totals(None)
        assert (totals.input_tokens, totals.cache_read_input_tokens) == (read + 130, read)
        assert totals.list_cost_nanos == 100 * 5_000 + 30 * 6_250 + 50 * 25_000 + read * 500
    assert max(one.input_tokens for one in await events(ledger)) <= 1_000_000_000
