"""OpenClaw: one message in files, archives, the database and the running gateway is one request."""

import json
from pathlib import Path
from typing import Any

import pytest
import zstd_here as zstd
from agent_homes import Reader, make_database, read
from foreign_homes import TIME_MS
from transcript_homes import Json, asked, head, said, text_of, usage, write

from token_dashboard.agents._openclaw_message import live_event
from token_dashboard.agents.openclaw import AGENT
from token_dashboard.model.usage import UsageEvent

SCHEMA = """
create table if not exists session_windows (session_id text primary key, session_key text, channel text);
create table if not exists trajectory_runtime_events (
  session_id text, seq integer, run_id text, event_json text, created_at integer
);
create table if not exists transcript_events (
  session_id text, seq integer, event_json text, created_at integer, event_zstd blob,
  primary key (session_id, seq)
);
create table if not exists session_transcript_archives (
  session_id text, generation text, session_key text, encoding text, archive_blob blob
);
"""


def transcript(home: Path, *entries: Json, name: str = "s1.jsonl") -> Path:
    return write(home / "agents" / "main" / "sessions" / name, *entries)


def store(home: Path, *entries: Json, compressed: bool = False, more: str = "") -> Path:
    """The database of the agent ``main`` with the entries of session ``s1``."""
    path = home / "agents" / "main" / "agent" / "openclaw-agent.sqlite"
    path.parent.mkdir(parents=True, exist_ok=True)
    script = SCHEMA + more
    for number, entry in enumerate(entries):
        text = "'" + json.dumps(entry).replace("'", "''") + "'"
        values = f"null, 0, zstd({text})" if compressed else f"{text}, 0, null"
        script += f"insert into transcript_events values ('s1', {number}, {values});\n"
    make_database(path, script)
    return path


def update(entry: Json, **other: Any) -> Json:
    """What the gateway tells of a message while it writes the entry."""
    message = {name: value for name, value in entry["message"].items() if name not in {"role", "content"}}
    return {"agentId": "main", "sessionId": "s1", "messageId": entry["id"], **message, **other}


def only(home: Path) -> UsageEvent:
    reader = read(AGENT, home)
    assert reader.rejects == []
    [event] = reader.requests
    return event


class TestOneMessageInManyPlaces:
    @pytest.mark.parametrize("response", ["resp_0123456789abcdef01234567", None])
    def test_file_archives_database_and_gateway_know_it_by_one_key(
        self, tmp_path: Path, response: str | None
    ) -> None:
        entry = said("7d9f8a7e-0000-4000-8000-000000000001", response=response, used=usage(cost=0.5))
        transcript(tmp_path, head(), entry)
        transcript(tmp_path, head(), entry, name="s1.jsonl.deleted.2026-11-20T12-00-00.000Z")
        transcript(tmp_path, head(), entry, name="s1.jsonl.reset.2026-11-20T12-00-00.000Z")
        compressed = transcript(tmp_path, name="s1.jsonl.reset.2026-11-21T12-00-00.000Z.33a2e85d.zst")
        compressed.write_bytes(zstd.compress(text_of([head(), entry]).encode()))
        store(tmp_path, head(), entry)
        live = live_event(update(entry))
        assert live is not None
        assert (live.key, live.source) == (only(tmp_path).key, "hook")
        assert live._replace(source="log").recorded_cost_nanos == only(tmp_path).recorded_cost_nanos
        assert len(read(AGENT, tmp_path).records) == 5

    def test_a_compressed_row_is_a_row(self, tmp_path: Path) -> None:
        store(tmp_path, head(), said(used=usage(321, 4)), compressed=True)
        assert only(tmp_path).input_tokens == 321

    def test_a_session_that_was_deleted_is_read_from_the_databases_archive(self, tmp_path: Path) -> None:
        lines = text_of(
            [head(), said(), {"type": "message", "message": {"usage": "broken", "role": "assistant"}}]
        )
        blob = zstd.compress(lines.encode()).hex()
        store(
            tmp_path,
            more=f"insert into session_transcript_archives values"
            f" ('s1', 'g1', 'agent:main:cron:job:run:1', 'zstd', x'{blob}');",
        )
        event = only(tmp_path)
        assert (event.attribution.trigger, event.attribution.project) == ("cron", "/home/ada/shop")

    def test_an_old_home_that_is_a_link_to_the_new_one_is_read_once(self, tmp_path: Path) -> None:
        transcript(tmp_path / ".openclaw", head(), said())
        (tmp_path / ".clawdbot").symlink_to(tmp_path / ".openclaw")
        (tmp_path / ".moltbot").symlink_to(tmp_path / ".clawdbot")
        homes = [home for home in AGENT.homes({}, tmp_path) if home.exists()]
        assert homes == [tmp_path / ".openclaw"]

    def test_an_old_home_that_is_a_copy_adds_nothing(self, tmp_path: Path) -> None:
        transcript(tmp_path / ".openclaw", head(), said())
        transcript(tmp_path / ".moldbot", head(), said())
        reader = Reader(AGENT, tmp_path / ".openclaw")
        reader.scan()
        reader.home = tmp_path / ".moldbot"
        assert len(reader.scan()) == 1
        assert reader.totals["requests"] == 1

    def test_what_traces_say_beside_a_transcript_is_not_read(self, tmp_path: Path) -> None:
        transcript(tmp_path, head(), said())
        transcript(tmp_path, head(), said("m2", timestamp=TIME_MS + 1), name="s1.trajectory.jsonl")
        transcript(tmp_path, head(), said("m3", timestamp=TIME_MS + 2), name="s1.jsonl.lock")
        assert read(AGENT, tmp_path).totals["requests"] == 1


class TestWhatIsARequest:
    @pytest.mark.parametrize("model", ["gateway-injected", "delivery-mirror"])
    def test_what_the_gateway_says_itself_is_none(self, tmp_path: Path, model: str) -> None:
        entry = said(provider="openclaw", model=model, used=usage(0, 7))
        store(tmp_path, entry)
        assert read(AGENT, tmp_path).requests == []
        assert live_event(update(entry)) is None

    def test_what_another_program_answered_is_left_to_that_programs_log(self, tmp_path: Path) -> None:
        entry = said(provider="claude-cli", api="cli", used=usage(900, 7))
        store(tmp_path, entry)
        assert read(AGENT, tmp_path).requests == []
        assert live_event(update(entry)) is None

    def test_a_model_on_the_message_needs_no_model_change_row(self, tmp_path: Path) -> None:
        transcript(tmp_path, head(), said(provider="openrouter", model="moonshotai/kimi-k2"))
        event = only(tmp_path)
        assert (event.provider, event.model) == ("openrouter", "moonshotai/kimi-k2")

    def test_a_model_snapshot_serves_a_message_that_names_none(self, tmp_path: Path) -> None:
        data = {"provider": "openai", "modelId": "gpt-5.2", "modelApi": "openai-responses"}
        snapshot = {"type": "custom", "customType": "model-snapshot", "data": data, "id": "c1"}
        transcript(tmp_path, head(), snapshot, said(provider=None, model=None))
        assert only(tmp_path).model == "gpt-5.2"

    def test_a_silent_answer_was_paid(self, tmp_path: Path) -> None:
        store(tmp_path, said(content=[{"type": "text", "text": "NO_REPLY"}], used=usage(900, 3)))
        assert only(tmp_path).input_tokens == 900


class TestCost:
    def test_what_was_recorded_is_kept(self, tmp_path: Path) -> None:
        transcript(tmp_path, said(used=usage(cost=0.00096)))
        assert only(tmp_path).recorded_cost_nanos == 960_000

    @pytest.mark.parametrize(
        ("cost", "nanos"),
        [({"total": 0}, None), ({"total": 0, "totalOrigin": "provider-billed"}, 0), (None, None)],
    )
    def test_nothing_is_a_cost_only_if_the_provider_said_so(
        self, tmp_path: Path, cost: Json | None, nanos: int | None
    ) -> None:
        entry = said(used=usage(cost=cost))
        transcript(tmp_path, entry)
        live = live_event(update(entry))
        assert live is not None
        assert (only(tmp_path).recorded_cost_nanos, live.recorded_cost_nanos) == (nanos, nanos)

    def test_cache_writes_for_an_hour_are_told_apart(self, tmp_path: Path) -> None:
        entry = said(used=usage(1, 1, cacheWrite=5000, cacheWrite1h=4000))
        transcript(tmp_path, entry)
        live = live_event(update(entry))
        assert live is not None
        assert only(tmp_path).cache_creation_1h_input_tokens == live.cache_creation_1h_input_tokens == 4000


class TestWhatBeganIt:
    @pytest.mark.parametrize(
        ("told", "trigger"),
        [
            ("user", "human"),
            ("heartbeat", "heartbeat"),
            ("cron", "cron"),
            ("memory", "memory"),
            ("overflow", "compaction"),
        ],
    )
    def test_a_run_says_what_began_it(self, tmp_path: Path, told: str, trigger: str) -> None:
        begun = json.dumps({"traceSchema": "x", "type": "session.started", "data": {"trigger": told}})
        run = f"insert into trajectory_runtime_events values ('s1', 0, 'run-1', '{begun}', 0);"
        entry = said(__openclaw={"runId": "run-1"})
        store(tmp_path, entry, more=run)
        live = live_event(update(entry, trigger=told))
        assert live is not None
        assert only(tmp_path).attribution.trigger == live.attribution.trigger == trigger

    @pytest.mark.parametrize(
        ("key", "trigger", "is_subagent"),
        [
            ("agent:main:main", None, False),
            ("agent:main:cron:nightly:run:8821", "cron", False),
            ("agent:main:hook:gmail", "hook", False),
            ("agent:main:main:heartbeat", "heartbeat", False),
            ("agent:main:subagent:5f0c", None, True),
        ],
    )
    def test_else_the_sessions_key_does(
        self, tmp_path: Path, key: str, trigger: str | None, is_subagent: bool
    ) -> None:
        store(tmp_path, said(), more=f"insert into session_windows values ('s1', '{key}', 'telegram');")
        event = only(tmp_path)
        assert (event.attribution.trigger, event.is_sidechain) == (trigger, is_subagent)
        assert event.attribution.channel == "telegram"

    def test_a_session_keeps_its_folder_when_it_goes_on_long_after_its_head(self, tmp_path: Path) -> None:
        store(tmp_path, head(), *(asked(f"q{n}") for n in range(300)))
        reader = read(AGENT, tmp_path)
        late = "'" + json.dumps(said()).replace("'", "''") + "'"
        make_database(
            tmp_path / "agents/main/agent/openclaw-agent.sqlite",
            f"insert into transcript_events values ('s1', 900, {late}, 0, null);",
        )
        [event] = reader.scan()
        assert event.attribution.project == "/home/ada/shop"


class TestLive:
    @pytest.mark.parametrize(
        "change",
        [
            {"usage": {"input": -1, "output": 5}},
            {"usage": {"input": "many", "output": 5}},
            {"usage": {"input": 10**12, "output": 5}},
            {"usage": {"input": True, "output": 5}},
            {"usage": {"input": float("nan"), "output": 5}},
            {"usage": {"input": 1, "output": 5, "cost": "cheap"}},
            {"usage": {"input": 1, "output": 5, "cost": {"total": -1}}},
            {"usage": {"input": 1, "output": 5, "cost": {"total": float("inf")}}},
            {"timestamp": None},
            {"timestamp": 12},
            {"timestamp": "2026-11-20"},
            {"provider": 5},
            {"messageId": None},
        ],
    )
    def test_a_figure_that_cannot_be_is_refused(self, change: Json) -> None:
        with pytest.raises(ValueError, match=r"."):
            live_event({**update(said()), **change})

    def test_what_a_person_said_is_none(self) -> None:
        assert live_event({"messageId": "q1", "timestamp": TIME_MS}) is None


def test_its_state_folder_can_be_named(tmp_path: Path) -> None:
    names = (".openclaw", ".clawdbot", ".moltbot", ".moldbot")
    assert AGENT.homes({}, tmp_path) == tuple(tmp_path / name for name in names)
    assert AGENT.homes({"OPENCLAW_STATE_DIR": "~/oc"}, tmp_path) == (tmp_path / "oc",)
    (tmp_path / ".openclaw-work").mkdir()
    assert tmp_path / ".openclaw-work" in AGENT.homes({}, tmp_path)
