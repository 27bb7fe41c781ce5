"""The HTTP side of the embedded gateway: ``POST /rpc/<method>`` for curl, ``/healthz`` for supervisors."""

from collections.abc import Awaitable, Callable

from aiohttp.web import (
    Application,
    HTTPException,
    HTTPRequestEntityTooLarge,
    Request,
    Response,
    StreamResponse,
    json_response,
    middleware,
)

from token_dashboard.gateway import chat
from token_dashboard.gateway.access import Access, bearer
from token_dashboard.gateway.frames import MAX_PAYLOAD, BadFrame, read_object
from token_dashboard.gateway.host import ADMIN, CommandCall, Json
from token_dashboard.gateway.house import House
from token_dashboard.gateway.refusal import (
    FORBIDDEN,
    INVALID_REQUEST,
    UNAVAILABLE,
    Refusal,
    boundary,
    error_shape,
    shorten,
)
from token_dashboard.gateway.registry import Registry
from token_dashboard.model.clock import Clock
from token_dashboard.model.errors import RpcError

_EVERYTHING = frozenset({ADMIN})
_STATUS = {INVALID_REQUEST: 400, FORBIDDEN: 403, UNAVAILABLE: 503}
_STATUS_OF_DETAIL = {
    "AUTH_TOKEN_MISSING": 401,
    "AUTH_TOKEN_MISMATCH": 401,
    "UNKNOWN_METHOD": 404,
    "PAYLOAD_TOO_LARGE": 413,
}


class Routes:
    """Handlers; each answers ``{ok, payload|error}``, whatever goes wrong."""

    def __init__(self, access: Access, registry: Registry, house: House, clock: Clock) -> None:
        self._access = access
        self._registry = registry
        self._house = house
        self._clock = clock

    def application(self) -> Application:
        app = Application(client_max_size=MAX_PAYLOAD, middlewares=[self._guard])
        app.router.add_post("/rpc/{method}", self._rpc)
        app.router.add_get("/healthz", self._healthz)
        return app

    @middleware
    async def _guard(
        self, request: Request, handler: Callable[[Request], Awaitable[StreamResponse]]
    ) -> StreamResponse:
        try:
            self._access.check_source(request.headers.get("Host"), request.headers.get("Origin"))
            return await handler(request)
        except RpcError as error:
            return _failure(error)
        except HTTPRequestEntityTooLarge:
            return _failure(_too_large())
        except HTTPException as error:
            refusal = Refusal(INVALID_REQUEST, f"{request.method} {shorten(request.path)}: {error.reason}")
            kept = {name: error.headers[name] for name in ("Allow", "Upgrade") if name in error.headers}
            return json_response(
                {"ok": False, "error": error_shape(refusal)}, status=error.status, headers=kept
            )

    async def _rpc(self, request: Request) -> Response:
        self._access.check_token(bearer(request.headers.get("Authorization")))
        body = await request.read()
        params = read_object(body) if body.strip() else {}
        method = request.match_info["method"]
        with boundary(method):
            if method == chat.SEND:
                payload = await self._chat(params)
            else:
                payload = await self._registry.call(method, params, _EVERYTHING)
            return json_response({"ok": True, "payload": payload})

    async def _chat(self, params: Json) -> Json:
        """The final message at once: there is nobody to send an event to."""
        turn = chat.read_turn(params)
        call = CommandCall(channel="webchat", is_owner=True)
        return chat.final(turn, await self._registry.answer(turn.message, call), self._clock.now_ms())

    async def _healthz(self, _: Request) -> Response:
        """Needs no token, and says no more than a supervisor needs."""
        is_well = (await self._house.health({}))["ok"]
        return json_response({"ok": is_well}, status=200 if is_well else 503)


def _failure(error: RpcError) -> Response:
    detail = error.detail if isinstance(error, Refusal) else None
    status = _STATUS_OF_DETAIL.get(detail or "") or _STATUS.get(error.code, 500)
    return json_response(
        {"ok": False, "error": error_shape(error)},
        status=status,
        headers={"WWW-Authenticate": "Bearer"} if status == 401 else None,
    )


def _too_large() -> BadFrame:
    return BadFrame(f"at most {MAX_PAYLOAD} bytes are taken", detail="PAYLOAD_TOO_LARGE")
