"""The agent's tool ``token_usage``: what is left and what was used, from what is stored, short.

What it answers goes to a model's vendor. So the names of projects, which are folders of the owner's, leave as
digests unless the settings allow their names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from hashlib import blake2b

from token_dashboard.engine.dashboard import Dashboard
from token_dashboard.gateway.host import Json
from token_dashboard.gateway.params import Params
from token_dashboard.gateway.questions import known_choice, known_provider
from token_dashboard.model.report import Dimension, ReportRow
from token_dashboard.model.status import UsageBrief
from token_dashboard.render import wire

PERIODS = ("today", "7d", "30d", "month", "all")
INPUT: Json = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "provider": {"type": "string", "description": "Only this provider's account and usage"},
        "period": {
            "type": "string",
            "enum": list(PERIODS),
            "description": "The days whose usage is summed; today when left out, month is the calendar month",
        },
        "refresh": {"type": "boolean", "description": "Ask the providers first, which may take seconds"},
    },
}
_ROWS = 10


class UsageTool:
    """The handler, over one dashboard."""

    def __init__(self, dashboard: Dashboard) -> None:
        self._dashboard = dashboard

    async def answer(self, given: Json) -> Json:
        """``{provider?, period?, refresh?}``: accounts, alerts and the usage of a period."""
        params = Params(given, ("provider", "period", "refresh"))
        refresh = params.flag("refresh")
        period = known_choice(params, "period", PERIODS) or PERIODS[0]
        provider = await known_provider(params, self._dashboard)
        if refresh:
            await self._dashboard.status(refresh=True, provider=provider)
        status = await self._dashboard.cached()
        today = self._dashboard.today()
        since = _since(period, today)
        only = {Dimension.PROVIDER: provider} if provider else {}
        models = await self._dashboard.history.report((Dimension.MODEL,), since=since, only=only)
        agents = await self._rows(Dimension.AGENT, since, only)
        projects = await self._rows(Dimension.PROJECT, since, only)
        if not self._dashboard.tells_projects:
            projects = tuple(replace(row, project=_digest(row.project)) for row in projects)
        return wire.token_usage(
            UsageBrief(
                as_of_ms=status.as_of_ms,
                time_zone=status.time_zone,
                is_stale=status.is_stale,
                accounts=tuple(one for one in status.accounts if provider in {None, one.provider}),
                alerts=tuple(one for one in status.alerts if provider in {None, one.condition.subject}),
                since=since,
                until=today,
                total=models.total,
                models=_costliest(models.rows),
                agents=_costliest(agents),
                projects=_costliest(projects),
                unpriced_models=models.unpriced_models,
            )
        )

    async def _rows(
        self, dimension: Dimension, since: date | None, only: Mapping[Dimension, str]
    ) -> Sequence[ReportRow]:
        return (await self._dashboard.history.report((dimension,), since=since, only=only)).rows


def _since(period: str, today: date) -> date | None:
    return {
        "today": today,
        "7d": today - timedelta(days=6),
        "30d": today - timedelta(days=29),
        "month": today.replace(day=1),
    }.get(period)


def _costliest(rows: Sequence[ReportRow]) -> tuple[ReportRow, ...]:
    ranked = sorted(rows, key=lambda row: (-row.totals.list_cost_nanos, -row.totals.total_tokens))
    return tuple(ranked[:_ROWS])


def _digest(project: str | None) -> str | None:
    """The same name for the same folder, always; the folder can't be read from it."""
    if project is None:
        return None
    return f"project-{blake2b(project.encode('utf-8', 'surrogatepass'), digest_size=5).hexdigest()}"
