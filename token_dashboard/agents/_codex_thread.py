"""What is known of a Codex thread at one place of its file, beside the requests themselves."""

from pathlib import Path

import msgspec

from token_dashboard.agents._codex_counts import Counts, Sums
from token_dashboard.agents._codex_lineage import Lineage
from token_dashboard.agents._codex_lines import (
    Line,
    Payload,
    Subagent,
    action_of,
    git_of,
    history_base_of,
    number,
    settings_of,
    source_of,
    text,
)
from token_dashboard.agents._figures import moment_ms

_UUID_LENGTH = 36
_STANDARD_TIERS = frozenset({"default", "standard", "auto", ""})


class Response(msgspec.Struct):
    """A response that may turn out to be a compaction's, which no ``token_count`` event tells."""

    id: str
    time_ms: int
    counts: Counts
    totals: Counts | None


class Thread(msgspec.Struct):
    """One thread, as far as its file has been read."""

    lineage: Lineage
    sums: Sums = msgspec.field(default_factory=Sums)
    has_header: bool = False
    cwd: str | None = None
    branch: str | None = None
    provider: str | None = None
    model: str | None = None
    tier: str | None = None
    trigger: str | None = None
    is_sidechain: bool = False
    searches: int = 0
    """Web searches since the last request."""
    pending: Response | None = None
    compaction: str | None = None
    """The response that compacted the thread last."""

    def read_header(self, line: Line, payload: Payload) -> None:
        """Read a ``session_meta`` line. The first one is the file's; others came with a copied history."""
        thread = text(payload.id)
        source = source_of(payload.source)
        subagent = source.subagent if source else None
        spawn = subagent.thread_spawn if isinstance(subagent, Subagent) else None
        spawner = spawn.parent_thread_id if spawn else None
        parent = text(payload.forked_from_id) or text(payload.parent_thread_id) or spawner
        if self.has_header:
            self.lineage.read_header(thread, parent)
            return
        self.has_header = True
        self.cwd = text(payload.cwd)
        self.provider = text(payload.model_provider)
        git = git_of(payload.git)
        self.branch = git.branch if git else None
        self.is_sidechain = subagent is not None
        self.trigger = "compaction" if subagent == "compact" else None
        base = history_base_of(payload.history_base)
        thread = thread or self.lineage.thread
        self.lineage = Lineage(
            thread=thread,
            ancestor=parent or thread,
            began_ms=moment_of(text(payload.timestamp) or line.timestamp),
            header_ms=moment_of(line.timestamp),
            start_ordinal=number(payload.subagent_history_start_ordinal)
            or (base.end_ordinal_exclusive if base else None),
            is_settled=parent is None or parent == thread,
        )

    def read_turn(self, payload: Payload) -> None:
        """Read a ``turn_context`` line."""
        self.model = text(payload.model) or self.model
        self.cwd = text(payload.cwd) or self.cwd
        self.lineage.read_turn(text(payload.turn_id))

    def read_settings(self, payload: Payload) -> None:
        """Read a ``thread_settings_applied`` event; one that names no tier changes none."""
        settings = settings_of(payload.thread_settings)
        if settings is not None:
            self.model = settings.model or self.model
            self.cwd = settings.cwd or self.cwd
            if settings.service_tier is not None:
                self.tier = None if settings.service_tier in _STANDARD_TIERS else settings.service_tier

    def read_search(self, payload: Payload) -> None:
        """Read a ``web_search_call`` item."""
        action = action_of(payload.action)
        self.searches += action is None or action.type in {None, "search"}


def unknown_thread(path: str) -> Thread:
    """The thread that a file's name tells, ``rollout-<time>-<id>.jsonl``, until its first line does."""
    name = Path(path).name.removesuffix(".zst").removesuffix(".jsonl")
    thread = name[-_UUID_LENGTH:] if name.startswith("rollout-") else name
    return Thread(Lineage(thread=thread, ancestor=thread))


def moment_of(moment: str | float | None) -> int | None:
    """A time, or ``None`` when it is none."""
    try:
        return None if moment is None else moment_ms(moment)
    except ValueError:
        return None
