"""Brings notices to one of apprise's services: Slack, Discord, Telegram, e-mail, ntfy, a desktop and more.

Apprise is an extra, loaded when the first notice leaves. Its log, and that of what it speaks HTTP with, tells
of addresses and answers, which are secrets or hold some: it is closed, and all that is said of a failure is
that there was one.
"""

import asyncio
import logging
import tempfile
from pathlib import Path

from token_dashboard.engine.dashboard import Dashboard
from token_dashboard.model.alert import AlertState, Severity
from token_dashboard.model.clock import Clock
from token_dashboard.model.notice import Notice, Outcome, Parcel, Receipt
from token_dashboard.model.secret import Secret
from token_dashboard.render import chat
from token_dashboard.render.language import language
from token_dashboard.render.picture import bars_png

TIMEOUT_S = 60.0


class AppriseNotifier:
    """One address of apprise's."""

    is_repeatable = False

    def __init__(self, name: str, url: Secret, dashboard: Dashboard, clock: Clock) -> None:
        self.name = name
        self._url = url
        self._dashboard = dashboard
        self._clock = clock

    async def notify(self, parcel: Parcel) -> Receipt:
        text = chat.notice(
            parcel.notice,
            language(self._dashboard.settings_language),
            self._clock.now_ms(),
            self._dashboard.names,
            self._dashboard.time_zone,
        )
        try:
            async with asyncio.timeout(TIMEOUT_S):
                return await asyncio.to_thread(self._send, parcel.notice, text)
        except TimeoutError:
            return Receipt(outcome=Outcome.UNSURE, reason=f"no answer within {TIMEOUT_S:.0f} s")

    def _send(self, notice: Notice, text: str) -> Receipt:
        from apprise import Apprise, AppriseAsset  # noqa: PLC0415 - an extra, and heavy

        for name in ("apprise", "urllib3"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        service = Apprise(asset=AppriseAsset(app_id="token-dashboard", async_mode=False))
        if not service.add(self._url.reveal()):
            return Receipt(outcome=Outcome.REFUSED, reason="apprise doesn't know such an address")
        title, _, rest = text.partition("\n")
        with tempfile.TemporaryDirectory() as folder:
            picture = _picture(notice, Path(folder))
            is_sent = service.notify(
                body=rest.strip() or title,
                title=title if rest.strip() else "",
                body_format="text",
                notify_type=_type(notice),
                attach=None if picture is None else str(picture),
            )
        if is_sent:
            return Receipt(outcome=Outcome.TAKEN)
        return Receipt(outcome=Outcome.FAILED, reason="apprise could not deliver it")


def _picture(notice: Notice, folder: Path) -> Path | None:
    if notice.digest is None or not any(notice.digest.daily_nanos):
        return None
    path = folder / "token-dashboard.png"
    path.write_bytes(bars_png(notice.digest.daily_nanos))
    return path


def _type(notice: Notice) -> str:
    """Apprise's name for the tone of a notice."""
    states = {alert.state for alert in notice.alerts}
    if not states:
        return "info"
    if states == {AlertState.RESOLVED}:
        return "success"
    is_critical = any(
        alert.condition.severity is Severity.CRITICAL and alert.state is not AlertState.RESOLVED
        for alert in notice.alerts
    )
    return "failure" if is_critical else "warning"
