"""The findings of ``tokens doctor``, in words and as JSON."""

from datetime import date

import pytest
from jsonschema import Draft202012Validator
from render_sample_answers import CHECKS, SCAN

from token_dashboard.contract import read_contract
from token_dashboard.model.status import Check
from token_dashboard.model.undelivered import Fate
from token_dashboard.render import wire_checks
from token_dashboard.render.check_words import advice, finding, named
from token_dashboard.render.language import NO_BREAK, language

ENGLISH = language("en")
CONTRACT = Draft202012Validator(read_contract("schemas/doctor.schema.json"))


def found(code: str, **values: str | int | date) -> Check:
    return Check(name="openai", subject="", is_ok=False, code=code, values=values)


def said(code: str, **values: str | int | date) -> str:
    return finding(found(code, **values), ENGLISH).replace(NO_BREAK, " ")


@pytest.mark.parametrize(("count", "told"), [(0, "0 files"), (1, "1 file"), (1_200, "1,200 files")])
def test_one_is_not_told_as_many(count: int, told: str) -> None:
    assert said("log_files", count=count) == told


def test_sizes_days_and_ages_are_told_as_people_read_them() -> None:
    assert said("ledger_ok", count=3, bytes=18_400_000) == "ok, 3 requests, 18.4 MB"
    assert said("prices_from", day=date(2026, 11, 20)) == "as of Nov 20, 2026"
    assert said("team_synced", count=1, ago_s=7_300) == "last sync 2 h ago, 1 request waits"


def test_days_that_count_twice_are_told_from_the_first_to_the_last() -> None:
    told = said("imported_twice", count=2, since=date(2026, 11, 20), until=date(2026, 11, 22))
    assert told == "2 days count twice, imported and from logs, between Nov 20, 2026 and Nov 22, 2026"


def test_why_a_message_was_given_up_is_told_in_words() -> None:
    assert said("undelivered", count=2, fate=Fate.GAVE_UP).endswith("the last one: given up after a day")


def test_a_problem_is_told_by_the_sentence_of_its_error_and_what_to_do_then() -> None:
    problem = found("credentials_rejected", provider="OpenAI", status="401", where="Keys", id="openai")
    assert finding(problem, ENGLISH) == "OpenAI answered 401: the key was refused. Make a new one: Keys"
    assert advice(problem, ENGLISH) == "then: tokens status --refresh --provider openai"


def test_what_needs_nobody_has_no_advice() -> None:
    waits = Check(
        name="openai",
        subject="",
        is_ok=True,
        code="rate_limited",
        values={"provider": "OpenAI", "id": "openai"},
    )
    assert advice(waits, ENGLISH) is None


@pytest.mark.parametrize(("tag", "told"), [("de", "9 Zeilen abgelehnt"), ("zh_Hans", "9 行被拒")])
def test_it_speaks_the_readers_language(tag: str, told: str) -> None:
    spoken = language(tag)
    assert finding(found("rejected_lines", count=9), spoken).replace(NO_BREAK, " ") == told
    assert named(Check(name="openai", subject="", is_ok=True, code="ok"), spoken) == "openai"


def test_a_name_from_outside_cannot_draw_on_the_terminal() -> None:
    assert "\x1b" not in said("unreadable", reason="\x1b[2J", path="/x")


def test_json_says_it_in_english_with_a_code() -> None:
    answer = wire_checks.checks(CHECKS)
    CONTRACT.validate(answer)
    assert answer["checks"][1] == {
        "name": "ledger",
        "subject": "~/.local/state/token-dashboard/ledger.db",
        "ok": True,
        "code": "ledger_ok",
        "finding": "ok, 100,214 requests, 18 MB",
        "advice": None,
    }


def test_rejected_lines_are_json_too() -> None:
    answer = wire_checks.rejects(SCAN.rejects)
    CONTRACT.validate(answer)
    assert answer["rejects"][0]["line"] == 118
