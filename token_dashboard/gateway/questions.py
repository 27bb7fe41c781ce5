"""What several methods ask of their params: a choice that is known, a stretch of days, filters."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo

from token_dashboard.engine.dashboard import Dashboard
from token_dashboard.gateway.params import Params
from token_dashboard.gateway.refusal import INVALID_REQUEST, Refusal, shorten
from token_dashboard.model.period import zone
from token_dashboard.model.report import TIMES, CostBasis, Dimension
from token_dashboard.model.stretch import known_day

_MOST_DAYS = 3650
FILTERS = tuple(one for one in Dimension if one not in TIMES)
"""What usage can be kept to; times are a stretch instead."""
FORECAST_FILTERS = ("provider", "model", "agent", "project")


async def known_provider(params: Params, dashboard: Dashboard) -> str | None:
    """``provider``, refused unless it is the id of one that we know."""
    known = [info.id for info in await dashboard.providers()]
    return known_choice(params, "provider", known)


async def known_account(params: Params, dashboard: Dashboard, provider: str) -> str | None:
    """``account``, refused unless the provider has it."""
    infos = [info for info in await dashboard.providers() if info.id == provider]
    return known_choice(params, "account", [one.account for info in infos for one in info.accounts])


def known_choice(params: Params, name: str, known: Sequence[str]) -> str | None:
    """A text that has to be one of several."""
    text = params.text(name)
    if text is not None and text not in known:
        raise _wrong(f"params.{name} {shorten(text)!r} is not known{_hint(text, known)}")
    return text


def dimensions(params: Params, default: Sequence[Dimension]) -> tuple[Dimension, ...]:
    """``by``: what to group by; an empty list asks for the total alone."""
    names = params.texts("by")
    if names is None:
        return tuple(default)
    allowed = [str(one) for one in Dimension]
    for name in names:
        if name not in allowed:
            raise _wrong(f"params.by {shorten(name)!r} is not known{_hint(name, allowed)}")
    return tuple(dict.fromkeys(Dimension(name) for name in names))


def filters(params: Params) -> Mapping[Dimension, str]:
    """The dimensions that have to have one value."""
    wanted = {one: params.text(one) for one in FILTERS}
    return {one: value for one, value in wanted.items() if value is not None}


def cost_basis(params: Params) -> CostBasis:
    """``cost``: which figure is meant by what something cost; the computed one unless told."""
    basis = known_choice(params, "cost", [*CostBasis])
    return CostBasis.COMPUTED if basis is None else CostBasis(basis)


def time_zone(params: Params) -> ZoneInfo | None:
    """``timeZone``: an IANA name."""
    name = params.text("timeZone")
    try:
        return zone(name) if name else None
    except ValueError:
        raise _wrong(
            f"params.timeZone {shorten(name or '')!r} is not known; use a name like Europe/Berlin"
        ) from None


def stretch(params: Params, today: date) -> tuple[date | None, date | None]:
    """``since`` and ``until``, both included, or the last ``days`` of them."""
    since, until = _day(params, "since"), _day(params, "until")
    if params.is_given("days"):
        days = params.required_number("days")
        if since or until:
            raise _wrong("params.days stands for since and until: give either")
        if not 1 <= days <= _MOST_DAYS:
            raise _wrong(f"params.days must be 1 to {_MOST_DAYS}")
        return today - timedelta(days=days - 1), today
    if since and until and since > until:
        raise _wrong("params.since is after params.until")
    return since, until


def _day(params: Params, name: str) -> date | None:
    text = params.text(name)
    if text is None:
        return None
    try:
        return known_day(text)
    except ValueError:
        raise _wrong(f"params.{name} {shorten(text)!r} is no day; write it as 2026-11-01") from None


def _hint(word: str, known: Sequence[str]) -> str:
    near = get_close_matches(word.casefold(), known, n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(known)}"


def _wrong(reason: str) -> Refusal:
    return Refusal(INVALID_REQUEST, reason)
