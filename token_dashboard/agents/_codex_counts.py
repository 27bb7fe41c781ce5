"""How many tokens a Codex request used, and the sums over its thread that tell requests apart."""

from typing import TypeAlias

import msgspec

from token_dashboard.agents._codex_lines import Details, PrintedUsage, Totals, Usage

Counts: TypeAlias = tuple[int, int, int, int, int]
"""Input, cached input, cache writes, output, reasoning; the second and third are parts of the first."""

ZERO: Counts = (0, 0, 0, 0, 0)


class Sums(msgspec.Struct):
    """What a thread used so far, as its file tells it."""

    totals: Counts | None = None
    falls: int = 0
    """How often the totals fell: the same totals may come again after that."""
    untold: Counts = ZERO
    """What was used according to lines that told no totals."""

    def move(self, latest: Counts | None, totals: Counts | None) -> Counts | None:
        """What a record adds, of which it tells the latest request, the totals or both; ``None``: nothing."""
        if totals is None:
            if latest is not None:
                self.untold = add(self.untold, latest)
            return latest
        if totals == self.totals:
            return None
        before = self.totals or ZERO
        self.totals = totals
        self.falls += totals[0] + totals[3] < before[0] + before[3]
        return _difference(totals, before) if latest is None else latest

    @property
    def name(self) -> str:
        """What names the record that moved the sums last, within its thread."""
        untold = "" if self.untold == ZERO else f":{self.untold}"
        return f"{self.falls}:{self.totals}{untold}"


def counts_of(usage: Usage | Totals) -> Counts:
    """Raises: ValueError: the input or the output is missing."""
    if usage.input_tokens is None or usage.output_tokens is None:
        raise ValueError("usage without input_tokens or output_tokens")
    return (
        usage.input_tokens,
        usage.cached_input_tokens or 0,
        usage.cache_write_input_tokens or 0,
        usage.output_tokens,
        usage.reasoning_output_tokens or 0,
    )


def printed_counts_of(usage: PrintedUsage) -> Counts:
    """Raises: ValueError: the input or the output is missing."""
    sent = usage.prompt_tokens if usage.input_tokens is None else usage.input_tokens
    output = usage.completion_tokens if usage.output_tokens is None else usage.output_tokens
    if sent is None or output is None:
        raise ValueError("usage without input_tokens or output_tokens")
    sent_parts = usage.input_tokens_details or usage.prompt_tokens_details or Details()
    output_parts = usage.output_tokens_details or usage.completion_tokens_details or Details()
    return (
        sent,
        usage.cached_input_tokens or sent_parts.cached_tokens or 0,
        usage.cache_write_input_tokens or 0,
        output,
        usage.reasoning_output_tokens or output_parts.reasoning_tokens or 0,
    )


def add(one: Counts, other: Counts) -> Counts:
    return (one[0] + other[0], one[1] + other[1], one[2] + other[2], one[3] + other[3], one[4] + other[4])


def _difference(totals: Counts, before: Counts) -> Counts:
    sent, cached, written, output, reasoning = (
        max(0, now - then) for now, then in zip(totals, before, strict=True)
    )
    return sent, cached, written, output, reasoning
