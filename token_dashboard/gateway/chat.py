"""``chat.send`` as OpenClaw's gateway has it: a message in, a final chat message out."""

from dataclasses import dataclass
from uuid import uuid4

from token_dashboard.gateway.host import Json, Reply
from token_dashboard.gateway.params import Params

SEND = "chat.send"
EVENT = "chat"


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a person. The run has the id that the client chose, so that it can tell repeats."""

    run_id: str
    session_key: str
    message: str


def read_turn(given: Json) -> Turn:
    """Only ``message`` is needed; what else another gateway's clients send is passed over."""
    params = Params(given)
    return Turn(
        run_id=params.text("idempotencyKey") or str(uuid4()),
        session_key=params.text("sessionKey") or "main",
        message=params.required_text("message"),
    )


def final(turn: Turn, reply: Reply, now_ms: int) -> Json:
    """The payload of the event ``chat`` that ends a run."""
    return {
        "runId": turn.run_id,
        "sessionKey": turn.session_key,
        "seq": 1,
        "state": "final",
        "message": {
            "role": "assistant",
            "content": [{"type": "text", "text": reply.text}],
            "timestamp": now_ms,
        },
    }
