"""What the end of a session of Copilot CLI tells, by model.

A session that is resumed ends again. Older versions tell what was used since, and such ends are added.
Versions that tell AI credits (``totalNanoAiu``) came to tell the sum of the whole session: where no figure of
an end lies below the end before it, the growth counts.

Sources: codeburn, its change 946; copilot-cli, its issue 3994.
"""

from operator import ge
from typing import NamedTuple

import msgspec

from token_dashboard.agents._figures import Count
from token_dashboard.agents._json import Typed


class Usage(msgspec.Struct, gc=False, rename="camel"):
    """What one model was used for; both kinds of cached tokens are within the input."""

    input_tokens: Count = None
    output_tokens: Count = None
    cache_read_tokens: Count = None
    cache_write_tokens: Count = None
    reasoning_tokens: Count = None


class Requests(msgspec.Struct, gc=False):
    """How often one model was asked."""

    count: Count = None


class Metrics(msgspec.Struct, gc=False):
    """One model's part of a session."""

    requests: Requests | None = None
    usage: Usage | None = None


class Shutdown(msgspec.Struct, rename="camel"):
    """The end of a stretch of a session."""

    model_metrics: dict[str, Metrics] | None = None
    total_nano_aiu: msgspec.Raw = msgspec.Raw()


class Figures(NamedTuple):
    """What an end tells of a model."""

    requests: int
    sent: int
    output: int
    read: int
    written: int
    reasoning: int


class End(NamedTuple):
    """What an end tells."""

    figures: dict[str, Figures]
    """By model."""
    tells_credits: bool

    def is_sum_behind(self, before: dict[str, Figures]) -> bool:
        """Is this the sum of an earlier end and of what came behind it?"""
        return self.tells_credits and all(
            model in self.figures and all(map(ge, self.figures[model], figures))
            for model, figures in before.items()
        )


def told(data: msgspec.Raw) -> End:
    """What the ``data`` of an end tell.

    Raises:
        ValueError: they cannot be what they claim to be.
    """
    end = _shutdown(data)
    figures = {model: _figures(of) for model, of in (end.model_metrics or {}).items() if of.usage}
    return End(figures, bytes(end.total_nano_aiu) not in {b"", b"null"})


def _figures(metrics: Metrics) -> Figures:
    usage = metrics.usage or Usage()
    if usage.input_tokens is None or usage.output_tokens is None:
        raise ValueError("usage without inputTokens or outputTokens")
    return Figures(
        (metrics.requests and metrics.requests.count) or 0,
        usage.input_tokens,
        usage.output_tokens,
        usage.cache_read_tokens or 0,
        usage.cache_write_tokens or 0,
        usage.reasoning_tokens or 0,
    )


_shutdown = Typed(Shutdown).decode
