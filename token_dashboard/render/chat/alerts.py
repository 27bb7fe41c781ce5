"""The replies to ``/tokens alerts``: what the owner is warned of, and where the messages go."""

from collections.abc import Mapping
from enum import StrEnum

from token_dashboard.model.alert import Alert, Alerts, Delivery
from token_dashboard.model.period import HOUR_MS
from token_dashboard.model.undelivered import Undelivered
from token_dashboard.render.alert_lines import FATES, alert_line, alert_name, standing
from token_dashboard.render.chat._page import Row, Section, page, texts
from token_dashboard.render.chat.alert import alert as message
from token_dashboard.render.columns import safe
from token_dashboard.render.language import N_, Language
from token_dashboard.render.phrases import called
from token_dashboard.render.times import LocalTime

_RECENTLY_MS = HOUR_MS
_MOST_LOST = 5


class Aim(StrEnum):
    """What came of the wish to have alerts here."""

    DONE = "done"
    NOT_OWNER = "not_owner"
    TERMINAL = "terminal"
    NO_PUSH = "no_push"


_SENTENCES = {
    Aim.DONE: N_("Alerts come to this chat from now on."),
    Aim.NOT_OWNER: N_("Only the bot's owner can choose where alerts go."),
    Aim.TERMINAL: N_("A terminal can't be written to later. Type this in the chat that alerts should reach."),
    Aim.NO_PUSH: N_(
        "This gateway can't write to a chat by itself. Alerts go to the programs that are connected to it."
    ),
}


def alerts(
    answer: Alerts,
    language: Language,
    names: Mapping[str, str],
    delivery: Delivery | None = None,
    *,
    tells_target: bool = False,
) -> str:
    """What holds and since when, what was over lately. Where messages go is told to the owner alone."""
    time = LocalTime.of(answer.time_zone, answer.as_of_ms, language)
    ways = Section("", texts(_ways(delivery, time, tells_target=tells_target)))
    return page([*alert_sections(answer, names, time), ways], time.clock(answer.as_of_ms), language)


def alert_sections(answer: Alerts, names: Mapping[str, str], time: LocalTime) -> list[Section]:
    """What holds, what was over lately, and what did not arrive; the last two may be empty."""
    _ = time.language.gettext
    holding = [row for alert in standing(answer.standing) for row in _holding(alert, names, time)]
    over = [_over(alert, names, time) for alert in answer.resolved]
    lost = [_lost(one, time) for one in answer.undelivered[:_MOST_LOST]]
    return [
        Section("", holding or texts([_("Nothing to warn of.")]), least=3),
        Section(_("Over"), over, least=1),
        Section(_("Not delivered"), lost, least=1),
    ]


def alerts_here(aim: Aim, language: Language) -> str:
    """The reply to ``/tokens alerts here``."""
    return page([Section("", texts([language.gettext(_SENTENCES[aim])]))], "", language)


def alerts_refused(reason: str, language: Language) -> str:
    """The gateway won't send alerts to the chat; ``reason`` is its own sentence."""
    refused = language.gettext("Alerts can't come to this chat: {reason}").format(reason=safe(reason, 200))
    return page([Section("", texts([refused]))], "", language)


def delivery_troubles(delivery: Delivery | None, time: LocalTime) -> list[str]:
    """What keeps messages from the owner, a line each; nothing when all is well."""
    if delivery is None:
        return []
    language, _ = time.language, time.language.gettext
    lines = []
    if delivery.waiting and delivery.target is None:
        waiting = language.ngettext(
            "{count} alert waits: where to send it isn't known → /tokens alerts here",
            "{count} alerts wait: where to send them isn't known → /tokens alerts here",
            delivery.waiting,
        )
        lines.append(waiting.format(count=language.count(delivery.waiting)))
    if delivery.failed_ms is not None:
        failed = _("The latest alert could not be sent ({time})")
        lines.append(failed.format(time=time.when(delivery.failed_ms)))
    if delivery.restarted_ms is not None and time.now_ms - delivery.restarted_ms < _RECENTLY_MS:
        restarted = _("token-dashboard crashed and started again ({time})")
        lines.append(restarted.format(time=time.when(delivery.restarted_ms)))
    return lines


def _holding(alert: Alert, names: Mapping[str, str], time: LocalTime) -> list[Row]:
    _ = time.language.gettext
    since = _("since {time}").format(time=time.when(alert.since_ms))
    number = "" if alert.number is None else f"#{alert.number} "
    kept = ""
    if alert.snoozed_until_ms is not None:
        kept = _("snoozed until {time}").format(time=time.when(alert.snoozed_until_ms))
    elif alert.acknowledged_ms is not None:
        kept = _("acknowledged")
    name = alert_name(alert, names, time.language)
    told = time.language.listed([f"{number}{since}", kept])
    return [Row(name, f"⚠ {alert_line(alert, names, time)}"), Row(name, f"  {told}")]


def _over(alert: Alert, names: Mapping[str, str], time: LocalTime) -> Row:
    name = called(names, alert.condition.subject, alert.condition.account)
    said = message(alert, time.language, time.now_ms, name=name)
    moment = "" if alert.resolved_ms is None else f" ({time.when(alert.resolved_ms)})"
    return Row(alert_name(alert, names, time.language), f"{said}{moment}")


def _lost(one: Undelivered, time: LocalTime) -> Row:
    """A message that did not arrive. The technical reason is for ``tokens doctor``."""
    channel = safe(one.channel, 20)
    return Row(channel, f"{channel}: {time.language.gettext(FATES[one.fate])} ({time.when(one.ended_ms)})")


def _ways(delivery: Delivery | None, time: LocalTime, *, tells_target: bool) -> list[str]:
    _ = time.language.gettext
    lines = [f"⚠ {line}" for line in delivery_troubles(delivery, time)]
    if delivery is not None and delivery.target is not None and tells_target:
        lines.append(_("Messages go to {target}").format(target=safe(delivery.target)))
    if delivery is not None and delivery.target is None and not delivery.waiting:
        lines.append(_("To get alerts here → /tokens alerts here"))
    return lines
