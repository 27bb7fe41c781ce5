"""The requests in a thread of Codex: what each used, and which records are the same one.

A ``token_count`` event tells what the latest request used and what the thread used so far. Codex writes it
again whenever it redraws, so an event counts when the thread's totals have moved, and it counts what the
latest request used: the totals also move by what other files hold (a resumed thread), and they fall when a
thread is compacted. Old logs tell the totals alone; there the difference counts.

A request has no id of its own in these events. It is named by its thread and the thread's sums behind it,
which are the same in every copy of the file: compressed, archived, on another machine, or within a fork.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

from token_dashboard.agents._codex_counts import ZERO, Counts, counts_of, printed_counts_of
from token_dashboard.agents._codex_lines import (
    Envelope,
    Info,
    Line,
    Payload,
    envelope_of,
    is_about_usage,
    printed_usage_of,
    text,
    totals_of,
    usage_of,
)
from token_dashboard.agents._codex_thread import Response, Thread, moment_of, unknown_thread
from token_dashboard.agents._contract import Scan
from token_dashboard.agents._figures import moment_ms
from token_dashboard.agents._json import Typed
from token_dashboard.agents._jsonl import JsonLines, Piece
from token_dashboard.agents._own_logs import has_codex_thread
from token_dashboard.agents._rfc3339 import parse_ms
from token_dashboard.model.attribution import NOBODY, Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import UsageEvent, event_key, merge

_AGENT = "codex"
_LINES = JsonLines(Line, is_about_usage)
_STATE = Typed(Thread)
_new = tuple.__new__


def read(file: LogFile, cursor: Cursor | None) -> Iterator[Scan]:
    """What is new in a thread's file; see ``AgentLog.read``."""
    thread = _STATE.decode(cursor.state) if cursor is not None and cursor.state else None
    for piece in _LINES.pieces(file, cursor):
        if thread is None or piece.block.is_restart:
            thread = unknown_thread(file.path)
        requests = _Requests(file, thread)
        rejects = [*piece.rejects, *requests.add(piece)]
        yield Scan(
            cursor=piece.block.cursor._replace(state=msgspec.json.encode(thread).decode()),
            events=list(requests.events.values()),
            rejects=rejects,
            bytes_read=piece.block.bytes_read,
            is_restart=piece.block.is_restart,
        )


class _Requests:
    """The requests of one piece of a thread's file."""

    def __init__(self, file: LogFile, thread: Thread) -> None:
        self.events: dict[int, UsageEvent] = {}
        self._file = file
        self._thread = thread
        self._is_kept = cache(has_codex_thread)
        self._owner_of: tuple[str | None, ...] = ()
        self._owner = NOBODY

    def add(self, piece: Piece[Line]) -> Iterator[Reject]:
        for index, line in enumerate(piece.lines):
            payload = line.payload
            if line.type == "response_item" and payload is not None and payload.type != "web_search_call":
                continue
            try:
                self._add(line, piece.lines, index)
            except ValueError as error:
                yield Reject(path=self._file.path, line=piece.numbers[index], reason=str(error))

    def _add(self, line: Line, lines: list[Line], index: int) -> None:
        thread, payload = self._thread, line.payload
        if payload is None:
            self._add_printed(line)
        elif line.type == "event_msg":
            if payload.type == "token_count":
                if payload.info is not None:
                    self._add_count(line, payload.info, lines, index)
            elif payload.type == "task_started":
                thread.lineage.read_turn(text(payload.turn_id))
            elif payload.type == "thread_settings_applied":
                thread.read_settings(payload)
        elif line.type == "response_item":
            thread.read_search(payload)
        elif line.type == "turn_context":
            thread.read_turn(payload)
        elif line.type == "session_meta":
            thread.read_header(line, payload)
        elif line.type == "token_usage_record":
            self._read_response(line, payload)
        elif line.type == "compacted":
            thread.compaction = text(payload.compaction_response_id)
            self._add_compaction()

    def _add_count(self, line: Line, info: Info, lines: list[Line], index: int) -> None:
        thread, lineage = self._thread, self._thread.lineage
        totals = None if info.total_token_usage is None else counts_of(info.total_token_usage)
        if totals is not None and totals == thread.sums.totals:
            return  # drawn again, as every third is
        latest = None if info.last_token_usage is None else counts_of(info.last_token_usage)
        time_ms = _time_ms(line)  # before the sums move: a good repeat of a refused line counts
        counts = thread.sums.move(latest, totals)
        if counts is None or counts == ZERO:
            return
        pending = thread.pending
        if pending is not None and (
            counts == pending.counts or (totals is not None and totals == pending.totals)
        ):
            thread.pending = None
        thread.model = info.model or thread.model
        next_ms = None if lineage.is_settled or lineage.records else _next_ms(lines, index)
        origin = lineage.origin(time_ms, line.ordinal, next_ms)
        searches, thread.searches = thread.searches, 0
        if origin != "inherited":
            name = f"{lineage.thread if origin == 'own' else lineage.ancestor}:{thread.sums.name}"
            self._put(event_key(_AGENT, name), time_ms, counts, thread.trigger, searches)

    def _read_response(self, line: Line, payload: Payload) -> None:
        """Remember a response: a ``token_count`` event is about it, or it compacts the thread."""
        thread = self._thread
        totals = totals_of(payload.thread_token_usage)
        sums = None if totals is None else counts_of(totals)
        if sums is not None and sums == thread.sums.totals:
            return  # its event came before it
        thread.lineage.read_owner(text(payload.thread_id))
        response, usage = text(payload.response_id), usage_of(payload.usage)
        if response is not None and usage is not None:
            thread.pending = Response(response, _time_ms(line), counts_of(usage), sums)
            self._add_compaction()

    def _add_compaction(self) -> None:
        """Count the response that compacted the thread, unless a ``token_count`` event was about it."""
        thread, response = self._thread, self._thread.pending
        if response is not None and response.id == thread.compaction:
            thread.pending = None
            if response.counts != ZERO and not thread.lineage.is_in_copy:
                key = event_key(_AGENT, f"response:{response.id}")
                self._put(key, response.time_ms, response.counts, "compaction")
            thread.lineage.is_foreign_response = None

    def _add_printed(self, line: Line) -> None:
        """Count the sum of a turn that ``codex exec`` printed. Most have no time: the file's is near it."""
        thread = self._thread
        if line.type == "thread.started":
            thread.lineage.thread = thread.lineage.ancestor = text(line.thread_id) or thread.lineage.thread
        places = _places(line)
        place = next((place for place in places if place is not None and place.usage is not None), None)
        if place is None or place.usage is None:
            return
        counts = printed_counts_of(place.usage)
        times = line.timestamp, line.created_at, line.created_at_camel, place.timestamp, place.created_at
        time_ms = moment_ms(next((time for time in times if time is not None), self._file.mtime_ns))
        if thread.sums.move(counts, None) != ZERO and not self._is_kept(thread.lineage.thread):
            thread.model = text(line.model) or place.model or thread.model
            # A thread that is resumed prints into another file, and begins its sums anew.
            name = f"exec:{thread.lineage.thread}:{Path(self._file.path).stem}:{thread.sums.name}"
            self._put(event_key(_AGENT, name), time_ms, counts, None, requests=None)

    def _put(
        self,
        key: int,
        time_ms: int,
        counts: Counts,
        trigger: str | None,
        searches: int = 0,
        requests: int | None = 1,
    ) -> None:
        thread = self._thread
        sent, cached, written, output, reasoning = counts
        cached = min(cached, sent)
        # A bare tuple: a call by fields costs more than all that goes into them.
        event = _new(
            UsageEvent,
            (
                key,
                time_ms,
                "log",
                _AGENT,
                thread.provider,
                thread.model,
                sent,
                cached,
                min(written, sent - cached),
                0,
                output,
                min(reasoning, output),
                searches,
                thread.tier,
                thread.is_sidechain,
                self._attribution(trigger),
                requests,
                None,
                None,
                None,
            ),
        )
        seen = self.events.get(key)
        self.events[key] = event if seen is None else merge(seen, event)

    def _attribution(self, trigger: str | None) -> Attribution:
        """Who a request belongs to; one object for all requests that share it."""
        thread = self._thread
        owner_of = session, project, branch, _ = thread.lineage.thread, thread.cwd, thread.branch, trigger
        if owner_of != self._owner_of:
            self._owner_of = owner_of
            self._owner = Attribution(session=session, project=project, branch=branch, trigger=trigger)
        return self._owner


def _places(line: Line) -> Iterator[Envelope | None]:
    """Where a printed line may hold its usage; most objects of these names hold other things."""
    yield Envelope(usage=printed_usage_of(line.usage))
    for raw in (line.data, line.result, line.response):
        yield envelope_of(raw) if b'"usage"' in bytes(raw) else None


def _time_ms(line: Line) -> int:
    if line.timestamp is None:
        raise ValueError("a request without a timestamp")
    return parse_ms(line.timestamp) if type(line.timestamp) is str else moment_ms(line.timestamp)


def _next_ms(lines: list[Line], index: int) -> int | None:
    """When the next record after ``lines[index]`` was written, as far as the lines at hand go."""
    for line in lines[index + 1 :]:
        if line.payload is not None and line.payload.info is not None:
            return moment_of(line.timestamp)
    return None
