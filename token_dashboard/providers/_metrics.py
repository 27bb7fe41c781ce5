"""Metrics of a server as Prometheus reads them (its text exposition format)."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from token_dashboard.providers._units import Number

_LINE = re.compile(r"([a-zA-Z_:][\w:]*)(?:\{(.*)\})?[ \t]+(\S+)(?:[ \t]+-?\d+)?", re.ASCII)
_LABEL = re.compile(r'\s*([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"\s*(?:,|$)', re.ASCII)
_NO_NUMBERS = {"nan", "+inf", "-inf", "inf"}


class Sample(NamedTuple):
    """One series at this moment."""

    name: str
    labels: Mapping[str, str]
    value: Decimal


def samples(text: str) -> list[Sample]:
    """The series that have a value; ``NaN`` and infinities are none.

    Raises:
        ValueError: a line is no metric.
    """
    found = []
    for line in map(str.strip, text.splitlines()):
        if not line or line.startswith("#"):
            continue
        parts = _LINE.fullmatch(line)
        if not parts:
            raise ValueError("not a metric")
        name, labels, value = parts.groups()
        if value.lower() not in _NO_NUMBERS:
            found.append(Sample(name, _labels(labels or ""), Number(value)))
    return found


def _labels(text: str) -> dict[str, str]:
    labels = {one[1]: re.sub(r"\\(.)", r"\1", one[2]) for one in _LABEL.finditer(text)}
    if not labels and text.strip():
        raise ValueError("not labels")
    return labels
