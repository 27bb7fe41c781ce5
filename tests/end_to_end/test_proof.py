"""What proves a figure: ``audit``, ``explain``, ``reconcile``, ``invisible``, as a person types them."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from machine import Machine, Replies
from vendor_server import VendorServer

from token_dashboard.contract import read_contract

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = datetime(2026, 11, 20, 12, tzinfo=UTC)
OPUS = "claude-opus-4-5-20251101"


def _strict(schema: Any) -> Any:
    """The schema with every object closed: an answer with an undescribed member fails it."""
    if isinstance(schema, list):
        return [_strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _strict(value) for name, value in schema.items()}
    if "properties" in schema and schema.get("type") == "object":
        closed.setdefault("additionalProperties", False)
    return closed


def keeps(answer: dict[str, Any], name: str) -> bool:
    Draft202012Validator(_strict(read_contract(f"schemas/{name}.schema.json"))).validate(answer)
    return True


def unfolded(text: str) -> str:
    """The text as it was before it was fitted to the terminal, blanks aside."""
    return text.replace("\n  ", "")


class TestAudit:
    async def test_it_balances_and_lists_what_was_rejected(self, machine: Machine, replies: Replies) -> None:
        log = replies.write("first", DAY, 3)
        with log.open("a") as file:
            file.write('{"type":"assistant","message":{"usage":{"input_tokens":"x"}}}\n')
        await machine.run("scan")
        ran = await machine.run("audit")
        assert ran.code == 0
        assert f"{log}:10:" in unfolded(ran.out)
        assert "It balances" in ran.out
        told = (await machine.run("audit", "--json")).json
        assert keeps(told, "audit")
        [agent] = told["agents"]
        assert (agent["seen"], agent["held"], agent["rejected"], told["balanced"]) == (4, 3, 1, True)

    async def test_a_machine_without_anything_balances(self, machine: Machine) -> None:
        ran = await machine.run("audit")
        assert (ran.code, ran.out) == (0, "Nothing was seen yet. tokens scan reads the logs.\n")


class TestExplain:
    async def test_the_sum_of_the_events_is_the_reports_figure(
        self, machine: Machine, replies: Replies
    ) -> None:
        log = replies.write("first", DAY, 4)
        text = log.read_bytes()
        replies.write("second", DAY + timedelta(days=1), 2)
        ran = await machine.run("explain", "claude-opus-4-5 2026-11-20 cost", "--json")
        report = (await machine.run("report", "--by", "model,day", "--json")).json
        [row] = [one for one in report["rows"] if one["day"] == "2026-11-20"]
        assert keeps(ran.json, "explanation")
        assert (ran.code, ran.json["addsUp"]) == (0, True)
        assert ran.json["total"]["listCost"] == row["listCost"]
        costs = [Decimal(one["event"]["listCost"]["amount"]) for one in ran.json["events"]]
        assert (len(costs), sum(costs)) == (4, Decimal(row["listCost"]["amount"]))
        for one in ran.json["events"]:
            place = one["place"]
            assert place["path"] == str(log)
            told = text[place["start"] : place["end"]]
            assert json.loads(told)["message"]["usage"]["output_tokens"] == one["event"]["outputTokens"]
            assert (len(one["repeats"]), one["price"]["same"]) == (2, True)

    async def test_a_figure_of_any_dimension_and_stretch_of_days_is_opened(
        self, machine: Machine, replies: Replies
    ) -> None:
        for day in range(3):
            replies.write(f"s{day}", DAY + timedelta(days=day), 1 + day)
        other = ["log", "--model", OPUS, "--input", "5", "--output", "5", "--time", "2026-11-21T12:00"]
        await machine.run(*other, "--team", "core", "--user", "ann")
        for words, requests in (
            (("--branch", "main", "--since", "2026-11-21"), 5),
            (("--branch", "main", "--until", "2026-11-21"), 3),
            (("--team", "core", "--since", "2026-11-21", "--until", "2026-11-21"), 1),
            (("ann", "2026-11-21T12"), 1),
        ):
            told = (await machine.run("explain", *words, "--json")).json
            assert (told["total"]["requests"], told["addsUp"]) == (requests, True), words

    async def test_a_page_for_people_names_files_prices_and_the_sum(
        self, machine: Machine, replies: Replies
    ) -> None:
        log = replies.write("first", DAY, 3)
        ran = await machine.run("explain", OPUS, "--limit", "1")
        assert ran.code == 0
        assert f"#1{log}" in unfolded(ran.out).replace("#1 ", "#1")
        assert "and 2 earlier requests" in ran.out
        assert "anthropic/claude-opus-4-5" in ran.out
        assert "It equals the figure, to the last digit." in ran.out

    async def test_one_edited_byte_is_found_and_named(self, machine: Machine, replies: Replies) -> None:
        log = replies.write("first", DAY, 60)
        await machine.run("scan")
        assert (await machine.run("explain", "2026-11-20", "--verify")).code == 0
        text = log.read_bytes()
        assert text.count(b'"output_tokens": 230') == 1
        log.write_bytes(text.replace(b'"output_tokens": 230', b'"output_tokens": 930'))
        ran = await machine.run("explain", "2026-11-20", "--verify", "--limit", "0")
        assert ran.code == 1
        lines = log.read_bytes().split(b"\n")
        [number] = [place for place, line in enumerate(lines, 1) if b'"output_tokens": 930' in line]
        start = sum(len(line) + 1 for line in lines[: number - 1])
        assert f"{log}:{number}[{start}:" in unfolded(ran.out).replace(" [", "[")
        assert "output_tokens is 930" in ran.out.replace("\n  ", " ")

    async def test_a_source_that_is_gone_is_told_and_is_no_difference(
        self, machine: Machine, replies: Replies
    ) -> None:
        log = replies.write("first", DAY, 2)
        await machine.run("scan")
        log.unlink()
        ran = await machine.run("explain", "2026-11", "--verify", "--json")
        assert keeps(ran.json, "explanation")
        assert (ran.code, ran.json["verification"]["gone"]) == (0, 2)

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ((), "Which figure?"),
            (("nonsense",), "knows no 'nonsense'"),
            (("claude",), "--agent claude-code, --model claude-opus-4-5-20251101"),
            (("--day", "2026-11-20", "--month", "2026-11"), "can't both be given"),
            (("--day", "2026-11-20", "--since", "2026-11-20"), "can't stand beside"),
            (("--since", "2026-11-20", "--until", "2026-11-19"), "--since is after --until"),
            (("today", "--time-zone", "Mars/Base"), "unknown time zone"),
        ],
    )
    async def test_what_is_unclear_is_wrong_usage(
        self, machine: Machine, replies: Replies, words: tuple[str, ...], said: str
    ) -> None:
        replies.write("first", DAY, 1)
        ran = await machine.run("explain", *words)
        assert ran.code == 64
        assert said in ran.err


class TestReconcile:
    async def test_the_bill_stands_beside_the_ledger(self, machine: Machine, replies: Replies) -> None:
        replies.write("first", NOW - timedelta(days=2), 1)
        async with VendorServer.playing("anthropic", cases=bill()) as vendor:
            machine.use(vendor)
            ran = await machine.run("reconcile", "--provider", "anthropic")
            told = await machine.run("reconcile", "--provider", "anthropic", "--json")
        assert (ran.code, told.code) == (1, 1)
        assert keeps(told.json, "reconciliation")
        assert "$12.50" in ran.out
        yesterday = str((NOW - timedelta(days=1)).date())
        [missing] = [one for one in told.json["parts"] if one["kind"] == "missing_day"]
        assert (missing["day"], missing["money"]["amount"]) == (yesterday, "12.50")
        assert "missing day" in ran.out

    async def test_a_vendor_that_told_nothing_is_no_success(self, machine: Machine) -> None:
        ran = await machine.run("reconcile", "--provider", "openai", "--days", "7")
        assert ran.code == 1
        assert "OpenAI has told of no day" in ran.out
        told = await machine.run("reconcile", "--provider", "openai", "--json")
        assert (told.code, told.json["days"], keeps(told.json, "reconciliation")) == (1, 0, True)

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ((), "--provider"),
            (("--provider", "nope"), "unknown provider 'nope'"),
            (("--provider", "openai", "--tolerance", "much"), "is no percentage"),
            (("--provider", "openai", "--days", "0"), "--days"),
        ],
    )
    async def test_wrong_words_are_wrong_usage(
        self, machine: Machine, words: tuple[str, ...], said: str
    ) -> None:
        ran = await machine.run("reconcile", *words)
        assert ran.code == 64
        assert said in ran.err


def bill() -> dict[str, object]:
    """Yesterday cost $12.50; shaped as Anthropic's answers."""

    def page(*results: object) -> dict[str, object]:
        day = {"starting_at": f"{(NOW - timedelta(days=1)).date()}T00:00:00Z", "results": list(results)}
        return {"data": [day], "has_more": False, "next_page": None}

    cost = {"currency": "USD", "amount": "1250", "description": "Claude Usage", "model": None}
    asked = {
        "/v1/organizations/cost_report": page(cost),
        "/v1/organizations/usage_report/messages": page(),
    }
    exchanges = [
        {"request": {"path": path, "key": "Admin key"}, "response": {"body": body}}
        for path, body in asked.items()
    ]
    return {"good": {"about": "One day.", "keys": ["Admin key"], "exchanges": exchanges}}


class TestInvisible:
    async def test_abandoned_turns_stand_beside_openclaws_own_figure(self, machine: Machine) -> None:
        folder = machine.home / ".openclaw" / "agents" / "main" / "sessions"
        folder.mkdir(parents=True)
        (folder / "s1.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rewound()))
        ran = await machine.run("invisible")
        told = (await machine.run("invisible", "--json")).json
        assert keeps(told, "invisible")
        assert told["total"] == spending(25, 2750, "0.01875")
        assert told["parts"] == [{"kind": "abandoned", "spending": spending(15, 1650, "0.01125")}]
        assert told["openclaw"] == spending(25, 2750, "0.01875")
        assert told["uncounted"] == []
        assert ("0.01125 USD" in ran.out, "says less" in ran.out) == (True, False)

    async def test_without_openclaw_there_is_nothing_to_tell(self, machine: Machine) -> None:
        ran = await machine.run("invisible")
        assert (ran.code, ran.out) == (0, "OpenClaw used nothing in this period.\n")


def spending(requests: int, tokens: int, dollars: str) -> dict[str, Any]:
    cost = {"amount": dollars, "currency": "USD"}
    return {"requests": requests, "tokens": tokens, "cost": cost, "unpricedRequests": 0}


def rewound() -> list[dict[str, Any]]:
    """25 turns; after the 20th somebody went back to the fifth and went on from there."""
    entries: list[dict[str, Any]] = [{"type": "session", "version": 3, "id": "s1", "cwd": "/w"}]
    parents = [None, *range(19), 4, *range(20, 24)]
    for number, parent in enumerate(parents):
        message = {
            "role": "assistant",
            "provider": "anthropic",
            "model": "claude-haiku-4-5",
            "content": [{"type": "text", "text": "Done."}],
            "stopReason": "stop",
            "timestamp": 1_795_176_000_000 + number * 1000,
            "responseId": f"resp_{number}",
            "usage": {"input": 100, "output": 10, "cost": {"total": 0.00075}},
        }
        name = None if parent is None else f"m{parent}"
        entries.append({"type": "message", "id": f"m{number}", "parentId": name, "message": message})
    return entries
