"""What ``tokens doctor`` looks at: a finding each, which ``render.check_words`` says in words."""

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from token_dashboard.cli import server
from token_dashboard.cli.compose import Product
from token_dashboard.cli.log_deletion import claude_code_deletion
from token_dashboard.cli.provider_checks import provider_checks
from token_dashboard.cli.team_checks import team_checks
from token_dashboard.config.finding import Loaded
from token_dashboard.config.places import CONFIG_FILES, config_dir
from token_dashboard.config.settings import Settings
from token_dashboard.engine.imports.twofold import days_counted_twice
from token_dashboard.model.errors import LedgerError
from token_dashboard.model.period import DAY_MS, MINUTE_MS, local_date, zone
from token_dashboard.model.report import Dimension
from token_dashboard.model.scan import Reject, ScanSummary
from token_dashboard.model.status import AgentInfo, Check
from token_dashboard.model.undelivered import Undelivered

_LISTED = 5
_OLD_PRICES_DAYS = 120
_SKEW_MS = 10 * MINUTE_MS


async def checks(product: Product, scanned: ScanSummary) -> tuple[Check, ...]:
    """Everything looked at, in the order in which a person would mend it."""
    agents = await product.dashboard.agents()
    now = product.clock.now_ms()
    return (
        _config(product.loaded),
        _ledger(product, (await product.ledger.usage.totals(None)).requests),
        *await team_checks(product),
        *_agents(agents, product.loaded.settings),
        *(_unreadable(reject) for reject in scanned.unreadable[:_LISTED]),
        *await _doubtful(product),
        *await _imported_twice(product),
        *await provider_checks(product),
        _prices(product, now),
        _gateway(product),
        *await _messages(product),
        _clock(agents, now),
    )


def checks_without_ledger(loaded: Loaded, error: LedgerError) -> tuple[Check, ...]:
    """What can be looked at when the ledger can't be opened."""
    path = _short(Path(error.params["path"]))
    return _config(loaded), Check(
        name="ledger", subject=path, is_ok=False, code=error.key, values=error.params
    )


def _config(loaded: Loaded) -> Check:
    file = loaded.file
    if file is None:
        where = config_dir(os.environ) / CONFIG_FILES[0]
        return Check(name="config", subject=_short(where), is_ok=True, code="no_config")
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        return _open_to_others("config", file)
    if loaded.passed_over:
        others = ", ".join(one.name for one in loaded.passed_over)
        return Check(
            name="config",
            subject=_short(file),
            is_ok=False,
            code="other_configs",
            values={"others": others},
        )
    return Check(name="config", subject=_short(file), is_ok=True, code="ok")


def _open_to_others(name: str, file: Path) -> Check:
    return Check(
        name=name, subject=_short(file), is_ok=False, code="readable_by_others", values={"path": str(file)}
    )


def _ledger(product: Product, requests: int) -> Check:
    path, aside = product.ledger.path, product.ledger.moved_aside
    if path is None:
        return Check(
            name="ledger",
            subject=product.ledger.name,
            is_ok=True,
            code="ledger_on_server",
            values={"count": requests},
        )
    if aside is not None:
        return Check(
            name="ledger",
            subject=_short(path),
            is_ok=False,
            code="ledger_replaced",
            values={"path": str(aside)},
        )
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return _open_to_others("ledger", path)
    size = path.stat().st_size
    return Check(
        name="ledger",
        subject=_short(path),
        is_ok=True,
        code="ledger_ok",
        values={"count": requests, "bytes": size},
    )


def _unreadable(reject: Reject) -> Check:
    return Check(
        name="skipped",
        subject=_short(Path(reject.path)),
        is_ok=False,
        code="unreadable",
        values={"reason": reject.reason, "path": reject.path},
    )


async def _doubtful(product: Product) -> list[Check]:
    """Costs in logs that cannot be: a wrong unit, most often."""
    report = await product.dashboard.history.report((Dimension.AGENT, Dimension.MODEL))
    return [
        Check(
            name=row.agent or "agents",
            subject=row.model or "?",
            is_ok=True,
            code="doubtful_costs",
            values={"count": row.totals.doubtful_requests},
        )
        for row in report.rows
        if row.totals.doubtful_requests
    ]


async def _imported_twice(product: Product) -> list[Check]:
    """Imports whose logs turned up later."""
    days = await days_counted_twice(product.ledger, zone(product.loaded.settings.time_zone))
    return [
        Check(
            name=agent,
            subject="",
            is_ok=False,
            code="imported_twice",
            values={"count": len(of_agent), "since": of_agent[0], "until": of_agent[-1]},
        )
        for agent, of_agent in days.items()
    ]


def _agents(agents: Sequence[AgentInfo], settings: Settings) -> Iterator[Check]:
    """Those that are here or that somebody set up, and one line for all others."""
    if settings.is_teams_ledger:  # no logs are read into it
        return
    absent = 0
    for agent in agents:
        is_here = agent.requests or any(home.exists for home in agent.homes)
        if agent.is_enabled and not is_here and settings.agent(agent.id).paths is None:
            absent += 1
        else:
            yield from _agent(agent, settings)
    if absent:
        yield Check(
            name="agents", subject="", is_ok=True, code="agents_without_logs", values={"count": absent}
        )


def _agent(agent: AgentInfo, settings: Settings) -> Iterator[Check]:
    if not agent.is_enabled:
        yield Check(name=agent.id, subject="", is_ok=True, code="switched_off")
        return
    found = [home for home in agent.homes if home.exists]
    if settings.agent(agent.id).paths is not None:
        setting = f"agents.{agent.id}.paths"
        for home in agent.homes:
            if not home.exists:
                yield Check(
                    name=agent.id,
                    subject=home.path,
                    is_ok=False,
                    code="folder_missing",
                    values={"setting": setting},
                )
    for home in found:
        path = Path(home.path)
        yield Check(
            name=agent.id, subject=_short(path), is_ok=True, code="log_files", values={"count": home.files}
        )
        yield from _passed_over(agent.id, path)
        if agent.id == "claude-code":
            yield claude_code_deletion(path, _short(path))
    counted = {"count": agent.requests}
    yield Check(name=agent.id, subject="", is_ok=True, code="requests", values=counted)
    if agent.rejected_lines:
        rejected = {"count": agent.rejected_lines}
        yield Check(name=agent.id, subject="", is_ok=True, code="rejected_lines", values=rejected)
    if agent.requests and not found:
        yield Check(name=agent.id, subject="", is_ok=True, code="logs_gone")


def _passed_over(agent: str, home: Path) -> Iterator[Check]:
    """What below a home isn't read: folders that may not be listed, pipes and the like, links to nowhere."""
    closed: list[Path] = []

    def remember(error: OSError) -> None:
        if isinstance(error, PermissionError) and error.filename is not None:
            closed.append(Path(error.filename))

    odd: list[Path] = []
    for place, _, files in os.walk(home, onerror=remember):
        odd += [path for name in files if not (path := Path(place, name)).is_file()]
    for folder in closed[:_LISTED]:
        yield Check(
            name=agent,
            subject=_short(folder),
            is_ok=False,
            code="folder_unreadable",
            values={"path": str(folder)},
        )
    for path in odd[:_LISTED]:
        code = "no_regular_file" if path.exists() else "dead_link"
        yield Check(name=agent, subject=_short(path), is_ok=True, code=code)


def _prices(product: Product, now_ms: int) -> Check:
    age = product.prices.book.age(local_date(now_ms, zone("UTC")))
    is_old = age.days > _OLD_PRICES_DAYS
    return Check(
        name="prices",
        subject="",
        is_ok=not is_old,
        code="prices_old" if is_old else "prices_from",
        values={"day": age.as_of},
    )


def _gateway(product: Product) -> Check:
    answer = server.ask(product.gateway_note, "health", {})
    if answer is None:
        return Check(name="gateway", subject="", is_ok=True, code="gateway_absent")
    return Check(name="gateway", subject="", is_ok=answer.get("ok") is True, code="gateway_running")


async def _messages(product: Product) -> list[Check]:
    """Messages to the owner that did not arrive, a line a channel."""
    lost: dict[str, list[Undelivered]] = {}
    for one in await product.ledger.outbox.undelivered():
        lost.setdefault(one.channel, []).append(one)
    return [
        Check(
            name="messages",
            subject=channel,
            is_ok=product.clock.now_ms() - them[0].ended_ms >= DAY_MS,
            code="undelivered_because" if them[0].reason else "undelivered",
            values={
                "count": len(them),
                "fate": them[0].fate,
                "reason": them[0].reason,
                "channel": channel,
            },
        )
        for channel, them in sorted(lost.items())
    ]


def _clock(agents: tuple[AgentInfo, ...], now_ms: int) -> Check:
    newest = max((agent.last_event_ms or 0 for agent in agents), default=0)
    is_ok = newest <= now_ms + _SKEW_MS
    return Check(name="clock", subject="", is_ok=is_ok, code="ok" if is_ok else "clock_behind")


def _short(path: Path) -> str:
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):
        return str(path)
