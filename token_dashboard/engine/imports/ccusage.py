"""What ``ccusage --json`` prints: usage of agents' logs by day or by session, and by model.

Shapes are those of ccusage 20.0.24 (``daily``, ``session``, also of one agent and ``--by-agent``) and the
older one of a single agent. Cached input stands beside the other input; a total tells where it is part of
it. A row is a sum of nobody knows how many requests, dated at noon of its day, or when its session was last
active. Reports of one agent mostly don't say of which.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from token_dashboard.agents._rfc3339 import EARLIEST_MS
from token_dashboard.engine.imports.importing import Claim
from token_dashboard.engine.imports.told import epoch_ms, possible, told_cost
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.errors import AgentLogError
from token_dashboard.model.period import start_of
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import MAX_TOKENS, UsageEvent, event_key

Row = Mapping[str, Any]

_HALF_DAY_MS = timedelta(hours=12) // timedelta(milliseconds=1)
_AGENTS = {
    "claude": "claude-code",
    "copilot": "copilot-cli",
    "gemini": "gemini-cli",
    "kimi": "kimi-cli",
    "qwen": "qwen-code",
}
"""Where our name of an agent is another one."""
_BEFORE = re.compile(r"^\[([^]]*)\] ")
"""``[openclaw] gpt-5.2``: ccusage sets the agent before some models."""
_SUMS = {"weekly": "weeks", "monthly": "months", "blocks": "blocks"}
_COUNTS = ("inputTokens", "outputTokens", "cacheReadTokens", "cacheCreationTokens", "reasoningOutputTokens")
_LARGEST_PART = MAX_TOKENS // 4
"""Of each class of tokens in one event: input and its cached parts together are then no more than allowed."""
_UUID_LENGTH = 36
_ROLLOUT = "rollout-"
_NO_ANSWER = "it is no answer of ccusage daily --json or ccusage session --json"
LARGEST = 256 << 20
"""Characters of an answer that is read."""


def claims(text: str, name: str, tz: ZoneInfo, whose: str | None = None) -> Iterator[Claim | Reject]:
    """The rows of an answer.

    ``name`` is what it comes from. ``whose`` is the agent whose logs it sums up, where it doesn't say so.

    Raises:
        AgentLogError: it is no answer of ``ccusage --json``, or none of its rows can be taken for one reason.
    """
    try:
        rows = list(_rows(_answer(text)))
    except ValueError as error:
        raise AgentLogError(path=name, reason=str(error)) from error
    taken: list[Claim] = []
    rejects: list[Reject] = []
    reasons: set[str] = set()
    for number, (kind, row) in enumerate(rows, start=1):
        try:
            taken += [*_claims(kind, row, tz, whose)]  # all of a row or nothing
        except (ValueError, TypeError, AttributeError, KeyError, OverflowError) as error:
            reason = _reason(error)
            reasons.add(reason)
            rejects.append(Reject(path=name, line=0, reason=f"{_called(row, number)}: {reason}"))
    if len(rejects) == len(rows) > 1 and len(reasons) == 1:
        raise AgentLogError(path=name, reason=reasons.pop())
    yield from taken
    yield from rejects


def agent_id(name: str) -> str:
    """Our name of an agent, which may be ccusage's."""
    return _AGENTS.get(name, name)


def _answer(text: str) -> Any:
    if len(text) > LARGEST:
        raise ValueError("it is too large for an answer of ccusage")
    try:
        return json.loads(text.removeprefix("\ufeff"), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise ValueError("it is no JSON") from error


def _rows(answer: Any) -> Iterator[tuple[str, Any]]:
    """Each row that says what one agent used, and whether it is of a day or of a session."""
    if not isinstance(answer, dict):
        raise ValueError("it is no answer of ccusage --json")  # noqa: TRY004 - see _listed
    if "daily" in answer and ("session" in answer or "sessions" in answer):
        raise ValueError(_NO_ANSWER)
    found = False
    for kind, name in (("daily", "daily"), ("session", "session"), ("session", "sessions")):
        for row in _listed(answer.get(name)):
            agents = _listed(row.get("agents")) if isinstance(row, dict) else []
            yield from ((kind, row | one if isinstance(one, dict) else one) for one in agents or [row])
        found = found or name in answer
    projects = answer.get("projects") or {}
    if not isinstance(projects, dict):
        raise ValueError(_NO_ANSWER)  # noqa: TRY004 - see _listed
    for project, rows in projects.items():
        for row in _listed(rows):
            yield "daily", {"project": project} | row if isinstance(row, dict) else row
        found = True
    if not found:
        by = ", ".join(sums for name, sums in _SUMS.items() if name in answer)
        raise ValueError(
            f"it is a report of {by}; bring days or sessions: ccusage daily --json --by-agent"
            if by
            else _NO_ANSWER
        )


def _listed(rows: Any) -> list[Any]:
    if not isinstance(rows or [], list):
        raise ValueError(_NO_ANSWER)  # noqa: TRY004 - one error for every bad file
    return rows or []


def _claims(kind: str, row: Row, tz: ZoneInfo, whose: str | None) -> Iterator[Claim]:
    if not isinstance(row, dict):
        raise TypeError
    agent = _agent(row, whose, kind)
    name = str(row.get("date") or row.get("sessionId") or row["period"])
    project = row.get("project") or row.get("projectPath")
    begun_ms, time_ms = (None, _day_ms(name, "date", tz)) if kind == "daily" else _life(row, name, tz)
    session = _session(name) if kind == "session" else None
    owners = Attribution(project=project if isinstance(project, str) else None, session=session)
    for model, sums in _models(row).items():
        cost = sums.get("cost", sums.get("totalCost", sums.get("costUSD")))
        for part, used in enumerate(_events_of(sums)):
            called = f"{kind}:{agent}:{project or ''}:{session or name}:{model or ''}"
            identity = called + (f":{part}" if part else "")
            key = event_key("ccusage", identity)
            event = used._replace(key=key, time_ms=time_ms, agent=agent, model=model, attribution=owners)
            theirs = None if part else told_cost(cost)
            yield Claim(event, theirs, (agent,), begun_ms=begun_ms, is_of_machine=True)


def _events_of(sums: Row) -> Iterator[UsageEvent]:
    """What a sum holds, in as many events as it takes for none to be too large for one.

    A sum that grows fills the last of them and leaves the others as they were.
    """
    sent, output, read, written, reasoning = (_count(sums.get(name)) for name in _COUNTS)
    if sums.get("totalTokens") == sent + output:
        sent -= read + written
    if sent < 0:
        raise ValueError("its input is less than its cached parts")
    for start in range(0, max(sent, output, read, written), _LARGEST_PART):
        plain, out, cached, created, thought = (
            min(max(count - start, 0), _LARGEST_PART) for count in (sent, output, read, written, reasoning)
        )
        yield UsageEvent(
            key=0,
            time_ms=0,
            source="import",
            agent=None,
            provider=None,
            model=None,
            input_tokens=plain + cached + created,
            cache_read_input_tokens=cached,
            cache_creation_input_tokens=created,
            output_tokens=out,
            reasoning_output_tokens=thought,
            requests=None,
        )


def _models(row: Row) -> dict[str | None, Row]:
    """Sums by model; thoughts that only a row's total has are its model's, or nobody's if it has several."""
    models = _told_models(row)
    thoughts = _thoughts(row)
    if not thoughts:
        return models
    name, sums = next(iter(models.items())) if len(models) == 1 else (None, models.get(None, {}))
    more = {key: _count(sums.get(key)) + thoughts for key in ("outputTokens", "reasoningOutputTokens")}
    return models | {name: {**sums, **more}}


def _thoughts(row: Row) -> int:
    """Gemini CLI's and OpenCode's, which ccusage has in total and cost, and leaves out of the output."""
    parts = sum(_count(row.get(name)) for name in _COUNTS[:4])
    return max(_count(row.get("totalTokens")) - parts, 0)


def _told_models(row: Row) -> dict[str | None, Row]:
    if breakdowns := row.get("modelBreakdowns"):
        names = [str(one["modelName"]) for one in breakdowns]
        return dict(zip(_plain(names), breakdowns, strict=True))
    if models := row.get("models"):
        # One agent's report tells the cost of the row alone; with one model it is that model's.
        only = {"costUSD": row.get("costUSD")} if len(models) == 1 else {}
        return {str(model): only | sums for model, sums in models.items()}
    used = row.get("modelsUsed") or []
    return {_plain(used)[0] if len(used) == 1 else None: row}


def _plain(names: Sequence[str]) -> Sequence[str]:
    """Models without the agent before them."""
    plain = [_BEFORE.sub("", name) for name in names]
    return plain if len(set(plain)) == len(plain) else names


def _named_before(row: Row) -> str | None:
    """The agent that stands before all models' names."""
    names = row.get("modelsUsed") or [one["modelName"] for one in row.get("modelBreakdowns") or []]
    found = {before and before[1] for before in map(_BEFORE.match, names)}
    return found.pop() if len(found) == 1 else None


def _agent(row: Row, whose: str | None, kind: str) -> str:
    told = row.get("agent")
    if told is None:
        told = _named_before(row)
    if told is None and isinstance(row.get("models"), dict):  # the shape of ``ccusage codex``
        told = "codex"
    if told == "all":
        agents = (row.get("metadata") or {}).get("agents") or []
        if len(agents) != 1:
            raise ValueError("it sums up several agents; bring ccusage daily --json --by-agent")
        told = agents[0]
    if told is None and whose is None:
        # Its models don't tell: most agents can use anybody's.
        better = "session --json" if kind == "session" else "daily --json --by-agent"
        raise ValueError(
            f"it doesn't say whose logs it sums up; name the agent with --agent, or bring ccusage {better}"
        )
    agent = whose if told is None else agent_id(str(told))
    if whose not in {None, agent}:
        raise ValueError(f"it is of {agent}, not of {whose}")
    return str(agent)


def _session(name: str) -> str:
    """The agent's own id of a session; of Codex ccusage tells the path of its log."""
    last = name.rpartition("/")[2]
    return last[-_UUID_LENGTH:] if last.startswith(_ROLLOUT) else name


def _day_ms(day: str, field: str, tz: ZoneInfo) -> int:
    try:
        parsed = date.fromisoformat(day)
    except ValueError:
        raise ValueError(f"{field} is no day") from None
    return possible(start_of(parsed, tz) + _HALF_DAY_MS)


def _life(row: Row, name: str, tz: ZoneInfo) -> tuple[int, int]:
    """When a session was first and last active; where nothing tells the first, it may be any time before."""
    more = row.get("metadata") or {}
    last, first = (row.get(field) or more.get(field) for field in ("lastActivity", "firstActivity"))
    if not isinstance(last, str):
        raise ValueError("it doesn't say when the session was active")  # noqa: TRY004 - see _listed
    ended_ms = _moment_ms(last, "lastActivity", tz)
    log = name.rpartition("/")[2]
    if isinstance(first, str):
        begun_ms = _moment_ms(first, "firstActivity", tz)
    elif log.startswith(_ROLLOUT):  # Codex names a log by the day on which it began
        begun_ms = _day_ms(log.removeprefix(_ROLLOUT)[: len("2026-11-22")], "sessionId", tz)
    else:
        begun_ms = EARLIEST_MS
    return min(begun_ms, ended_ms), ended_ms


def _moment_ms(text: str, field: str, tz: ZoneInfo) -> int:
    if len(text) == len("2026-11-22"):
        return _day_ms(text, field, tz)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{field} is no time") from None
    return epoch_ms(moment if moment.tzinfo else moment.replace(tzinfo=tz))


def _count(value: object) -> int:
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 1000 * MAX_TOKENS:
        raise ValueError("a count of tokens is no whole number from 0")
    return value


def _reason(error: Exception) -> str:
    return str(error) if isinstance(error, ValueError) else "it has another shape than ccusage's rows"


def _called(row: object, number: int) -> str:
    """A row's day or session; lines of such a file have no meaning."""
    name = None
    if isinstance(row, dict):
        name = row.get("date") or row.get("sessionId") or row.get("period")
    return name if isinstance(name, str) else f"#{number}"
