"""Phrases that chat and terminal share: windows, caps, balances, ages, the names of accounts."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_decimal

from token_dashboard.model.burn import Runway
from token_dashboard.model.money import Money
from token_dashboard.model.snapshot import (
    SCOPES_WIDEST_FIRST,
    Allowance,
    Balance,
    Cap,
    Note,
    Snapshot,
    Spend,
    SpendPeriod,
)
from token_dashboard.model.status import (
    DEFAULT_ACCOUNT,
    Account,
    Status,
    account_key,
)
from token_dashboard.render.columns import safe
from token_dashboard.render.language import N_, Language
from token_dashboard.render.times import LocalTime

_SCOPES = {
    "account": N_("account"),
    "organization": N_("organization"),
    "workspace": N_("workspace"),
    "key": N_("key"),
}
_WINDOWS = {
    "7d": N_("week"),
    "1d": N_("day"),
    "30d": N_("month"),
    "day": N_("day"),
    "week": N_("week"),
    "month": N_("month"),
    "free-requests-day": N_("free requests"),
}
_WINDOW_UNITS = {"m": N_("{count} m"), "h": N_("{count} h"), "d": N_("{count} d")}
_NAME_COLUMNS = 24


def names_of(accounts: Sequence[Account], columns: int = _NAME_COLUMNS) -> list[str]:
    """Display names; accounts that people call alike are told apart by their names in the settings."""
    often = Counter(one.name for one in accounts)
    return [
        f"{safe(one.name, columns)} {safe(one.account, 8)}"
        if often[one.name] > 1 and one.account != DEFAULT_ACCOUNT
        else safe(one.name, columns)
        for one in accounts
    ]


def names_in(accounts: Iterable[Account]) -> dict[str, str]:
    """What people call accounts: by ``account_key``, and by provider the first of its accounts."""
    named = list(accounts)
    first = {one.provider: one.name for one in reversed(named)}
    return first | {account_key(one.provider, one.account): one.name for one in named}


def called(names: Mapping[str, str], provider: str, account: str | None) -> str | None:
    """The name of an account, else of its provider."""
    own = None if account is None else names.get(account_key(provider, account))
    return own or names.get(provider)


def same_money(account: Account, language: Language) -> str:
    """Said of an account whose money another account shows already; else empty."""
    if account.shares_wallet_with is None:
        return ""
    return language.gettext("same money as {name}").format(
        name=safe(account.shares_wallet_with, _NAME_COLUMNS)
    )


def scoped(name: str, scope: str, language: Language) -> str:
    """A name with whose wallet is meant, unless it is the whole account's: ``OpenRouter key``."""
    return name if scope == "account" else f"{name} {_scope(scope, language)}"


def of_scope(figure: str, scope: str, language: Language, *, is_one_of_several: bool = False) -> str:
    """A figure with whose it is: ``$1.50 spent (key)``. The account's says so only beside another's."""
    if scope == "account" and not is_one_of_several:
        return figure
    return f"{figure} ({_scope(scope, language)})"


def _scope(scope: str, language: Language) -> str:
    return language.gettext(_SCOPES.get(scope, safe(scope, 16)))


def window_name(name: str, language: Language) -> str:
    """``5h`` → ``5 h``, ``7d`` → ``week``, ``7d-opus`` → ``week opus``."""
    words = []
    for word in [name] if name in _WINDOWS else name.split("-"):
        length = re.fullmatch(r"(\d{1,4})([mhd])", word)
        if word in _WINDOWS:
            words.append(language.gettext(_WINDOWS[word]))
        elif length:
            words.append(language.gettext(_WINDOW_UNITS[length[2]]).format(count=length[1]))
        else:
            words.append(safe(word, 16))
    return " ".join(words)


def resets(resets_ms: int | None, time: LocalTime) -> str:
    """When a window refills; a moment that has passed makes its figure an old one, which is said."""
    if resets_ms is None:
        return ""
    if resets_ms <= time.now_ms:
        return time.language.gettext("was reset")
    return time.language.gettext("resets {time}").format(time=time.until(resets_ms))


def cap_left(cap: Cap, language: Language) -> str:
    """``$7.85 of $20 left``, or the bare limit when the rest isn't known."""
    limit = language.limit(cap.limit)
    if cap.remaining is None:
        return language.gettext("limit {limit}").format(limit=limit)
    left = language.money(cap.remaining)
    return language.gettext("{money} of {limit} left").format(money=left, limit=limit)


def allowance_left(allowance: Allowance, language: Language) -> str:
    """``1,234.5 credits``, or ``20 of 100 points left`` where it is told how many there were."""
    left = decimal(allowance.amount, language)
    unit = safe(allowance.unit, 16)
    if allowance.limit is None:
        return f"{left} {unit}"
    return language.gettext("{left} of {limit} {unit} left").format(
        left=left, limit=decimal(allowance.limit, language), unit=unit
    )


def decimal(amount: Decimal, language: Language, pattern: str = "#,##0.##") -> str:
    """Two decimals at most, always in a column (``#,##0.00``); what is not nothing is never 0."""
    smallest = Decimal("0.01")
    held = smallest if 0 < amount < smallest else amount
    number: str = format_decimal(held, format=pattern, locale=language.locale)
    return f"<{number}" if held != amount else number


def summed_balances(accounts: Iterable[Account]) -> list[tuple[str, Money, int]]:
    """For each scope and currency that several balances share: scope, sum, moment of the oldest part.

    Money that two accounts show out of one wallet counts once, as it was told last.
    """
    held: dict[tuple[str, str], dict[object, tuple[int, int]]] = defaultdict(dict)
    for place, account in enumerate(accounts):
        if account.snapshot is not None:
            wallet = account.snapshot.wallet or place
            for balance in account.snapshot.balances:
                parts = held[balance.scope, balance.money.currency]
                part = (account.snapshot.taken_ms, balance.money.nanos)
                parts[wallet] = max(part, parts.get(wallet, part))
    return [
        (
            scope,
            Money(sum(nanos for _, nanos in parts.values()), currency),
            min(taken_ms for taken_ms, _ in parts.values()),
        )
        for (scope, currency), parts in held.items()
        if len(parts) > 1
    ]


def shows_figures(snapshot: Snapshot) -> bool:
    """Whether there is any figure of what is left or was spent."""
    return bool(
        snapshot.balances or snapshot.spends or snapshot.windows or snapshot.caps or snapshot.allowances
    )


def shows_machine(snapshot: Snapshot) -> bool:
    """Whether it tells of a machine instead: which models it holds, and how busy it is."""
    return bool(snapshot.models or snapshot.loads or Note.IDLE in snapshot.notes)


def spend_in(snapshot: Snapshot, period: SpendPeriod) -> Spend | None:
    """What the provider says was spent, of the widest scope it tells; of several currencies, the first."""
    found = [spend for spend in snapshot.spends if spend.period is period]
    known = (spend for scope in SCOPES_WIDEST_FIRST for spend in found if spend.scope == scope)
    return next(known, found[0] if found else None)


def runway_of(account: Account, balance: Balance) -> Runway | None:
    """The runway of one of an account's balances."""
    return next(
        (
            one
            for one in account.runways
            if (one.scope, one.balance.currency) == (balance.scope, balance.money.currency)
            and (account.snapshot is None or one.account == account.snapshot.account)
        ),
        None,
    )


def runway(found: Runway | None, time: LocalTime) -> str:
    """``≈ 18 h`` or ``empty``; empty text when it isn't known or nothing is being spent."""
    return "" if found is None or found.empty_ms is None else time.runway(found.empty_ms)


@dataclass(frozen=True, slots=True)
class Freshness:
    """Says the age of a figure only when it is worth saying: past two poll intervals."""

    time: LocalTime
    limit_ms: int

    @classmethod
    def of(cls, status: Status, time: LocalTime) -> "Freshness":
        return cls(time, 2 * status.poll_interval_s * 1000)

    def age(self, taken_ms: int) -> str:
        """``3 h old``, or empty."""
        if self.time.now_ms - taken_ms <= self.limit_ms:
            return ""
        return self.time.language.gettext("{age} old").format(age=self.time.age(taken_ms))
