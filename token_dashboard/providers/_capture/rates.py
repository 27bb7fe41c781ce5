"""The ``x-ratelimit-`` families, which look alike and write their resets each in another way."""

import re
from collections.abc import Callable, Iterable, Mapping

from token_dashboard.model.capture import Passing, RateReading
from token_dashboard.providers._capture._reading import number
from token_dashboard.providers._units import duration_ms

_FAMILY = re.compile(
    r"x-ratelimit(?P<kind>bysize)?-(?:limit|remaining)"
    r"(?:-(?P<unit>req|requests|tokens|input-tokens|output-tokens))?"
    r"(?:-(?P<stretch>minute|hour|day|month))?"
)
_UNITS = {"req": "requests", "requests": "requests"}
_STRETCHES_S = {"minute": 60, "hour": 3600, "day": 86_400, "month": 30 * 86_400}

Reset = Callable[[str, int], int | None]
"""A header's text and the present moment, to the moment of the reset."""


def openai_headers(headers: Mapping[str, str], now_ms: int) -> Passing:
    """OpenAI, Groq, xAI, Together, Fireworks: resets are lengths of time, ``6m0s`` or ``88ms``."""
    return _passing(headers, now_ms, _go)


def azure_headers(headers: Mapping[str, str], now_ms: int) -> Passing:
    """Azure tells what remains, and neither limits nor resets."""
    return _passing(headers, now_ms, _go, request="apim-request-id")


def cerebras_headers(headers: Mapping[str, str], now_ms: int) -> Passing:
    """Cerebras names the stretch at the end; resets are seconds from now, with a fraction."""
    return _passing(headers, now_ms, _seconds)


def mistral_headers(headers: Mapping[str, str], now_ms: int) -> Passing:
    """Mistral names the stretch at the end, also in its older ``x-ratelimitbysize-`` family of tokens."""
    return _passing(headers, now_ms, _seconds)


def _passing(
    headers: Mapping[str, str], now_ms: int, reset: Reset, *, request: str = "x-request-id"
) -> Passing:
    return Passing(request=headers.get(request), rates=tuple(rates(headers, now_ms, reset)))


def rates(headers: Mapping[str, str], now_ms: int, reset: Reset) -> Iterable[RateReading]:
    """Each family once, whichever of its members are there."""
    seen: set[tuple[str, ...]] = set()
    for name in headers:
        found = _FAMILY.fullmatch(name)
        if found is None:
            continue
        start = "x-ratelimitbysize" if found["kind"] else "x-ratelimit"
        ending = "".join(f"-{part}" for part in (found["unit"], found["stretch"]) if part)
        if (start, ending) in seen:
            continue
        seen.add((start, ending))
        limit = number(headers, f"{start}-limit{ending}")
        remaining = number(headers, f"{start}-remaining{ending}")
        if limit is None and remaining is None:
            continue
        unit = "tokens" if found["kind"] else found["unit"] or "requests"
        yield RateReading(
            unit=_UNITS.get(unit, unit.replace("-", " ")),
            limit=limit,
            remaining=remaining,
            resets_ms=reset(headers.get(f"{start}-reset{ending}", "").strip(), now_ms),
            per_s=_STRETCHES_S.get(found["stretch"] or ""),
        )


def _go(text: str, now_ms: int) -> int | None:
    length = duration_ms(text)
    return None if length is None else now_ms + length


def _seconds(text: str, now_ms: int) -> int | None:
    seconds = number({"reset": text}, "reset")
    return None if seconds is None or not 0 <= seconds < 10**7 else now_ms + int(seconds * 1000)


def epoch_ms(text: str, _now_ms: int) -> int | None:
    """Milliseconds since 1970, as OpenRouter writes its resets."""
    moment = number({"reset": text}, "reset")
    return int(moment) if moment is not None and 10**12 <= moment < 10**14 else None
