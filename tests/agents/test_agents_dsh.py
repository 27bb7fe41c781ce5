"""DeepSeek Harness' requests: attempts, answers and summaries in the events of a session."""

import json
from pathlib import Path
from typing import Any

import pytest
import zstd_here as zstd
from agent_homes import read
from foreign_homes import TIME_MS, clean, later, only, parts, refused

from token_dashboard.agents.dsh import AGENT

ANSWER = "9d1f0000-0000-4000-8000-000000000001"
PARENT, CHILD = "3a1c5f20-0000-4000-8000-00000000000a", "3a1c5f20-0000-4000-8000-00000000000b"
USAGE = {"inputTokens": 130, "outputTokens": 159, "cacheReadTokens": 13_824, "reasoningTokens": 40}


def header(session: str = PARENT, **other: Any) -> dict[str, Any]:
    known = {"type": "session", "version": 4, "id": session, "createdAt": TIME_MS, "cwd": "/home/ada/shop"}
    return {**known, "isSeeded": False, "delegationDepth": 0, **other}


def event(kind: str, data: dict[str, Any], seq: int = 1, time_ms: int = TIME_MS) -> dict[str, Any]:
    return {"type": kind, "seq": seq, "time": time_ms, "data": data}


def answer(name: str | None = ANSWER, usage: Any = USAGE, seq: int = 1, **other: Any) -> dict[str, Any]:
    source = {"kind": "model", "provider": "deepseek", "model": "deepseek-v4", **other}
    message: dict[str, Any] = {"role": "assistant", "id": name, "content": [], "source": source}
    data = {"turn": 1, "step": 1, "message": message, "stream": [], "usage": usage}
    return event("assistant/message", data, seq)


def chunk(**content: Any) -> dict[str, Any]:
    return {"type": "chunk", "time": TIME_MS, "chunk": content}


def attempt(*usages: dict[str, Any], seq: int = 1) -> dict[str, Any]:
    stream = [{"type": "text-chunks", "time0": TIME_MS, "index": 0, "dt": [1], "texts": ["a usage"]}]
    stream += [chunk(type="usage", usage=usage) for usage in usages]
    return event("assistant/attempt", {"turn": 1, "step": 1, "stream": [*stream, chunk(type="finish")]}, seq)


def lines(*rows: dict[str, Any]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


def write(
    home: Path, *rows: dict[str, Any], session: str = PARENT, name: str = "session.v4.jsonl.zstd"
) -> Path:
    path = home / "sessions" / "--home-ada-shop--" / session / name
    path.parent.mkdir(parents=True, exist_ok=True)
    # As the harness does it: the header in a frame of its own, then a frame for each time that it saves.
    frames = [lines(row) for row in rows]
    compressed = b"".join(map(zstd.compress, frames))
    path.write_bytes(compressed if name.endswith(".zstd") else b"".join(frames))
    return path


@pytest.mark.parametrize("name", ["session.v4.jsonl.zstd", "session.v4.jsonl", "session.jsonl"])
def test_cached_input_is_beside_the_input_and_reasoning_within_the_output(tmp_path: Path, name: str) -> None:
    write(tmp_path, header(), answer(), name=name)
    said = only(AGENT, tmp_path)
    assert parts(said) == (13_954, 13_824, 0, 159, 40)
    assert (said.provider, said.model, said.time_ms) == ("deepseek", "deepseek-v4", TIME_MS)
    assert (said.attribution.session, said.attribution.project) == (PARENT, "/home/ada/shop")


def test_a_fork_takes_its_parents_requests_over_and_they_count_once(tmp_path: Path) -> None:
    taken = [answer(), attempt(USAGE, seq=2)]
    seal = event("session/end-seed", {"inherited": True}, 3)
    own = answer("9d1f0000-0000-4000-8000-000000000002", {"inputTokens": 7, "outputTokens": 1}, 4)
    fork = header(CHILD, parentSession=PARENT, isSeeded=True)
    write(tmp_path, fork, *taken, seal, own, session=CHILD)
    reader = read(AGENT, tmp_path)
    # Found in the fork alone, they are their parent's nonetheless.
    assert sorted(str(one.attribution.session) for one in reader.requests) == [PARENT, PARENT, CHILD]
    write(tmp_path, header(), *taken)
    assert len(later(reader)) == 3


def test_an_older_fork_tells_how_much_it_took_over_in_its_header(tmp_path: Path) -> None:
    fork = header(CHILD, version=0, parentSession=PARENT, seedLength=1)
    own = answer("9d1f0000-0000-4000-8000-000000000002", seq=1)
    write(tmp_path, fork, answer(seq=0), own, session=CHILD, name="session.jsonl")
    assert sorted(str(one.attribution.session) for one in clean(AGENT, tmp_path)) == [PARENT, CHILD]


def test_of_a_session_that_was_written_anew_the_newest_format_is_read(tmp_path: Path) -> None:
    write(tmp_path, header(), answer(), name="session.jsonl.zstd")
    reader = read(AGENT, tmp_path)
    newest = write(tmp_path, header(), answer(seq=3), attempt(USAGE, seq=9), name="session.v10.jsonl.zstd")
    write(tmp_path, header(), answer(), name="session.v9.jsonl.zstd")
    assert [file.path for file in AGENT.find(tmp_path)] == [str(newest)]
    assert len(later(reader)) == 2


def test_a_failed_attempt_counts_by_the_last_usage_that_its_stream_told(tmp_path: Path) -> None:
    on_its_way = {"inputTokens": 10, "outputTokens": 3}
    route = {"header": {"config": {"provider": "openrouter", "model": "glm-5.2"}}}
    retried = event("llm/retry-started", {"turn": 1, "step": 1}, 3)
    write(
        tmp_path,
        header(),
        event("request/header", route),
        attempt(on_its_way, USAGE, seq=2),
        retried,
        answer(),
    )
    failed, answered = sorted(clean(AGENT, tmp_path), key=lambda one: one.provider != "openrouter")
    assert (parts(failed), parts(answered)) == ((13_954, 13_824, 0, 159, 40),) * 2
    assert (failed.provider, failed.model) == ("openrouter", "glm-5.2")


def test_an_answer_without_usage_of_its_own_has_that_of_its_stream(tmp_path: Path) -> None:
    said = answer(usage=None)
    said["data"]["stream"] = [chunk(type="usage", usage=USAGE)]
    write(tmp_path, header(), said)
    assert only(AGENT, tmp_path).output_tokens == 159


def test_usage_on_its_way_in_the_first_formats_is_repeated_by_the_answer(tmp_path: Path) -> None:
    told = event("assistant/chunk", {"turn": 1, "step": 1, "chunk": {"type": "usage", "usage": USAGE}})
    write(tmp_path, header(version=0), told, answer(), name="session.jsonl")
    assert only(AGENT, tmp_path).output_tokens == 159


def test_a_compactions_summary_is_a_request_and_told_from_others(tmp_path: Path) -> None:
    summary = {"provider": "deepseek", "model": "deepseek-v4", "usage": {**USAGE, "cacheWriteTokens": 6}}
    names = ["c0ffee00-0000-4000-8000-000000000001", "c0ffee00-0000-4000-8000-000000000002"]
    told = [event("compaction/summary", {"compactionId": name, **summary}) for name in (*names, names[0])]
    write(tmp_path, header(), *told)
    first, second = clean(AGENT, tmp_path)
    assert parts(first) == parts(second) == (13_960, 13_824, 6, 159, 40)
    assert (first.model, first.attribution.trigger) == ("deepseek-v4", "compaction")


def test_the_model_that_answered_beats_the_one_that_was_asked(tmp_path: Path) -> None:
    write(tmp_path, header(), answer(replayState={"response": {"responseModel": "deepseek-v4.1"}}))
    assert only(AGENT, tmp_path).model == "deepseek-v4.1"


@pytest.mark.parametrize("state", [[], "opaque", {"response": 5}, None])
def test_what_an_adapter_keeps_for_itself_does_no_harm(tmp_path: Path, state: object) -> None:
    write(tmp_path, header(), answer(replayState=state))
    assert only(AGENT, tmp_path).model == "deepseek-v4"


def test_a_short_id_holds_for_its_moment_only(tmp_path: Path) -> None:
    second = {**answer("a-1"), "time": TIME_MS + 1}
    write(tmp_path, header(), answer("a-1"), answer("a-1"), second)
    assert len(clean(AGENT, tmp_path)) == 2


@pytest.mark.parametrize("sign", [{"origin": "subagent"}, {"delegationDepth": 1}])
def test_a_subagents_session_is_a_sidechain(tmp_path: Path, sign: dict[str, Any]) -> None:
    write(tmp_path, header(**sign), answer())
    assert only(AGENT, tmp_path).is_sidechain


def test_appended_frames_are_read_alone(tmp_path: Path) -> None:
    path = write(tmp_path, header(), *(answer(f"{ANSWER}-{seq}", seq=seq) for seq in range(50)))
    reader = read(AGENT, tmp_path)
    appended = zstd.compress(lines(answer("9d1f0000-0000-4000-8000-000000000002", seq=60)))
    path.write_bytes(path.read_bytes() + appended)
    [found] = reader.scan()
    assert (reader.bytes_read, found.attribution.session) == (len(appended), PARENT)
    assert (len(reader.requests), reader.rejects) == (51, [])


def test_a_frame_that_is_being_written_counts_when_it_is_whole(tmp_path: Path) -> None:
    path = write(tmp_path, header(), answer())
    frame = zstd.compress(lines(answer("9d1f0000-0000-4000-8000-000000000002", seq=2)))
    whole = path.read_bytes()
    path.write_bytes(whole + frame[:-5])
    reader = read(AGENT, tmp_path)
    assert [reject.line for reject in reader.rejects] == [0]
    path.write_bytes(whole + frame)
    assert (len(later(reader)), reader.rejects) == (2, [])


@pytest.mark.parametrize(
    "broken",
    [
        answer(usage={"inputTokens": -1, "outputTokens": 1}),
        answer(usage={"inputTokens": 1}),
        answer(usage={"inputTokens": "many", "outputTokens": 1}),
        {**answer(), "time": None},
        {**answer(), "time": 5},
        event("assistant/attempt", {"stream": {"usage": 1}}),
    ],
)
def test_a_broken_line_is_refused(tmp_path: Path, broken: dict[str, Any]) -> None:
    write(tmp_path, header(), broken, answer())
    events, rejected = refused(AGENT, tmp_path)
    assert (len(events), rejected) == (1, [2])


def test_what_used_nothing_is_no_request(tmp_path: Path) -> None:
    title = event("session/title-llm-request", {"route": {"provider": "deepseek", "model": "deepseek-v4"}})
    nothing = answer(usage={"inputTokens": 0, "outputTokens": 0})
    write(tmp_path, header(), title, nothing, answer(usage=None), attempt())
    assert clean(AGENT, tmp_path) == []


def test_sessions_lie_in_the_harness_folder_or_where_the_variable_says(tmp_path: Path) -> None:
    assert AGENT.homes({}, tmp_path) == (tmp_path / ".dsh",)
    assert AGENT.homes({"DSH_HOME": "/srv/dsh"}, tmp_path) == (Path("/srv/dsh"),)
