"""The currency that costs are shown in beside dollars, and where its rates come from."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from token_dashboard.config.finding import Loaded
from token_dashboard.model.errors import ConfigError
from token_dashboard.model.exchange import Exchange
from token_dashboard.model.money import USD

_MOST = Decimal(1_000_000)


def exchange_of(loaded: Loaded, currency: str | None) -> Exchange | None:
    """The rates of a currency, or of the one in the settings; ``None`` where dollars are enough.

    Raises:
        ConfigError: no rate is known, or the file of rates can't be used.
    """
    display = loaded.settings.display
    wanted = (currency or display.currency or USD).upper()
    if wanted == USD:
        return None
    if (fixed := display.rates.get(wanted)) is not None:
        if fixed == 0:
            raise loaded.refusal(("display", "rates", wanted), "is 0; a rate above 0 is needed.")
        return Exchange(currency=wanted, rates=((date.min, fixed),))
    if display.rates_file is None:
        raise loaded.refusal(
            ("display", "rates"),
            f"has no {wanted}: set how much of it a dollar is worth, or display.ratesFile.",
        )
    beside = loaded.file.parent if loaded.file else Path()
    return Exchange(currency=wanted, rates=_read(beside / display.rates_file.expanduser(), wanted))


def _read(path: Path, currency: str) -> tuple[tuple[date, Decimal], ...]:
    """The rates of one currency, by day: ``date,EUR,GBP`` above a line for each day."""
    import csv  # noqa: PLC0415 - few have such a file, and every report asks

    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rates = tuple(sorted(_rates(csv.reader(file), path, currency)))
    except OSError as error:
        reason = f"can't be read: {error.strerror}."
        raise ConfigError(file=str(path), path="as display.ratesFile", reason=reason) from None
    except (UnicodeDecodeError, csv.Error):
        raise _unusable(path, 1, "is no CSV in UTF-8.") from None
    if not rates:
        raise _unusable(path, 1, f"has no rate of {currency}.")
    return rates


def _rates(lines: Iterator[list[str]], path: Path, currency: str) -> Iterator[tuple[date, Decimal]]:
    titles = [title.strip().upper() for title in next(lines, [])]
    if titles[:1] != ["DATE"] or currency not in titles:
        raise _unusable(path, 1, f"must name its columns: date, and {currency} among the currencies.")
    place = titles.index(currency)
    seen = set[date]()
    for number, cells in enumerate(lines, 2):
        if not any(cells):
            continue
        written = cells[place].strip() if place < len(cells) else ""
        if not written:
            continue
        try:
            day, rate = date.fromisoformat(cells[0].strip()), Decimal(written)
        except (ValueError, InvalidOperation):
            raise _unusable(path, number, "needs a day like 2026-11-22 and a rate like 0.92.") from None
        if not rate.is_finite() or not 0 < rate <= _MOST:
            raise _unusable(path, number, f"has a rate of {written}; one above 0 is needed.")
        if day in seen:
            raise _unusable(path, number, f"has a second rate for {day}.")
        seen.add(day)
        yield day, rate


def _unusable(path: Path, line: int, reason: str) -> ConfigError:
    return ConfigError(file=str(path), path=f"line {line}", reason=reason)
