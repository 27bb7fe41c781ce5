"""Bytes, as a person says them."""

from decimal import Decimal

from token_dashboard.render.language import NO_BREAK, Language
from token_dashboard.render.phrases import decimal

_UNITS = ((10**9, "GB"), (10**6, "MB"), (10**3, "kB"))


def size_text(count: int, language: Language) -> str:
    """``18.4 MB``; one decimal at most."""
    for unit, name in _UNITS:
        if count >= unit:
            return f"{decimal(round(Decimal(count) / unit, 1), language)}{NO_BREAK}{name}"
    return f"{language.count(count)}{NO_BREAK}B"
