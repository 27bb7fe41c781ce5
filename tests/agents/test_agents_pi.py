"""pi's transcripts: forks, branches, models, retries, summaries."""

from pathlib import Path

import pytest
from agent_homes import Reader, read
from foreign_homes import TIME_MS
from transcript_homes import asked, head, said, usage, write

from token_dashboard.agents.pi import AGENT

MODEL_CHANGE = {"type": "model_change", "id": "c1", "provider": "openai", "modelId": "gpt-5.2"}


@pytest.fixture
def sessions(tmp_path: Path) -> Path:
    return tmp_path / "sessions" / "--home-ada-shop--"


def home(sessions: Path) -> Path:
    return sessions.parents[1]


@pytest.mark.parametrize("response", ["msg_01AAAAAAAAAAAAAAAAAAAAAA", None])
def test_a_fork_that_repeats_records_verbatim_adds_nothing(sessions: Path, response: str | None) -> None:
    first = said(response=response)
    write(sessions / "a.jsonl", head("a"), first)
    write(sessions / "b.jsonl", head("b"), first, said("m2", timestamp=TIME_MS + 5000))
    reader = read(AGENT, home(sessions))
    assert [event.attribution.session for event in reader.requests] == ["a", "b"]


def test_a_copy_under_another_id_is_known_by_the_providers(sessions: Path) -> None:
    write(sessions / "a.jsonl", head("a"), said("m1", response="msg_01AAAAAAAAAAAAAAAAAAAAAA"))
    write(sessions / "b.jsonl", head("b"), said("m9", response="msg_01AAAAAAAAAAAAAAAAAAAAAA"))
    assert read(AGENT, home(sessions)).totals["requests"] == 1


def test_a_branch_that_was_left_was_paid(sessions: Path) -> None:
    left, taken = said("m1"), said("m2", timestamp=TIME_MS + 1)
    write(sessions / "a.jsonl", head(), {**left, "parentId": "q1"}, {**taken, "parentId": "q1"})
    assert read(AGENT, home(sessions)).totals["requests"] == 2


def test_a_server_that_gives_every_answer_one_id_hides_none(sessions: Path) -> None:
    entries = [said(f"m{n}", response="chatcmpl-1", timestamp=TIME_MS + n) for n in range(5)]
    write(sessions / "a.jsonl", head(), *entries)
    assert read(AGENT, home(sessions)).totals["requests"] == 5


def test_the_messages_own_model_is_meant_before_the_one_that_was_chosen(sessions: Path) -> None:
    plain = said("m2", provider=None, model=None, timestamp=TIME_MS + 1)
    write(sessions / "a.jsonl", head(), MODEL_CHANGE, said("m1"), plain)
    models = [(event.provider, event.model) for event in read(AGENT, home(sessions)).requests]
    assert models == [("anthropic", "claude-opus-4-5"), ("openai", "gpt-5.2")]


def test_what_was_chosen_is_remembered_between_two_readings(sessions: Path) -> None:
    path = write(sessions / "a.jsonl", head(), MODEL_CHANGE)
    reader = Reader(AGENT, home(sessions))
    reader.scan()
    with path.open("a") as log:
        log.write(write(sessions / "tail.txt", said(provider=None, model=None)).read_text())
    [event] = reader.scan()
    assert (event.model, event.attribution.project, event.attribution.session) == (
        "gpt-5.2",
        "/home/ada/shop",
        "s1",
    )


def test_an_answer_after_one_that_failed_is_a_retry(sessions: Path) -> None:
    failed = [said(f"m{n}", used=usage(50, 0), stopReason="error", timestamp=TIME_MS + n) for n in (1, 3)]
    again, next_one = (said(f"m{n}", timestamp=TIME_MS + n) for n in (2, 4))
    write(sessions / "a.jsonl", head(), asked("q1"), failed[0], again, failed[1], asked("q2"), next_one)
    triggers = [event.attribution.trigger for event in read(AGENT, home(sessions)).requests]
    assert triggers == [None, "retry", None, None]


def test_a_summary_that_tells_its_usage_is_a_request_of_the_chosen_model(sessions: Path) -> None:
    summary = {
        "type": "compaction",
        "id": "c2",
        "timestamp": TIME_MS + 9,
        "summary": "…",
        "usage": usage(90_000, 900),
    }
    write(sessions / "a.jsonl", head(), MODEL_CHANGE, summary)
    [event] = read(AGENT, home(sessions)).requests
    assert (event.model, event.attribution.trigger, event.input_tokens) == ("gpt-5.2", "compaction", 90_000)


def test_an_answer_that_used_nothing_is_no_request(sessions: Path) -> None:
    write(sessions / "a.jsonl", head(), said(used=usage(0, 0), stopReason="error"))
    reader = read(AGENT, home(sessions))
    assert (reader.requests, reader.rejects) == ([], [])


def test_an_answer_without_a_time_or_an_id_is_rejected(sessions: Path) -> None:
    timeless = {**said(timestamp=None), "timestamp": None}
    write(sessions / "a.jsonl", head(), timeless, {**said(), "id": None})
    reasons = [reject.reason for reject in read(AGENT, home(sessions)).rejects]
    assert reasons == ["an answer without a timestamp", "a request without an id"]


RELATIVES = {
    "PI_AGENT_DIR": ".pi/agent",
    None: ".omp/agent",
    "SENPI_CODING_AGENT_DIR": ".senpi/agent",
    "GJC_CODING_AGENT_DIR": ".gjc/agent",
    "KIMCHI_CODING_AGENT_DIR": ".config/kimchi/harness",
}


def test_its_relatives_are_read(tmp_path: Path) -> None:
    assert AGENT.homes({}, tmp_path) == tuple(tmp_path / folder for folder in RELATIVES.values())


@pytest.mark.parametrize("variable", [variable for variable in RELATIVES if variable])
def test_each_ones_folder_can_be_named(tmp_path: Path, variable: str) -> None:
    homes = [Path("/srv/a") if name == variable else tmp_path / usual for name, usual in RELATIVES.items()]
    assert AGENT.homes({variable: "/srv/a"}, tmp_path) == tuple(homes)
