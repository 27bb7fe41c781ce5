"""The gateway methods ``token-dashboard.*``; ``schemas/`` has their answers."""

from token_dashboard.engine.dashboard import Dashboard
from token_dashboard.gateway import questions, reporting
from token_dashboard.gateway.host import ChatHost, Json
from token_dashboard.gateway.params import Params
from token_dashboard.gateway.refusal import INVALID_REQUEST, Refusal, shorten
from token_dashboard.model.budget import Scope
from token_dashboard.model.report import Dimension
from token_dashboard.render import wire


class Methods:
    """Handlers over one dashboard, in one host."""

    def __init__(self, dashboard: Dashboard, host: ChatHost) -> None:
        self._dashboard = dashboard
        self._host = host

    async def status(self, given: Json) -> Json:
        """``{refresh?, provider?}``: how things stand; ``provider`` is the only one asked."""
        params = Params(given, ("refresh", "provider"))
        refresh = params.flag("refresh")
        provider = await questions.known_provider(params, self._dashboard)
        return wire.status(await self._dashboard.status(refresh=refresh, provider=provider))

    async def cached(self, given: Json) -> Json:
        """``{}``: how things stood last, without the network."""
        Params(given, ())
        return wire.status(await self._dashboard.cached())

    async def providers(self, given: Json) -> Json:
        """``{}``: every provider known, configured or not; ``{provider, account?}``: one of them closely."""
        params = Params(given, ("provider", "account"))
        provider = await questions.known_provider(params, self._dashboard)
        if provider is None:
            return wire.providers(await self._dashboard.providers())
        only = await questions.known_account(params, self._dashboard, provider)
        return wire.provider(await self._dashboard.provider(provider, only=only))

    async def test(self, given: Json) -> Json:
        """``{provider, account?}``: ask it now, and tell each request that went out."""
        params = Params(given, ("provider", "account"))
        provider = params.required_text("provider")
        await questions.known_provider(params, self._dashboard)
        only = await questions.known_account(params, self._dashboard, provider)
        return wire.provider(await self._dashboard.test(provider, only=only))

    async def history(self, given: Json) -> Json:
        """``{by?, since?, until?, days?, timeZone?, cost?}`` and a value for each dimension to keep to.

        Usage of local days, grouped by day unless told; all of history without days; ``cost`` is ``auto``,
        ``logged`` or ``computed``. Reads new logs first.
        """
        params = Params(given, ("by", "since", "until", "days", "timeZone", "cost", *questions.FILTERS))
        cost_basis = questions.cost_basis(params)
        by = questions.dimensions(params, (Dimension.DAY,))
        tz = questions.time_zone(params)
        since, until = questions.stretch(params, self._dashboard.today(tz))
        only = questions.filters(params)
        await self._dashboard.read_logs()
        report = await self._dashboard.history.report(
            by, since=since, until=until, tz=tz, only=only, cost_basis=cost_basis
        )
        return wire.report(report)

    async def report(self, given: Json) -> Json:
        """Everything that ``tokens report`` can be asked; see ``gateway.reporting``."""
        return wire.report(await reporting.answer(self._dashboard, given))

    async def sessions(self, given: Json) -> Json:
        """The same, by session: with when each was active, where, and which models it used."""
        return wire.report(await reporting.answer(self._dashboard, given, (Dimension.SESSION,)))

    async def alerts(self, given: Json) -> Json:
        """``{}``: what the owner is warned of, what was over lately, and how messages to the owner fare."""
        Params(given, ())
        owner_chat = self._host.owner_chat
        return wire.alerts(
            await self._dashboard.alerts(), await owner_chat.delivery() if owner_chat else None
        )

    async def acknowledge(self, given: Json) -> Json:
        """``{alert}``: its number, or whose alerts are meant; the same answer as ``alerts``."""
        params = Params(given, ("alert",))
        wanted = params.required_text("alert")
        if not await self._dashboard.alert_replies.acknowledge(wanted):
            reason = f"params.alert {shorten(wanted)!r} is no alert that stands"
            raise Refusal(INVALID_REQUEST, reason)
        return await self.alerts({})

    async def budgets(self, given: Json) -> Json:
        """``{}``: how each budget stands. Reads new logs first."""
        Params(given, ())
        await self._dashboard.read_logs()
        return wire.budgets(await self._dashboard.budgets.stand())

    async def forecast(self, given: Json) -> Json:
        """``{provider?, model?, agent?, project?}``: what is to come, of everything or of that part."""
        params = Params(given, questions.FORECAST_FILTERS)
        await questions.known_provider(params, self._dashboard)
        scope = Scope(**{name: params.text(name) for name in questions.FORECAST_FILTERS})
        await self._dashboard.read_logs()
        return wire.forecast(await self._dashboard.forecasts.forecast(scope))
