"""Posts alerts to an address of the operator's, signed.

Body: one alert as ``schemas/alert.schema.json`` has it. The headers follow the Standard Webhooks
specification (https://www.standardwebhooks.com), so that its libraries check them: ``webhook-id`` is the same
whenever the same notice is posted again, ``webhook-timestamp`` is the moment of this try in seconds, and
``webhook-signature`` is ``v1,`` and the base64 of the HMAC-SHA256 of ``id.timestamp.body``.
"""

import base64
import hashlib
import hmac
import json
import logging

from token_dashboard.model.alert import Alert, AlertKind, AlertState, Condition, Severity
from token_dashboard.model.clock import Clock
from token_dashboard.model.notice import Outcome, Parcel, Receipt
from token_dashboard.model.secret import Secret
from token_dashboard.render import wire

TIMEOUT_S = 15.0
_PREFIX = "whsec_"
"""Before a secret that is written in base64."""
_TRY_AGAIN = frozenset({408, 425, 429})


class WebhookNotifier:
    """One address. The receiver knows repeats by their id, so what may have failed is posted again."""

    is_repeatable = True

    def __init__(self, name: str, url: Secret, secret: Secret, clock: Clock) -> None:
        self.name = name
        self._url = url
        self._secret = secret
        self._clock = clock

    async def notify(self, parcel: Parcel) -> Receipt:
        alerts = parcel.notice.alerts or (_sample(parcel.posted_ms),)
        for alert in alerts:
            receipt = await self._post(alert, _id(self.name, alert, parcel.posted_ms))
            if receipt.outcome is not Outcome.TAKEN:
                return receipt
        return Receipt(outcome=Outcome.TAKEN)

    async def _post(self, alert: Alert, message_id: str) -> Receipt:
        import httpx  # noqa: PLC0415 - only who has a webhook pays for it

        for name in ("httpx", "httpcore"):  # they write whole addresses at lower levels
            logging.getLogger(name).setLevel(logging.WARNING)
        body = json.dumps(wire.alert(alert), ensure_ascii=False, separators=(",", ":")).encode()
        timestamp = str(self._clock.now_ms() // 1000)
        headers = {
            "content-type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": timestamp,
            "webhook-signature": signature(signing_key(self._secret), message_id, timestamp, body),
        }
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_S) as client:
                answer = await client.post(self._url.reveal(), content=body, headers=headers)
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            return Receipt(outcome=Outcome.REFUSED, reason="no web address")
        except httpx.HTTPError as error:
            return Receipt(outcome=Outcome.FAILED, reason=type(error).__name__)
        return _receipt(answer.status_code)


def signing_key(secret: Secret) -> bytes:
    """The bytes that a secret stands for: base64 behind ``whsec_``, else the text itself.

    Raises:
        ValueError: behind ``whsec_`` is no base64.
    """
    text = secret.reveal()
    if not text.startswith(_PREFIX):
        return text.encode()
    try:
        return base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except ValueError:
        raise ValueError(f"no base64 behind {_PREFIX}") from None


def signature(key: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    """The value of ``webhook-signature``."""
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def _id(channel: str, alert: Alert, posted_ms: int) -> str:
    said = f"{channel}\n{alert.condition.key}\n{alert.state}\n{posted_ms}"
    return f"msg_{hashlib.sha256(said.encode()).hexdigest()[:32]}"


def _receipt(status: int) -> Receipt:
    if 200 <= status < 300:
        return Receipt(outcome=Outcome.TAKEN)
    is_passing = status >= 500 or status in _TRY_AGAIN
    return Receipt(outcome=Outcome.FAILED if is_passing else Outcome.REFUSED, reason=f"HTTP {status}")


def _sample(now_ms: int) -> Alert:
    condition = Condition(key="test", kind=AlertKind.LOW_BALANCE, severity=Severity.WARNING, subject="test")
    return Alert(condition=condition, state=AlertState.NEW, since_ms=now_ms)
