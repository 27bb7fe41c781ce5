"""How the two ends of the bridge meet: the first call, which brings what the host knows."""

import asyncio

from token_dashboard.contract import version
from token_dashboard.gateway.host import Json
from token_dashboard.gateway.openclaw.peer import Fault, Peer
from token_dashboard.gateway.params import Params
from token_dashboard.model.errors import TokenDashboardError
from token_dashboard.model.record import record

PROTOCOL = 1
VERSIONS_DIFFER = -32010
CANNOT_START = -32011


@record
class Hello:
    """What the host says of itself."""

    config: Json
    """The plugin's part of the host's configuration, secret references resolved."""
    state_dir: str | None
    """Where the host keeps what it stores, its agents' transcripts among it."""


class Greeting:
    """Waits for ``initialize`` and answers it once we are ready, or not able to be."""

    def __init__(self, peer: Peer) -> None:
        loop = asyncio.get_running_loop()
        self.hello: asyncio.Future[Hello] = loop.create_future()
        self._ready: asyncio.Future[None] = loop.create_future()
        peer.handlers["initialize"] = self._initialize

    def accept(self) -> None:
        self._ready.set_result(None)

    def refuse(self, error: TokenDashboardError) -> None:
        """Tell the host, and through it whoever asks, why nothing can be answered."""
        self._ready.set_exception(Fault(CANNOT_START, str(error)))

    async def _initialize(self, given: Json) -> Json:
        params = Params(given)
        if given.get("protocol") != PROTOCOL:
            theirs = params.text("shimVersion") or "unknown"
            raise Fault(
                VERSIONS_DIFFER,
                f"OpenClaw's plugin (version {theirs}) and token-dashboard {version()} don't fit together."
                " Upgrade token-dashboard, then: tokens openclaw install",
            )
        if not self.hello.done():
            self.hello.set_result(Hello(config=params.mapping("config"), state_dir=params.text("stateDir")))
        await asyncio.shield(self._ready)
        return {"protocol": PROTOCOL, "version": version()}
