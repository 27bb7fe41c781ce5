"""Kimi's logs, in the formats of Kimi CLI and Kimi Code: what each request used, and where the logs lie."""

import json
from hashlib import md5
from pathlib import Path
from typing import Any

import pytest
from agent_homes import Reader

from token_dashboard.agents.kimi_cli import AGENT

TIME_MS = 1_795_176_000_000
FOLDER = "/home/ada/shop"
GROUP = md5(FOLDER.encode(), usedforsecurity=False).hexdigest()

Record = dict[str, Any]


def step(
    name: str | None = "chatcmpl-1", other: Any = 100, output: Any = 10, time: Any = TIME_MS / 1000
) -> Record:
    used = {"input_other": other, "output": output, "input_cache_read": 700, "input_cache_creation": 50}
    payload = {"context_usage": 0.1, "token_usage": used, "message_id": name}
    return {"timestamp": time, "message": {"type": "StatusUpdate", "payload": payload}}


def record(scope: str = "turn", other: Any = 100, output: Any = 10, time: Any = TIME_MS) -> Record:
    used = {"inputOther": other, "output": output, "inputCacheRead": 700, "inputCacheCreation": 50}
    return {
        "type": "usage.record",
        "model": "kimi-code/kimi-for-coding",
        "usage": used,
        "usageScope": scope,
        "time": time,
    }


def write(home: Path, *records: Record, name: str = f"{GROUP}/s1/wire.jsonl") -> Reader:
    path = home / "sessions" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(one) + "\n" for one in records))
    reader = Reader(AGENT, home)
    reader.scan()
    return reader


def test_the_parts_of_the_input_are_added_up(tmp_path: Path) -> None:
    [event] = write(tmp_path, step()).requests
    assert (event.input_tokens, event.cache_read_input_tokens) == (850, 700)
    assert (event.cache_creation_input_tokens, event.output_tokens) == (50, 10)
    assert (event.time_ms, event.provider) == (TIME_MS, "moonshot")


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("config.json", json.dumps({"model": "kimi-k2"})),
        ("config.json", json.dumps({"default_model": "mine", "models": {"mine": {"model": "kimi-k2"}}})),
        ("config.toml", 'default_model = "kimi/mine"\n[models."kimi/mine"]\nmodel = "kimi-k2"\n'),
        ("config.toml", 'default_model = "kimi-k2"\n'),
    ],
)
def test_the_model_is_the_configured_one(tmp_path: Path, name: str, config: str) -> None:
    (tmp_path / name).write_text(config)
    assert [event.model for event in write(tmp_path, step()).requests] == ["kimi-k2"]


@pytest.mark.parametrize("config", [None, "{", "[]", '{"model": 7}'])
def test_without_a_good_configuration_the_model_is_unknown(tmp_path: Path, config: str | None) -> None:
    if config is not None:
        (tmp_path / "config.json").write_text(config)
    assert [event.model for event in write(tmp_path, step()).requests] == [None]


def test_the_folder_is_told_by_its_digest(tmp_path: Path) -> None:
    assert write(tmp_path, step()).requests[0].attribution.project == GROUP
    (tmp_path / "kimi.json").write_text(json.dumps({"work_dirs": [{"path": "/x"}, {"path": FOLDER}]}))
    owner = write(tmp_path, step()).requests[0].attribution
    assert (owner.session, owner.project) == ("s1", FOLDER)


def test_one_message_counts_once_and_messages_without_an_id_are_themselves(tmp_path: Path) -> None:
    first, again = step(output=3), step(output=10)
    assert write(tmp_path, first, again, step(None), step(None), step(None, 101)).totals["requests"] == 3


def test_other_lines_and_steps_without_usage_are_no_requests(tmp_path: Path) -> None:
    quiet = step()
    quiet["message"]["payload"]["token_usage"] = None
    begin = {"timestamp": 1, "message": {"type": "TurnBegin", "payload": {"user_input": "Hi"}}}
    reader = write(tmp_path, {"type": "metadata", "protocol_version": "1.3"}, begin, quiet)
    assert (reader.requests, reader.rejects) == ([], [])


def test_a_record_of_kimi_code_is_a_request_of_the_model_that_was_asked(tmp_path: Path) -> None:
    asked = {"type": "llm.request", "model": "kimi-k3", "time": TIME_MS}
    name = "wd_shop_1/session_1/agents/main/wire.jsonl"
    first, second = write(tmp_path, record(other=99), asked, record(), record("session"), name=name).requests
    assert {(event.model, event.input_tokens) for event in (first, second)} == {
        ("kimi-for-coding", 849),
        ("kimi-k3", 850),
    }
    assert (first.attribution.session, first.time_ms, first.is_sidechain) == ("session_1", TIME_MS, False)


def test_further_agents_of_a_session_are_sidechains(tmp_path: Path) -> None:
    write(tmp_path, record(), name="wd/session_1/agents/main/wire.jsonl")
    reader = write(tmp_path, record(), name="wd/session_1/agents/a1/wire.jsonl")
    assert [event.is_sidechain for event in sorted(reader.requests, key=lambda e: e.is_sidechain)] == [
        False,
        True,
    ]


@pytest.mark.parametrize("wrong", ["many", -1, 1.5, 10**18, None])
def test_a_count_that_cannot_be_is_a_reject_and_its_neighbours_count(tmp_path: Path, wrong: Any) -> None:
    reader = write(
        tmp_path, step("1"), step("2", wrong), step("3"), step("4", time=None), record(output=wrong)
    )
    assert sorted(reject.line for reject in reader.rejects) == [2, 4, 5]
    assert reader.totals["requests"] == 2


def test_the_environment_names_homes(tmp_path: Path) -> None:
    assert AGENT.homes({}, tmp_path) == (tmp_path / ".kimi", tmp_path / ".kimi-code")
    assert AGENT.homes({"KIMI_DATA_DIR": "/a", "KIMI_SHARE_DIR": "/b"}, tmp_path) == (Path("/a"),)
