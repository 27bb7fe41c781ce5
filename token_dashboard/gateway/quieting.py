"""``/tokens ack`` and ``/tokens snooze``: the owner's word on alerts that stand."""

import logging
import re
from collections.abc import Sequence

from token_dashboard.engine.dashboard import Dashboard
from token_dashboard.gateway.host import ChatHost, CommandCall
from token_dashboard.model.period import DAY_MS, HOUR_MS, MINUTE_MS
from token_dashboard.render import chat
from token_dashboard.render.language import Language
from token_dashboard.render.times import LocalTime

ACKNOWLEDGE = "ack"
SNOOZE = "snooze"

_log = logging.getLogger(__name__)

_UNITS_MS = {"m": MINUTE_MS, "h": HOUR_MS, "d": DAY_MS}
_LONGEST_MS = 366 * DAY_MS


async def quiet(
    words: Sequence[str], call: CommandCall, host: ChatHost, dashboard: Dashboard, spoken: Language
) -> str:
    """The reply; nothing changes unless its writer is the owner at this moment."""
    if not await host.is_owner(call):
        _log.warning("/tokens %s was refused: %s on %s isn't the owner", words[0], call.sender, call.channel)
        return chat.not_the_owner(spoken)
    match words:
        case ["ack", wanted]:
            changed = await dashboard.alert_replies.acknowledge(wanted)
            if changed:
                return chat.acknowledged(changed, dashboard.names, spoken)
            return chat.no_such_alert(wanted, spoken)
        case ["snooze", wanted, length] if (length_ms := duration_ms(length)) is not None:
            now_ms = dashboard.now_ms()
            changed = await dashboard.alert_replies.snooze(wanted, now_ms + length_ms)
            if changed:
                time = LocalTime.of(dashboard.time_zone, now_ms, spoken)
                return chat.snoozed(changed, now_ms + length_ms, dashboard.names, time)
            return chat.no_such_alert(wanted, spoken)
    return chat.how_to_quiet(spoken)


def duration_ms(text: str) -> int | None:
    """``30m``, ``2h`` or ``1d``, a year at most; ``None`` for anything else."""
    found = re.fullmatch(r"(\d{1,6})([mhd])", text.casefold(), re.ASCII)
    if not found:
        return None
    length_ms = int(found[1]) * _UNITS_MS[found[2]]
    return length_ms if 0 < length_ms <= _LONGEST_MS else None
