"""Why some hours cost more than usual.

It is looked for in what the agent did that spent most of it. Its extra money has two parts.
``(requests - usual requests) * usual cost a request`` comes of more requests, and is put on the session
that spent most. ``requests * (cost a request - usual cost a request)`` comes of dearer requests, and is put
on what changed most of these, each as a factor of the cost:

* cache: cached input costs about a tenth, so it is ``(10 - 9 * share now) / (10 - 9 * share before)``,
* context: input a request, now over before,
* model: what the two leave unexplained, where most of the money goes to a model that was seldom used before.

Before is the agent's own past; usual is its mean.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal

from token_dashboard.analysis.watchers.usual import cost
from token_dashboard.model.alert import Cause, CauseKind
from token_dashboard.model.money import USD, Money
from token_dashboard.model.period import HOUR_MS
from token_dashboard.model.record import record
from token_dashboard.model.series import UsageSlice

_LEAST_FACTOR = Decimal("1.4")
_MOST = 2
"""Half of the money is most of it."""
_SELDOM = 5
"""A fifth of the requests is seldom."""


def causes_of(
    past: Sequence[UsageSlice], recent: Sequence[UsageSlice], recent_hours: int
) -> tuple[Cause, ...]:
    """What changed, weightiest first; the session that spent most is always among them, where it is known."""
    spenders: Counter[str | None] = Counter()
    for one in recent:
        spenders[one.agent] += cost(one)
    agent = max(spenders, key=lambda name: (spenders[name], name or ""), default=None)
    past = [one for one in past if one.agent == agent]
    recent = [one for one in recent if one.agent == agent]
    before, now = _Mean.of(past), _Mean.of(recent)
    if now.requests == 0 or before.requests == 0:
        return ()
    hours = max(len({one.start_ms // HOUR_MS for one in past}), 1)
    usual_requests = Decimal(before.requests) * recent_hours / hours
    more = int((now.requests - usual_requests) * before.each)
    dearer = int(now.requests * (now.each - before.each))
    factors = _factors(before, now)
    if factors:
        _, kind, name, was, is_now = max(factors, key=lambda one: one[0])
        dear = [Cause(kind=kind, name=name, before=was, after=is_now, money=Money(max(dearer, 0), USD))]
    else:
        dear = []
    session = _session(recent, usual_requests)
    causes = [*dear, *session] if dearer >= more else [*session, *dear]
    return tuple(causes)


@record
class _Mean:
    """What an average request is like."""

    requests: int
    each: Decimal
    """Nanos a request."""
    input_each: Decimal
    cached_share: Decimal
    models: Counter[str | None]
    """Requests."""
    spent: Counter[str | None]
    """Nanos, by model."""

    @classmethod
    def of(cls, slices: Sequence[UsageSlice]) -> "_Mean":
        requests = sum(one.requests for one in slices)
        tokens = sum(one.input_tokens for one in slices)
        models: Counter[str | None] = Counter()
        spent: Counter[str | None] = Counter()
        for one in slices:
            models[one.model] += one.requests
            spent[one.model] += cost(one)
        return cls(
            requests=requests,
            each=Decimal(sum(spent.values())) / max(requests, 1),
            input_each=Decimal(tokens) / max(requests, 1),
            cached_share=Decimal(sum(one.cache_read_input_tokens for one in slices)) / max(tokens, 1),
            models=models,
            spent=spent,
        )


_Factor = tuple[Decimal, CauseKind, str | None, Decimal | None, Decimal | None]


def _factors(before: _Mean, now: _Mean) -> list[_Factor]:
    cache = (10 - 9 * now.cached_share) / (10 - 9 * before.cached_share)
    context = now.input_each / before.input_each if before.input_each else Decimal(1)
    found: list[_Factor] = [
        (cache, CauseKind.CACHE, None, _percent(before.cached_share), _percent(now.cached_share)),
        (context, CauseKind.CONTEXT, None, _whole(before.input_each), _whole(now.input_each)),
    ]
    ((model, nanos),) = now.spent.most_common(1)
    is_most = nanos * _MOST >= sum(now.spent.values())
    is_new = is_most and before.models[model] * _SELDOM <= before.requests
    if is_new and model is not None and before.each:
        rest = now.each / before.each / max(cache * context, Decimal("0.01"))
        found.append((rest, CauseKind.MODEL, model, None, None))
    return [one for one in found if one[0] >= _LEAST_FACTOR]


def _session(recent: Sequence[UsageSlice], usual_requests: Decimal) -> list[Cause]:
    """The session that spent most; nothing when sessions aren't known."""
    spent = _by_session(recent, cost)
    if not spent:
        return []
    name = max(spent, key=lambda one: (spent[one], one))
    asked = _by_session(recent, lambda one: one.requests)[name]
    return [
        Cause(
            kind=CauseKind.SESSION,
            name=name,
            before=_whole(usual_requests),
            after=Decimal(asked),
            money=Money(spent[name], USD),
        )
    ]


def _by_session(slices: Sequence[UsageSlice], figure: Callable[[UsageSlice], int]) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for one in slices:
        if one.session is not None:
            sums[one.session] += figure(one)
    return sums


def _percent(share: Decimal) -> Decimal:
    return _whole(100 * share)


def _whole(figure: Decimal) -> Decimal:
    return figure.quantize(Decimal(1))
