"""``tokens log``: a request as it was stored."""

from decimal import Decimal

from babel.numbers import format_decimal

from token_dashboard.model.money import NANOS_PER_UNIT, Money, Nanos
from token_dashboard.model.usage import UsageEvent
from token_dashboard.render.columns import safe
from token_dashboard.render.language import NO_BREAK, Language
from token_dashboard.render.terminal._grid import WARN, Line, Screen, folded, show
from token_dashboard.render.terminal.imported import unpriced_words
from token_dashboard.render.times import LocalTime, day_text

_MODEL_COLUMNS = 60
_CENT = NANOS_PER_UNIT // 100


def print_logged(screen: Screen, event: UsageEvent, time: LocalTime) -> None:
    show(screen, logged_lines(event, time, screen.width))


def logged_lines(event: UsageEvent, time: LocalTime, columns: int) -> list[Line]:
    """What was stored, when it was, and what it cost; a cost that isn't known is no 0."""
    language, _ = time.language, time.language.gettext
    moment = time.local(event.time_ms)
    model = safe(event.model or "", _MODEL_COLUMNS)
    told = [
        model,
        _("{tokens} in").format(tokens=language.count(event.input_tokens)),
        _("{tokens} out").format(tokens=language.count(event.output_tokens)),
        f"{day_text(moment.date(), language)} {time.clock(event.time_ms)}",
    ]
    if event.recorded_cost_nanos is not None:
        told.append(_("charged {money}").format(money=_exactly(event.recorded_cost_nanos, language)))
    if event.list_cost_nanos is not None:
        told.append(_("{money} at list price").format(money=_exactly(event.list_cost_nanos, language)))
    lines = folded(_("Stored: {figures}").format(figures=language.listed(told)), columns)
    if event.list_cost_nanos is None:
        lines += folded(unpriced_words([model], language), columns, WARN)
    return lines


def _exactly(nanos: Nanos, language: Language) -> str:
    """To the last digit under a cent: of a single request ``<$0.01`` says too little."""
    money = Money(nanos)
    if not 0 < nanos < _CENT:
        return language.money(money)
    amount = format_decimal(Decimal(money.amount), format="0.00#######", locale=language.locale)
    return f"{amount}{NO_BREAK}{money.currency}"
