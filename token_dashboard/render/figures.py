"""Everything that one account tells, figure by figure, for the pages that show an account in full."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from token_dashboard.model.burn import Runway, RunwayBasis
from token_dashboard.model.report import Totals
from token_dashboard.model.snapshot import (
    Cap,
    Load,
    LoadedModel,
    Note,
    RateLimit,
    Snapshot,
    SpendPeriod,
    UsageWindow,
)
from token_dashboard.model.status import Account, Status
from token_dashboard.render.columns import bar, safe
from token_dashboard.render.language import N_, Language
from token_dashboard.render.phrases import (
    allowance_left,
    cap_left,
    decimal,
    of_scope,
    resets,
    runway_of,
    window_name,
)
from token_dashboard.render.times import LocalTime, duration
from token_dashboard.render.usage_words import cost_cell

_PERIODS = {
    SpendPeriod.DAY: N_("Today"),
    SpendPeriod.WEEK: N_("Week"),
    SpendPeriod.MONTH: N_("Month"),
    SpendPeriod.LIFETIME: N_("Ever"),
}
_BASES = {
    RunwayBasis.BALANCE_HISTORY: N_("by how the balance fell"),
    RunwayBasis.PROVIDER_SPEND: N_("by the provider's own spend"),
    RunwayBasis.LIST_COST: N_("by list cost in the agents' logs"),
}
_LOADS = {
    "requests-running": N_("running"),
    "requests-waiting": N_("waiting"),
    "cache-used": N_("cache used"),
}
_GIB = 1024**3
_LARGE = 10_000


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what it is, what it says, and further lines about it."""

    name: str
    told: str
    more: tuple[str, ...] = ()


def figures(account: Account, snapshot: Snapshot, time: LocalTime, bar_cells: int) -> list[Figure]:
    """What is left, then what stops calls, then what was spent, then how the account is made."""
    language = time.language
    return [
        *_balances(account, snapshot, time),
        *_allowances(snapshot, time),
        *_limits(snapshot, time, bar_cells),
        *_spends(snapshot, language),
        *([Figure(language.gettext("Plan"), safe(snapshot.plan, 24))] if snapshot.plan else []),
        *(_rate(one, language) for one in snapshot.rate_limits),
        *_key(snapshot, time),
        *machine(snapshot, time),
    ]


def machine(snapshot: Snapshot, time: LocalTime) -> list[Figure]:
    """How busy a runtime is, and which models it holds."""
    gettext = time.language.gettext
    return [
        *(_load(one, time.language) for one in snapshot.loads),
        *(_model(one, time) for one in snapshot.models),
        *([Figure(gettext("Loaded"), gettext("no model"))] if Note.IDLE in snapshot.notes else []),
    ]


def logged(status: Status, provider: str, language: Language) -> list[Figure]:
    """What our own logs say of the models of a provider: beside the vendor's figures, never added to them."""
    used = [one for one in status.models if one.provider == provider]
    today = sum((one.today for one in used), Totals())
    month = sum((one.month for one in used), Totals())
    return [
        Figure(
            language.gettext(period),
            language.listed(
                [
                    cost_cell(totals, language),
                    language.gettext("{count} tokens").format(count=language.tokens(totals.total_tokens)),
                ]
            ),
        )
        for period, totals in ((_PERIODS[SpendPeriod.DAY], today), (_PERIODS[SpendPeriod.MONTH], month))
        if totals.requests
    ]


def _balances(account: Account, snapshot: Snapshot, time: LocalTime) -> Iterable[Figure]:
    language = time.language
    has_several = len({balance.scope for balance in snapshot.balances}) > 1
    for balance in snapshot.balances:
        money = language.money(balance.money)
        last = runway_of(account, balance)
        yield Figure(
            language.gettext("Balance"),
            of_scope(money, balance.scope, language, is_one_of_several=has_several),
            tuple(_lasts(last, time)) if last else (),
        )


def _lasts(runway: Runway, time: LocalTime) -> list[str]:
    """How long a balance lasts, at which rate, and how that is known."""
    language = time.language
    _ = language.gettext
    if runway.per_day is None or runway.basis is None:
        return [_("how long it lasts isn't known yet")]
    if runway.empty_ms is None:
        return [_("nothing is being spent")]
    if runway.empty_ms <= time.now_ms:
        return [_("empty")]
    return [
        f"{time.runway(runway.empty_ms)} ({time.when(runway.empty_ms)})",
        _("at {money}/day, {basis}").format(
            money=language.money(runway.per_day), basis=_(_BASES[runway.basis])
        ),
    ]


def _allowances(snapshot: Snapshot, time: LocalTime) -> Iterable[Figure]:
    language = time.language
    for one in snapshot.allowances:
        left = of_scope(allowance_left(one, language), one.scope, language)
        yield Figure(safe(one.unit, 16), language.listed([left, resets(one.resets_ms, time)]))


def _limits(snapshot: Snapshot, time: LocalTime, bar_cells: int) -> Iterable[Figure]:
    """Windows and caps; of several, the one that is used most is named."""
    language = time.language
    tightest = _tightest(snapshot, time.now_ms)
    first = (language.gettext("this stops you first"),)
    for window in snapshot.windows:
        name = window_name(window.name, language)
        more = (*_counted(window, language), *(first if window is tightest else ()))
        yield Figure(name, _window(window, time, bar_cells), more)
    for cap in snapshot.caps:
        yield Figure(language.gettext("Cap"), _cap(cap, time), first if cap is tightest else ())


def _window(window: UsageWindow, time: LocalTime, bar_cells: int) -> str:
    drawn = f"{bar(window.used_percent, bar_cells)} {time.language.percent(window.used_percent)}"
    return time.language.listed([drawn, resets(window.resets_ms, time)])


def _counted(window: UsageWindow, language: Language) -> Iterable[str]:
    if window.used is not None and window.limit is not None:
        used, limit = (_short(one, language) for one in (window.used, window.limit))
        told = language.gettext("{used} of {limit} {unit}")
        yield told.format(used=used, limit=limit, unit=safe(window.unit or "", 32)).rstrip()


def _short(number: Decimal, language: Language) -> str:
    """``128 M``: a large count, as tokens are counted."""
    return language.tokens(int(number)) if number >= _LARGE else decimal(number, language)


def _cap(cap: Cap, time: LocalTime) -> str:
    language = time.language
    return language.listed(
        [of_scope(cap_left(cap, language), cap.scope, language), resets(cap.resets_ms, time)]
    )


def _tightest(snapshot: Snapshot, now_ms: int) -> UsageWindow | Cap | None:
    """The window or cap of which most is used, of several that hold now."""
    shares: list[tuple[Decimal, UsageWindow | Cap]] = [
        (one.used_percent, one) for one in snapshot.windows if one.resets_ms is None or one.resets_ms > now_ms
    ]
    shares += [
        (100 - Decimal(100) * one.remaining.nanos / one.limit.nanos, one)
        for one in snapshot.caps
        if one.remaining is not None and one.limit.nanos > 0
    ]
    most = max((share for share, _ in shares), default=Decimal(0))
    return next(one for share, one in shares if share == most) if len(shares) > 1 and most > 0 else None


def _spends(snapshot: Snapshot, language: Language) -> Iterable[Figure]:
    often = Counter(spend.period for spend in snapshot.spends)
    for spend in snapshot.spends:
        spent = language.gettext("{money} spent").format(money=language.money(spend.money))
        yield Figure(
            language.gettext(_PERIODS[spend.period]),
            of_scope(spent, spend.scope, language, is_one_of_several=often[spend.period] > 1),
        )


def _rate(rate: RateLimit, language: Language) -> Figure:
    told = language.gettext("{limit} {unit} in {time}").format(
        limit=_short(rate.limit, language), unit=safe(rate.unit, 16), time=duration(rate.per_s, language)
    )
    model = f" ({safe(rate.model, 24)})" if rate.model else ""
    return Figure(language.gettext("Rate"), told + model)


def _key(snapshot: Snapshot, time: LocalTime) -> Iterable[Figure]:
    if snapshot.key_expires_ms is not None:
        told = N_("ends {time}") if snapshot.key_expires_ms > time.now_ms else N_("ended {time}")
        when = time.when(snapshot.key_expires_ms)
        yield Figure(time.language.gettext("Key"), time.language.gettext(told).format(time=when))


def _load(load: Load, language: Language) -> Figure:
    name = language.gettext(_LOADS.get(load.name, safe(load.name.replace("-", " "), 16)))
    value = language.percent(load.value) if load.unit == "percent" else _short(load.value, language)
    unit = f" {safe(load.unit, 12)}" if load.unit and load.unit != "percent" else ""
    model = f" ({safe(load.model, 24)})" if load.model else ""
    return Figure(name, f"{value}{unit}{model}")


def _model(model: LoadedModel, time: LocalTime) -> Figure:
    language = time.language
    parts = [safe(model.name, 32)]
    if model.memory_bytes is not None:
        held = round(Decimal(model.memory_bytes) / _GIB, 1)
        parts.append(language.gettext("{size} GiB").format(size=decimal(held, language)))
    if model.unloads_ms is not None and model.unloads_ms > time.now_ms:
        parts.append(language.gettext("until {time}").format(time=time.when(model.unloads_ms)))
    return Figure(language.gettext("Loaded"), language.listed(parts))
