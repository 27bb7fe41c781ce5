"""jcode's requests: messages of a session's file, and of the journal beside it."""

import json
from pathlib import Path
from typing import Any

import pytest
from agent_homes import Reader
from foreign_homes import TIME, TIME_MS, clean, later, only, parts, refused, write_json

from token_dashboard.agents.jcode import AGENT

FOX, OAK = "session_fox_1795176000000_1a2b", "session_oak_1795176030000_9a8b"
FIRST, SECOND = (f"message_1795176002000_{number:016x}" for number in (1, 2))


def used(sent: Any = 1_000, output: Any = 100, **other: Any) -> dict[str, Any]:
    return {"input_tokens": sent, "output_tokens": output, **other}


def cached(read: int | None, written: int | None = None) -> dict[str, Any]:
    return {"cache_read_input_tokens": read, "cache_creation_input_tokens": written}


def answer(usage: Any = None, name: str | None = FIRST, time: str | None = TIME) -> dict[str, Any]:
    return {"id": name, "role": "assistant", "timestamp": time, "token_usage": usage or used()}


def owner(**changed: Any) -> dict[str, Any]:
    known = {"provider_key": "openai", "model": "gpt-5.6", "working_dir": "/home/ada/shop"}
    return {**known, **changed}


def write(home: Path, *messages: Any, session: str = FOX, **changed: Any) -> Path:
    content = {"id": session, **owner(**changed), "messages": messages}
    return write_json(home / "sessions" / f"{session}.json", content)


def note(home: Path, *entries: dict[str, Any], session: str = FOX) -> Path:
    path = home / "sessions" / f"{session}.journal.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.writelines(json.dumps(entry) + "\n" for entry in entries)
    return path


def entry(*messages: Any, **changed: Any) -> dict[str, Any]:
    return {"meta": owner(**changed), "append_messages": messages}


def test_the_whole_prompt_is_taken_where_it_is_noted(tmp_path: Path) -> None:
    write(tmp_path, answer(used(5, prompt_tokens=1_205, **cached(1_000, 200))), provider_key="claude")
    event = only(AGENT, tmp_path)
    assert parts(event) == (1_205, 1_000, 200, 100, 0)
    assert (event.provider, event.model, event.time_ms) == ("anthropic", "gpt-5.6", TIME_MS)
    assert (event.attribution.session, event.attribution.project) == (FOX, "/home/ada/shop")


@pytest.mark.parametrize(
    ("usage", "provider", "sent"),
    [
        (used(**cached(700)), "openai", 1_000),
        (used(**cached(700)), "openrouter", 1_000),
        (used(**cached(700)), "claude", 1_700),
        (used(**cached(700)), "Anthropic-API", 1_700),
        (used(**cached(700, 50)), "openrouter", 1_750),
        (used(**cached(1_001)), None, 2_001),
        (used(**cached(1_000, 0)), None, 1_000),
    ],
)
def test_an_older_prompt_holds_cached_input_or_stands_beside_it(
    tmp_path: Path, usage: dict[str, Any], provider: str | None, sent: int
) -> None:
    write(tmp_path, answer(usage), provider_key=provider)
    assert only(AGENT, tmp_path).input_tokens == sent


def test_the_journal_and_the_file_that_takes_it_in_count_once(tmp_path: Path) -> None:
    journal = note(tmp_path, entry(answer()), entry(answer(name=SECOND)))
    write(tmp_path)
    reader = Reader(AGENT, tmp_path)
    assert len(later(reader)) == 2
    write(tmp_path, answer(), answer(name=SECOND))
    journal.unlink()
    assert len(later(reader)) == 2
    assert reader.rejects == []


def test_a_message_of_the_journal_is_its_models_of_that_time(tmp_path: Path) -> None:
    note(tmp_path, entry(answer()), entry(answer(name=SECOND), provider_key="copilot", model="kimi-k3"))
    known = [(event.provider, event.model) for event in clean(AGENT, tmp_path)]
    assert sorted(known) == [("github-copilot", "kimi-k3"), ("openai", "gpt-5.6")]


def test_the_branch_is_the_newest_that_was_noted(tmp_path: Path) -> None:
    till = {"working_git": {"branch": "till"}}
    note(tmp_path, {**entry(answer()), "append_env_snapshots": [till]}, entry(answer(name=SECOND)))
    assert {event.attribution.branch for event in clean(AGENT, tmp_path)} == {"till"}


def test_a_fork_and_a_recovered_session_repeat_nothing(tmp_path: Path) -> None:
    write(tmp_path, answer())
    write(tmp_path, answer(), answer(name=SECOND), session=OAK)
    assert len(clean(AGENT, tmp_path)) == 2


def test_a_short_id_holds_within_its_session(tmp_path: Path) -> None:
    for session in (FOX, OAK):
        write(tmp_path, answer(name="m-1"), answer(name="m-1"), session=session)
    assert len(clean(AGENT, tmp_path)) == 2


def test_what_used_nothing_is_no_request(tmp_path: Path) -> None:
    asked = {"id": SECOND, "role": "user", "timestamp": TIME, "content": '"token_usage"'}
    write(tmp_path, asked, {**asked, "token_usage": None}, answer(used(0, 0)))
    note(tmp_path, entry(), {"meta": owner()}, entry(asked))
    assert clean(AGENT, tmp_path) == []


def test_copies_that_jcode_keeps_of_a_broken_file_are_left(tmp_path: Path) -> None:
    for name in (f"{FOX}.json.bak", f"{FOX}.journal.corrupt.jsonl", f"{FOX}.json.tmp"):
        write_json(tmp_path / "sessions" / name, {"id": FOX, **owner(), "messages": [answer()]})
    assert clean(AGENT, tmp_path) == []


BROKEN = [
    answer(used(-1)),
    answer(used("many")),
    answer(used(None)),
    answer(used(1_000, None)),
    answer(used(**cached(-1))),
    answer(used(10, prompt_tokens=10, **cached(8, 3))),
    answer(name=None),
    answer(time=None),
    answer(time="at noon"),
]


@pytest.mark.parametrize("message", BROKEN)
def test_a_broken_message_is_refused_in_a_file(tmp_path: Path, message: dict[str, Any]) -> None:
    write(tmp_path, answer(name=SECOND), message)
    requests, lines = refused(AGENT, tmp_path)
    assert (len(requests), lines) == (1, [2])


@pytest.mark.parametrize("message", BROKEN)
def test_a_broken_message_is_refused_in_a_journal(tmp_path: Path, message: dict[str, Any]) -> None:
    note(tmp_path, entry(answer(name=SECOND)), entry(message))
    requests, lines = refused(AGENT, tmp_path)
    assert (len(requests), lines) == (1, [2])


def test_a_broken_message_takes_no_other_of_its_line_with_it(tmp_path: Path) -> None:
    note(tmp_path, entry(answer(), answer(used(-1), SECOND)))
    requests, lines = refused(AGENT, tmp_path)
    assert (len(requests), lines) == (1, [1])


def test_the_homes_are_the_usual_ones_unless_one_is_named() -> None:
    home = Path("/home/ada")
    assert AGENT.homes({}, home) == (home / ".jcode", home / ".local/share/jcode")
    assert AGENT.homes({"JCODE_HOME": "/srv/jcode"}, home) == (Path("/srv/jcode"),)
