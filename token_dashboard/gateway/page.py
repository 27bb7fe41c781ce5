"""The plugin's page in a gateway's own web interface: one document that needs nothing else.

OpenClaw shows it in a frame that may run scripts and nothing more: no further request, no form, no cookie. So
everything stands in the document, other views are links, and the policy below allows just what it brings.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs

from token_dashboard.engine.dashboard import Dashboard
from token_dashboard.gateway.host import ChatHost, PageAnswer, PageRequest
from token_dashboard.model.errors import TokenDashboardError
from token_dashboard.model.report import Dimension
from token_dashboard.render.errors import sentence_of
from token_dashboard.render.language import language
from token_dashboard.render.page import POLICY, Look, View, failure, page

_BOOK_DAYS = timedelta(days=6)
_PATHS = {"", "/", "/panel"}
_METHODS = ("GET", "HEAD")
_HEADERS: Mapping[str, str] = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy": POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
_PLAIN = {**_HEADERS, "content-type": "text/plain; charset=utf-8"}


class DashboardPage:
    """Answers from what is stored, after reading new logs; the poller asks the providers."""

    def __init__(self, dashboard: Dashboard, host: ChatHost) -> None:
        self._dashboard = dashboard
        self._host = host

    async def answer(self, request: PageRequest) -> PageAnswer:
        """The page, or its headers alone; 405 for other methods, 404 for other paths."""
        if request.method not in _METHODS:
            allow = {**_PLAIN, "allow": ", ".join(_METHODS)}
            return PageAnswer(status=405, headers=allow, body="Only GET and HEAD are answered here.\n")
        if request.path not in _PATHS:
            return _answer(request, 404, _PLAIN, "There is no such page.\n")
        spoken = language(self._dashboard.settings_language)
        try:
            return _answer(request, 200, _HEADERS, page(await self._look(request.query), spoken))
        except TokenDashboardError as error:
            return _answer(request, 503, _HEADERS, failure(sentence_of(error, spoken), spoken))

    async def _look(self, query: str) -> Look:
        view = View.of(parse_qs(query[:200]))
        await self._dashboard.read_logs()
        until = self._dashboard.today()
        since = until - timedelta(days=view.range.days - 1)
        by = (Dimension.DAY, Dimension.AGENT, Dimension.MODEL)
        owner_chat = self._host.owner_chat
        look = Look(
            view=view,
            status=await self._dashboard.cached(),
            usage=await self._dashboard.history.report(by, since=since, until=until),
            alerts=await self._dashboard.alerts(),
            delivery=await owner_chat.delivery() if owner_chat else None,
            names=self._dashboard.names,
            books=await self._dashboard.vendor_report(until - _BOOK_DAYS),
        )
        if not look.is_empty:
            return look
        agents, providers = await self._dashboard.agents(), await self._dashboard.providers()
        return replace(look, agents=agents, providers=providers)


def _answer(request: PageRequest, status: int, headers: Mapping[str, str], body: str) -> PageAnswer:
    return PageAnswer(status=status, headers=headers, body="" if request.method == "HEAD" else body)
