"""``connect``: what a client must say before anything else, and what it is told."""

from collections.abc import Iterable
from dataclasses import dataclass

from token_dashboard.contract import version
from token_dashboard.gateway import chat
from token_dashboard.gateway.access import Access
from token_dashboard.gateway.frames import MAX_PAYLOAD, PROTOCOL
from token_dashboard.gateway.host import ADMIN, ALERT_EVENT, READ, USAGE_EVENT, WRITE, CommandCall, Json
from token_dashboard.gateway.params import Params
from token_dashboard.gateway.refusal import INVALID_REQUEST, Refusal

CONNECT = "connect"
CHALLENGE_EVENT = "connect.challenge"
TICK_EVENT = "tick"
TICK_MS = 30_000
"""How often a client hears that the gateway lives."""
EVENTS = (CHALLENGE_EVENT, TICK_EVENT, chat.EVENT, ALERT_EVENT, USAGE_EVENT)


@dataclass(frozen=True, slots=True)
class Session:
    """A client that was let in."""

    id: str
    client: str
    scopes: frozenset[str]
    language: str | None

    @property
    def command_call(self) -> CommandCall:
        """Who writes when this client sends a chat message."""
        return CommandCall(
            sender=self.client,
            channel="webchat",
            is_owner=ADMIN in self.scopes,
            language=self.language,
        )


def let_in(given: Json, access: Access, session_id: str) -> Session:
    """The session of a client.

    It gets the scopes that it asks for: whoever has the token, or sits at this machine, may have any.
    One that asks for none in particular may read and write.

    Raises:
        Refusal: ``params`` are wrong, another protocol is spoken, or the token is not the right one.
    """
    params = Params(given)
    if not params.required_number("minProtocol") <= PROTOCOL <= params.required_number("maxProtocol"):
        raise Refusal(INVALID_REQUEST, f"protocol {PROTOCOL} is spoken here", detail="PROTOCOL_MISMATCH")
    client = Params(params.mapping("client"))
    if client.text("id") is None or client.text("mode") is None:
        raise Refusal(INVALID_REQUEST, "params.client needs an id and a mode")
    if (params.text("role") or "operator") != "operator":
        raise Refusal(INVALID_REQUEST, 'params.role must be "operator"')
    access.check_token(Params(params.mapping("auth")).text("token"))
    scopes = params.texts("scopes")
    return Session(
        id=session_id,
        client=client.required_text("id"),
        scopes=frozenset((READ, WRITE) if scopes is None else scopes),
        language=params.text("locale"),
    )


def hello(session: Session, methods: Iterable[str]) -> Json:
    """The payload ``hello-ok``."""
    return {
        "type": "hello-ok",
        "protocol": PROTOCOL,
        "server": {"version": version(), "connId": session.id},
        "features": {"methods": sorted(methods), "events": sorted(EVENTS)},
        "auth": {"role": "operator", "scopes": sorted(session.scopes)},
        "policy": {"maxPayload": MAX_PAYLOAD, "maxBufferedBytes": MAX_PAYLOAD, "tickIntervalMs": TICK_MS},
    }
