"""Where each agent keeps its logs on each system, told by one file in a home where nothing else is."""

from pathlib import Path

import pytest

from token_dashboard.agents._contract import discover

LIBRARY = "Library/Application Support"
ROAMING, LOCAL = "AppData/Roaming", "AppData/Local"
EDITORS = (
    *(f".config/{name}" for name in ("Code", "Code - Insiders", "Cursor", "VSCodium", "Windsurf")),
    *(f"{LIBRARY}/{name}" for name in ("Code", "Cursor")),
    *(f"{ROAMING}/{name}" for name in ("Code", "Code - Insiders")),
    *(f"{name}/data" for name in (".vscode-server", ".cursor-server")),
)

PLACES: dict[str, tuple[str, ...]] = {
    "amp": (".local/share/amp/threads/T-1.json",),
    "antigravity": tuple(
        f".gemini/{folder}/conversations/c.db"
        for folder in ("antigravity-cli", "antigravity", "antigravity-ide")
    ),
    "augment": (".augment/sessions/s.json",),
    "cherry-studio": (
        ".config/CherryStudio/.claude/projects/-shop/s.jsonl",
        ".config/CherryStudio/Data/Agents/.claude/projects/-shop/s.jsonl",
        "Library/Application Support/CherryStudio/Data/Agents/.claude/projects/-shop/s.jsonl",
        "AppData/Roaming/CherryStudio/Data/Agents/.claude/projects/-shop/s/subagents/agent-1.jsonl",
    ),
    "claude-code": (
        ".claude/projects/-shop/s.jsonl",
        ".claude/projects/-shop/s/subagents/agent-1.jsonl",
        ".claude/projects/-shop/s/subagents/workflows/w/agent-1.jsonl",
        ".config/claude/projects/-shop/s.jsonl",
        f"{LIBRARY}/Claude/local-agent-mode-sessions/a/.claude/projects/-shop/s.jsonl",
        f"{LIBRARY}/Claude/claude-code-sessions/a/.claude/projects/-shop/s.jsonl",
        f"{ROAMING}/Claude/local-agent-mode-sessions/a/.claude/projects/-shop/s.jsonl",
        f"{ROAMING}/Claude/claude-code-sessions/a/.claude/projects/-shop/s.jsonl",
    ),
    "cline": (
        *(
            f"{editor}/User/globalStorage/saoudrizwan.claude-dev/tasks/1/ui_messages.json"
            for editor in EDITORS
        ),
        ".cline/data/tasks/1/ui_messages.json",
        ".cline/data/sessions/s/s.messages.json",
    ),
    "codebuddy": (".codebuddy/projects/shop/s.jsonl", ".codebuddy/projects/shop/s/subagents/agent-1.jsonl"),
    "codebuff": tuple(
        f".config/{channel}/projects/shop/chats/c/chat-messages.json"
        for channel in ("manicode", "manicode-dev", "manicode-staging")
    ),
    "codex": (
        ".codex/sessions/2026/11/20/rollout-2026-11-20T12-00-00-t.jsonl",
        ".codex/sessions/2026/11/20/rollout-2026-11-20T12-00-00-t.jsonl.zst",
        ".codex/archived_sessions/rollout-2026-11-20T12-00-00-t.jsonl",
    ),
    "copilot-cli": (
        ".copilot/session-state/s/events.jsonl",
        ".copilot/session-store.db",
        ".copilot/otel/spans.jsonl",
    ),
    "copilot-vscode": tuple(
        f"{editor}/User/globalStorage/github.copilot-chat/agent-traces.db" for editor in EDITORS
    ),
    "cursor": (".config/tokscale/cursor-cache/usage.csv",),
    "devin": (".local/share/devin/cli/sessions.db",),
    "droid": (".factory/sessions/s.settings.json",),
    "fx": (".fx/usage.jsonl", ".local/state/fx/usage.jsonl"),
    "dsh": (
        ".dsh/sessions/--shop--/s/session.jsonl",
        ".dsh/sessions/--shop--/s/session.v4.jsonl",
        ".dsh/sessions/--shop--/s/session.v4.jsonl.zstd",
    ),
    "gemini-cli": (
        ".gemini/tmp/abc/chats/session-1.json",
        ".gemini/tmp/abc/chats/session-1.jsonl",
        ".gemini/tmp/abc/chats/session-1/sub.jsonl",
    ),
    "goose": (
        ".local/share/goose/sessions/sessions.db",
        ".local/share/Block/goose/sessions/sessions.db",
        f"{LIBRARY}/goose/sessions/sessions.db",
        f"{LIBRARY}/Block/goose/data/sessions/sessions.db",
        f"{ROAMING}/Block/goose/data/sessions/sessions.db",
    ),
    "grok": (".grok/sessions/%2Fshop/s/updates.jsonl",),
    "hermes": (".hermes/state.db",),
    "jcode": (
        ".jcode/sessions/session_fox.json",
        ".jcode/sessions/session_fox.journal.jsonl",
        ".local/share/jcode/sessions/session_fox.json",
    ),
    "junie": (".junie/sessions/session-1/events.jsonl",),
    "kilo": (".local/share/kilo/kilo.db",),
    "kilo-code": tuple(
        f"{editor}/User/globalStorage/kilocode.kilo-code/tasks/1/ui_messages.json" for editor in EDITORS
    ),
    "kimi-cli": (".kimi/sessions/g/s/wire.jsonl", ".kimi-code/sessions/g/s/wire.jsonl"),
    "mimo-code": (".local/share/mimocode/mimocode.db", ".local/share/mimocode/mimocode-beta.db"),
    "minimax-code": (
        ".minimax/v2/sessions/2026/11/20/12-00-00-000-session_cw/messages.jsonl",
        ".local/share/minimax/v2/sessions/2026/11/20/12-00-00-000-session_cw/snapshots/g000000000000--c.jsonl",
    ),
    "muse": (
        ".local/share/muse/sessions/2026/11/20/s/session.jsonl",
        ".local/share/muse/sessions/2026/11/20/s/subagent/c/session.jsonl",
    ),
    "mux": (".mux/sessions/w/session-usage.json",),
    "openclaw": tuple(
        f"{home}/agents/main/{log}"
        for home in (".openclaw", ".openclaw-work", ".clawdbot", ".moltbot", ".moldbot")
        for log in (
            "sessions/s.jsonl",
            "sessions/s.jsonl.deleted.2026-11-20T12-00-00.000Z",
            "sessions/s.jsonl.reset.2026-11-20T12-00-00.000Z",
            "agent/openclaw-agent.sqlite",
        )
    ),
    "opencode": (
        ".local/share/opencode/storage/message/ses_1/msg_1.json",
        ".local/share/opencode/opencode.db",
        ".local/share/opencode/opencode-beta.db",
    ),
    "pi": tuple(
        f"{home}/sessions/--shop--/s.jsonl"
        for home in (".pi/agent", ".omp/agent", ".senpi/agent", ".gjc/agent", ".config/kimchi/harness")
    ),
    "qwen-code": (".qwen/projects/shop/chats/s.jsonl",),
    "reasonix": (".reasonix/stats/2026-11-20.jsonl", f"{ROAMING}/reasonix/stats/2026-11-20.jsonl"),
    "roo-code": (
        *(
            f"{editor}/User/globalStorage/rooveterinaryinc.roo-cline/tasks/1/ui_messages.json"
            for editor in EDITORS
        ),
        ".vscode-mock/global-storage/tasks/1/ui_messages.json",
    ),
    "workbuddy": (".workbuddy/projects/shop/s.jsonl", ".workbuddy/projects/shop/s/subagents/agent-1.jsonl"),
    "zcode": (".zcode/cli/db/db.sqlite",),
    "zed": (
        ".local/share/zed/threads/threads.db",
        f"{LIBRARY}/Zed/threads/threads.db",
        f"{LOCAL}/Zed/threads/threads.db",
    ),
}
TOLD_ON_THIS_MACHINE = {"crush"}
"""Whose places stand in a list of its own."""

AGENTS = {agent.id: agent for agent in discover()}


def put(path: Path) -> Path:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"")
    return path


def test_every_agents_places_are_listed() -> None:
    assert set(PLACES) | TOLD_ON_THIS_MACHINE == set(AGENTS)


@pytest.mark.parametrize(
    ("agent", "place"), [(agent, place) for agent, places in PLACES.items() for place in places]
)
def test_a_log_is_found_where_its_agent_keeps_it(tmp_path: Path, agent: str, place: str) -> None:
    log = put(tmp_path / place)
    windows = {"APPDATA": str(tmp_path / ROAMING), "LOCALAPPDATA": str(tmp_path / LOCAL)}
    environ = windows if "AppData" in place else {}
    found = [
        file.path for home in AGENTS[agent].homes(environ, tmp_path) for file in AGENTS[agent].find(home)
    ]
    assert found == [str(log)]


@pytest.mark.parametrize(
    ("agent", "place"),
    [
        *(("claude-code", f"{LIBRARY}/Claude/claude-code-sessions/a/{name}") for name in ("audit.jsonl",)),
        *(("claude-code", f".claude/{name}") for name in ("history.jsonl", "stats-cache.json")),
        ("claude-code", ".claude/projects/-shop/s.json"),
        ("codex", ".codex/history.jsonl"),
        ("gemini-cli", ".gemini/tmp/abc/logs.json"),
        ("openclaw", ".openclaw/agents/main/sessions/s.trajectory.jsonl"),
        ("openclaw", ".openclaw/agents/main/sessions/sessions.json"),
        ("grok", ".grok/sessions/%2Fshop/s/chat_history.jsonl"),
        ("grok", ".grok/logs/unified.jsonl"),
        ("junie", ".junie/sessions/index.jsonl"),
        ("devin", ".local/share/devin/cli/transcripts/s.json"),
    ],
)
def test_what_repeats_a_log_is_not_taken_for_one(tmp_path: Path, agent: str, place: str) -> None:
    put(tmp_path / place)
    (tmp_path / ".codex" / "sessions").mkdir(parents=True)
    assert [file for home in AGENTS[agent].homes({}, tmp_path) for file in AGENTS[agent].find(home)] == []
