"""The frames of the wire, protocol 4 of OpenClaw's gateway: JSON texts in, JSON texts out.

Request ``{type:"req", id, method, params?}``, response ``{type:"res", id, ok, payload|error}``,
event ``{type:"event", event, payload, seq?}``.
"""

import json
from dataclasses import dataclass
from typing import NoReturn

from token_dashboard.gateway.host import Json
from token_dashboard.gateway.refusal import INVALID_REQUEST, Refusal, error_shape
from token_dashboard.model.errors import RpcError

PROTOCOL = 4
MAX_PAYLOAD = 1024 * 1024
"""Bytes that one request may have."""
NO_ID = "invalid"
"""The id of the answer to a frame whose own id can't be read."""


@dataclass(frozen=True, slots=True)
class Request:
    """One call of a client."""

    id: str
    method: str
    params: Json


class BadFrame(Refusal):
    """A frame that is no request. ``id`` is the frame's own one where it could be read."""

    def __init__(self, reason: str, frame_id: str = NO_ID, detail: str | None = None) -> None:
        super().__init__(INVALID_REQUEST, reason, detail=detail)
        self.id = frame_id


def read_object(text: str | bytes) -> dict[str, object]:
    """The JSON object in a text.

    Raises:
        BadFrame: too large, no JSON, or another kind of value.
    """
    size = len(text) if isinstance(text, bytes) else len(text.encode("utf-8", "surrogatepass"))
    if size > MAX_PAYLOAD:
        raise BadFrame(
            f"the payload has {size} bytes; at most {MAX_PAYLOAD} are taken", detail="PAYLOAD_TOO_LARGE"
        )
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise BadFrame("the JSON is nested too deeply") from None
    except ValueError as error:
        raise BadFrame(f"not valid JSON: {error}") from None
    if not isinstance(value, dict):
        raise BadFrame("a JSON object is needed")
    return value


def read_request(text: str | bytes) -> Request:
    """The request in a frame.

    Raises:
        BadFrame: it is none.
    """
    frame = read_object(text)
    frame_id = frame.get("id")
    if not isinstance(frame_id, str) or not frame_id:
        raise BadFrame("id must be a non-empty string")
    if frame.get("type") != "req":
        raise BadFrame('type must be "req"', frame_id)
    method = frame.get("method")
    if not isinstance(method, str) or not method:
        raise BadFrame("method must be a non-empty string", frame_id)
    params = frame.get("params")
    if params is None:
        params = {}
    if not isinstance(params, dict):
        raise BadFrame("params must be an object", frame_id)
    return Request(frame_id, method, params)


def success(request_id: str, payload: Json) -> str:
    return json.dumps({"type": "res", "id": request_id, "ok": True, "payload": payload})


def failure(request_id: str, error: RpcError) -> str:
    return json.dumps({"type": "res", "id": request_id, "ok": False, "error": error_shape(error)})


def event(name: str, payload: Json, seq: int | None = None) -> str:
    frame: dict[str, object] = {"type": "event", "event": name, "payload": payload}
    if seq is not None:
        frame["seq"] = seq
    return json.dumps(frame)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")
