"""OpenClaw: what the bot's host already knows of its own accounts, without any key.

It works by itself, and inside OpenClaw only: the plugin asks its gateway for what stands on the host's own
usage page (``usage.status``), which the host reads with the bot's own credentials. That covers the accounts
that the host or one of its plugins can read: Claude and ChatGPT plans, OpenRouter, GitHub Copilot, MiniMax,
xAI, DeepSeek and others. Each figure says whose it is: ``5h-anthropic``, ``openrouter``.

An account that is asked directly goes first: what the host says of that provider is left out then, so that
nothing is shown or added twice. Asked directly is better, too: the host tells no use above 100 %, leaves some
debts out, and takes a use that a vendor didn't tell for none. What it couldn't read is told in a note and
never shown as 0. Its estimates of what agents' calls cost are not here: they are no vendor's word.

Money stands in the currency that the host names, and anything else as credits. The host keeps its figures for
some minutes, so asking every five minutes is enough.
"""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Annotated

import msgspec

from token_dashboard.model.snapshot import (
    Allowance,
    Balance,
    Cap,
    Note,
    Snapshot,
    Spend,
    SpendPeriod,
    UsageWindow,
)
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Provider, Stability
from token_dashboard.providers._units import Amount, EpochMs, Number, money

UNANSWERED = "openclaw-unanswered"
"""Note: of some of its accounts the host told no figure."""

_OURS = {
    "anthropic": {"anthropic", "claude-oauth"},
    "openai": {"openai", "openai-codex"},
}
"""Our providers for one of the host's, where it isn't the one of the same id."""
_PERIODS = {
    "day": SpendPeriod.DAY,
    "daily": SpendPeriod.DAY,
    "week": SpendPeriod.WEEK,
    "weekly": SpendPeriod.WEEK,
    "month": SpendPeriod.MONTH,
    "monthly": SpendPeriod.MONTH,
}
_UNSAID_PERIODS = {"openrouter": SpendPeriod.LIFETIME, "clawrouter": SpendPeriod.MONTH}
"""What a spend covers of which the host says no period, as its sources show."""
_CURRENCIES = {"USD", "EUR", "GBP", "CNY", "JPY", "INR", "CHF", "CAD", "AUD", "SGD", "HKD", "KRW", "BRL"}
"""Units that are money. Another one in three capitals may be a vendor's own, as Venice's VCU is."""
_LENGTHS_S = {"m": 60, "h": 3600, "d": 86_400}
_WEEKS = {"week", "weekly"}
_OLD_MS = 3_600_000

_Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$")]
_Label = Annotated[str, msgspec.Meta(max_length=80)]
_Unit = Annotated[str, msgspec.Meta(pattern=r"^\w[\w .-]{0,19}$")]


class Window(msgspec.Struct, rename="camel"):
    """``used_percent`` is used, 0 to 100."""

    label: _Label
    used_percent: Number
    group_label: _Label | None = None
    reset_at: EpochMs | None = None


class Bill(msgspec.Struct, rename="camel"):
    """``type`` is balance or spend, with ``amount``, or budget, with ``used`` and ``limit``."""

    type: str
    unit: _Unit
    amount: Amount | None = None
    used: Amount | None = None
    limit: Amount | None = None
    label: _Label = ""
    period: _Label | None = None
    reset_at: EpochMs | None = None

    @property
    def is_of_key(self) -> bool:
        """Whether it is about one key of the account."""
        return "key" in self.label.lower().split()


class HostAccount(msgspec.Struct):
    """One account of the host's."""

    provider: _Id
    windows: list[Window]
    billing: list[Bill] | None = None
    error: str | None = None


class UsageAnswer(msgspec.Struct, rename="camel"):
    """The answer of ``usage.status``. While ``refreshing``, it doesn't know yet."""

    updated_at: EpochMs
    providers: list[HostAccount]
    refreshing: bool = False


async def fetch(access: Access) -> Snapshot:
    answer = await access.ask_host("usage.status", UsageAnswer)
    if answer.refreshing and not answer.providers:
        raise access.unavailable("its gateway is still asking its providers")
    accounts = [one for one in answer.providers if not _is_asked(one.provider, access.asked)]
    figures = _Figures()
    told = {one.provider: figures.add(one) for one in accounts}
    notes = {
        UNANSWERED: not all(told.values()),
        Note.NOTHING_MORE: not accounts,
        Note.INCLUDES_VENDORS: told.get("clawrouter", False),
        Note.DELAYED: access.now_ms - answer.updated_at > _OLD_MS,
    }
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        balances=tuple(figures.balances),
        spends=tuple(figures.spends),
        windows=tuple(figures.windows),
        caps=tuple(figures.caps),
        allowances=tuple(figures.allowances),
        notes=tuple(note for note, is_so in notes.items() if is_so),
    )


class _Figures:
    """What the host told, each figure under a name of its own."""

    def __init__(self) -> None:
        self.balances: list[Balance] = []
        self.spends: list[Spend] = []
        self.windows: list[UsageWindow] = []
        self.caps: list[Cap] = []
        self.allowances: list[Allowance] = []
        self._names: Counter[tuple[str, ...]] = Counter()

    def add(self, account: HostAccount) -> bool:
        """Whether there was any."""
        if account.error is not None:
            return False
        before = self._names.total()
        bills = _known(account.billing or ())
        for bill in bills:
            self._add_bill(account.provider, bill)
        has_budget = any(bill.type == "budget" for bill in bills)
        for window in account.windows:
            if not (has_budget and window.label.lower().endswith("budget")):  # it is there as a cap
                self._add_window(account.provider, window)
        return self._names.total() > before

    def _add_window(self, provider: str, window: Window) -> None:
        name, duration_s = _span(window.label)
        parts = [name, *([_slug(window.group_label)] if window.group_label else []), provider]
        self.windows.append(
            UsageWindow(
                name=self._own("window", "-".join(parts)),
                used_percent=window.used_percent,
                resets_ms=window.reset_at or None,
                duration_s=duration_s,
            )
        )

    def _add_bill(self, provider: str, bill: Bill) -> None:
        whose = f"{provider} key" if bill.is_of_key else provider
        period = _PERIODS.get(bill.period.lower()) if bill.period else None
        left = bill.limit - bill.used if bill.limit is not None and bill.used is not None else None
        is_money = bill.unit in _CURRENCIES
        match bill.type:
            case "balance" if bill.amount is not None and is_money:
                scope = self._own("balance", whose, bill.unit)
                self.balances.append(Balance(money=money(bill.amount, bill.unit), scope=scope))
            case "balance" if bill.amount is not None:
                self._add_allowance(whose, bill, bill.amount)
            case "spend" if bill.amount is not None and is_money:
                if covered := period if bill.period else _UNSAID_PERIODS.get(provider):
                    scope = self._own("spend", whose, bill.unit, covered)
                    self.spends.append(
                        Spend(money=money(bill.amount, bill.unit), period=covered, scope=scope)
                    )
            case "budget" if bill.limit is not None and left is not None and is_money:
                self.caps.append(
                    Cap(
                        limit=money(bill.limit, bill.unit),
                        remaining=money(left, bill.unit),
                        scope=self._own("cap", whose, bill.unit, str(period)),
                        period=period,
                        resets_ms=bill.reset_at or None,
                    )
                )
            case "budget" if left is not None:
                self._add_allowance(whose, bill, left)

    def _add_allowance(self, whose: str, bill: Bill, left: Decimal) -> None:
        self.allowances.append(
            Allowance(
                amount=left,
                unit=bill.unit,
                scope=self._own("allowance", whose, bill.unit),
                limit=bill.limit,
                resets_ms=bill.reset_at or None,
            )
        )

    def _own(self, kind: str, name: str, *beside: str) -> str:
        """The name, numbered from the second figure of its kind on."""
        self._names[kind, name, *beside] += 1
        count = self._names[kind, name, *beside]
        return name if count == 1 else f"{name} {count}"


def _is_asked(provider: str, asked: Collection[str]) -> bool:
    return not _OURS.get(provider, {provider}).isdisjoint(asked)


def _known(bills: Sequence[Bill]) -> Sequence[Bill]:
    """Without an account whose balance and use are both 0: OpenRouter says so to a key that may not ask."""
    amounts = {bill.type: bill.amount for bill in bills if not bill.is_of_key}
    is_blank = amounts.get("balance") == 0 and amounts.get("spend") == 0
    return [bill for bill in bills if bill.is_of_key] if is_blank else bills


def _span(label: str) -> tuple[str, int | None]:
    """The name of a window, and its length in seconds where the label says it."""
    text = label.strip().lower()
    if text in _WEEKS:
        return "7d", 7 * 86_400
    if text == "day":
        return "1d", 86_400
    if found := re.fullmatch(r"([1-9]\d{0,3})([mhd])", text, re.ASCII):
        return text, int(found[1]) * _LENGTHS_S[found[2]]
    return _slug(label), None


def _slug(label: str) -> str:
    return re.sub(r"[^\w.]+", "-", label.lower()).strip("-")[:40] or "window"


PROVIDER = Provider(
    id="openclaw",
    name="OpenClaw",
    base_url=None,
    credentials=(),
    capabilities=frozenset(
        {Capability.BALANCE, Capability.ALLOWANCE, Capability.SPEND, Capability.WINDOW, Capability.CAP}
    ),
    stability=Stability.SEMI_OFFICIAL,
    docs="https://docs.openclaw.ai/concepts/usage-tracking",
    fetch=fetch,
    needs_key=False,
    is_host=True,
)
