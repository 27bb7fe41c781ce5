"""The checks of ``tokens doctor``: one line each, and for each problem one thing to do."""

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
        _ledger(product, sum(agent.requests for agent in agents)),
        *await team_checks(product),
        *_agents(agents, product.loaded.settings),
        *(_unreadable(reject) for reject in scanned.unreadable[:_LISTED]),
        *await _doubtful(product),
        *await provider_checks(product),
        _prices(product, now),
        _gateway(product),
        *await _messages(product),
        _clock(agents, now),
    )


def checks_without_ledger(loaded: Loaded, error: LedgerError) -> tuple[Check, ...]:
    """What can be looked at when the ledger can't be opened."""
    path = error.params["path"]
    broken = Check(name="ledger", subject=_short(Path(path)), is_ok=False, finding=str(error))
    return _config(loaded), broken


def _config(loaded: Loaded) -> Check:
    file = loaded.file
    if file is None:
        where = config_dir(os.environ) / CONFIG_FILES[0]
        return Check(
            name="config", subject=_short(where), is_ok=True, finding="none; every setting has its default"
        )
    if stat.S_IMODE(file.stat().st_mode) & 0o077:
        return Check(
            name="config",
            subject=_short(file),
            is_ok=False,
            finding="others on this computer can read it",
            advice=f"chmod 600 {file}",
        )
    if loaded.passed_over:
        others = ", ".join(one.name for one in loaded.passed_over)
        return Check(
            name="config",
            subject=_short(file),
            is_ok=False,
            finding=f"is used; {others} beside it is not",
            advice="keep one of them",
        )
    return Check(name="config", subject=_short(file), is_ok=True, finding="ok")


def _ledger(product: Product, requests: int) -> Check:
    path = product.ledger.path
    if path is None:
        finding = f"ok, {requests:,} requests"
        return Check(name="ledger", subject=product.ledger.name, is_ok=True, finding=finding)
    finding = f"ok, {requests:,} requests, {_size(path)}"
    if product.ledger.moved_aside is not None:
        return Check(
            name="ledger",
            subject=_short(path),
            is_ok=False,
            finding=f"was damaged; a new one was started ({requests:,} requests)",
            advice=f"the damaged one is {product.ledger.moved_aside}; logs that still exist were read again",
        )
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        return Check(
            name="ledger",
            subject=_short(path),
            is_ok=False,
            finding="others on this computer can read it",
            advice=f"chmod 600 {path}",
        )
    return Check(name="ledger", subject=_short(path), is_ok=True, finding=finding)


def _size(path: Path) -> str:
    size = path.stat().st_size
    return f"{size / 1e6:,.0f} MB" if size >= 1e6 else f"{size / 1e3:.0f} kB"


def _unreadable(reject: Reject) -> Check:
    path = Path(reject.path)
    advice = f"look at its rights: ls -l {path}"
    return Check(name="skipped", subject=_short(path), is_ok=False, finding=reject.reason, advice=advice)


async def _doubtful(product: Product) -> list[Check]:
    """Costs in logs that cannot be: a wrong unit, most often."""
    report = await product.dashboard.history.report((Dimension.AGENT, Dimension.MODEL))
    return [
        Check(
            name=row.agent or "unknown",
            subject=row.model or "unknown model",
            is_ok=True,
            finding=f"logged cost not believed, 1,000 times off: {row.totals.doubtful_requests:,} requests",
            advice="compare: tokens report --cost logged",
        )
        for row in report.rows
        if row.totals.doubtful_requests
    ]


def _agents(agents: Sequence[AgentInfo], settings: Settings) -> Iterator[Check]:
    """Those that are here or that somebody set up, and one line for all others."""
    absent = 0
    for agent in agents:
        is_here = agent.requests or any(home.exists for home in agent.homes)
        if agent.is_enabled and not is_here and settings.agent(agent.id).paths is None:
            absent += 1
        else:
            yield from _agent(agent, settings)
    if absent:
        others = "others" if absent < len(agents) else "agents"
        finding = f"{absent} {others} left no logs here (normal if you don't use them)"
        advice = "where that was looked for: tokens agents --json"
        yield Check(name="agents", subject="", is_ok=True, finding=finding, advice=advice)


def _agent(agent: AgentInfo, settings: Settings) -> Iterator[Check]:
    if not agent.is_enabled:
        yield Check(name=agent.id, subject="", is_ok=True, finding="switched off in the configuration")
        return
    found = [home for home in agent.homes if home.exists]
    if settings.agent(agent.id).paths is not None:
        for home in agent.homes:
            if not home.exists:
                yield Check(
                    name=agent.id,
                    subject=home.path,
                    is_ok=False,
                    finding="does not exist",
                    advice=f"correct agents.{agent.id}.paths in the configuration",
                )
    for home in found:
        files = "file" if home.files == 1 else "files"
        found_files = f"{home.files:,} {files}"
        yield Check(name=agent.id, subject=_short(Path(home.path)), is_ok=True, finding=found_files)
        yield from _passed_over(agent.id, Path(home.path))
        if agent.id == "claude-code":
            yield claude_code_deletion(Path(home.path), _short(Path(home.path)))
    lines = "line" if agent.rejected_lines == 1 else "lines"
    rejected = f", {agent.rejected_lines:,} {lines} rejected" if agent.rejected_lines else ""
    gone = "" if found else ", no logs left here"
    yield Check(
        name=agent.id,
        subject="",
        is_ok=True,
        finding=f"{agent.requests:,} requests counted{rejected}{gone}",
        advice="tokens doctor rejects" if agent.rejected_lines else None,
    )


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
            finding="may not be read; what is in it isn't counted",
            advice=f"give yourself the right to read {folder}",
        )
    for path in odd[:_LISTED]:
        why = "no regular file" if path.exists() else "a link that leads nowhere"
        yield Check(name=agent, subject=_short(path), is_ok=True, finding=f"passed over: {why}")


def _prices(product: Product, now_ms: int) -> Check:
    age = product.book.age(local_date(now_ms, zone("UTC")))
    is_old = age.days > _OLD_PRICES_DAYS
    return Check(
        name="prices",
        subject="",
        is_ok=not is_old,
        finding=f"as of {age.as_of.isoformat()}",
        advice="newer models may be unpriced: upgrade token-dashboard" if is_old else None,
    )


def _gateway(product: Product) -> Check:
    answer = server.ask(product.gateway_note, "health", {})
    if answer is None:
        return Check(name="gateway", subject="", is_ok=True, finding="not running", advice="tokens serve")
    return Check(name="gateway", subject="", is_ok=answer.get("ok") is True, finding="running")


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
            finding=f"{len(them)} did not arrive, the last one: {_why_lost(them[0])}",
            advice=f"tokens alerts test {channel}",
        )
        for channel, them in sorted(lost.items())
    ]


def _why_lost(one: Undelivered) -> str:
    fate = one.fate.value.replace("_", " ")
    return f"{fate} ({one.reason})" if one.reason else fate


def _clock(agents: tuple[AgentInfo, ...], now_ms: int) -> Check:
    newest = max((agent.last_event_ms or 0 for agent in agents), default=0)
    if newest > now_ms + _SKEW_MS:
        return Check(
            name="clock",
            subject="",
            is_ok=False,
            finding="a log has requests from the future",
            advice="check this computer's date and time",
        )
    return Check(name="clock", subject="", is_ok=True, finding="ok")


def _short(path: Path) -> str:
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):
        return str(path)
