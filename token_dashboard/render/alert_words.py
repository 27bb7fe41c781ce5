"""What an alert says: what was crossed, how old the figure is, what comes next, what to do."""

from token_dashboard.model.alert import Alert, AlertKind
from token_dashboard.render.causes import causes, named
from token_dashboard.render.columns import safe
from token_dashboard.render.language import Language
from token_dashboard.render.phrases import window_name
from token_dashboard.render.times import LocalTime, rough

_OLD_MS = 10 * 60_000
"""From this age on a figure says when it was true."""
_ABOUT_THE_PAST = {AlertKind.DATA_STOPPED, AlertKind.PROVIDER_OUTAGE}
_FULL = 100


class AlertWords:
    """What is said of one alert, as sentences that faces put together."""

    def __init__(
        self, alert: Alert, subject: str, language: Language, now_ms: int, time_zone: str | None
    ) -> None:
        self._number = alert.number
        self._condition = condition = alert.condition
        self._language = language
        self._now_ms = now_ms
        self._time = LocalTime.of(time_zone, now_ms, language) if time_zone else None
        self._figures = {
            "name": subject,
            "money": "…" if condition.money is None else language.money(condition.money),
            "limit": "…" if condition.threshold is None else language.limit(condition.threshold),
            "used": "…" if condition.percent is None else language.percent(condition.percent),
            "window": window_name(condition.window or "", language),
            "budget": safe(condition.budget or "", 24),
            "was": "" if condition.money is None else language.money(condition.money),
            "tokens": "…" if condition.tokens is None else language.tokens(condition.tokens),
            "since": "…" if condition.taken_ms is None else self._when(condition.taken_ms),
            "models": named(condition.causes, language),
        }

    def lines(self) -> list[str]:
        """What was crossed, what comes next, what to do; some may be empty."""
        _, condition = self._say, self._condition
        behind = causes(condition.causes, self._language)
        match condition.kind:
            case AlertKind.LOW_BALANCE:
                return [_("{name} balance is {money}, under your {limit}."), self._lasts(), self._top_up()]
            case AlertKind.SHORT_RUNWAY:
                return [_("{name} balance is {money}."), self._lasts(), self._top_up()]
            case AlertKind.HIGH_SPEND:
                return [_("{name} spent {money} today; your limit is {limit}."), _("What uses it: /burn")]
            case AlertKind.HIGH_MONTH_SPEND:
                spent = _("{name} spent {money} this month; your limit is {limit}.")
                return [spent, _("What uses it: /burn")]
            case AlertKind.BUDGET_STEP:
                return [self._budget(), self._used_up(), self._begins_anew(), _("What uses it: /burn")]
            case AlertKind.UNPRICED_USAGE:
                return [
                    _("Budget {budget} can't count {models}: no price is known."),
                    _("Give a price under prices.overrides in the configuration."),
                ]
            case AlertKind.WINDOW_USED:
                return [_("{name} {window}: {used} is used."), self._used_up(), self._resets()]
            case AlertKind.WINDOW_RESET:
                return [_("{name} {window} has begun anew."), self._resets()]
            case AlertKind.LOOP:
                fast = _("{name} uses {tokens} tokens a minute, and nobody talks to it.")
                return [fast, _("Stop it, if that isn't meant: /burn")]
            case AlertKind.SPEND_SPIKE:
                spent = _("{money} was spent within two hours; two busy ones cost {limit}.")
                return [spent, *behind, _("What uses it: /burn")]
            case AlertKind.IDLE_BURN:
                return [
                    _("{name} spends while nobody talks to it."),
                    self._pace(),
                    *behind,
                    _("What uses it: /burn"),
                ]
            case AlertKind.PROVIDER_OUTAGE:
                return [_("{name} is out of order since {since}."), _("Its figures stand still: /tokens")]
            case AlertKind.DATA_STOPPED if condition.subject == "*":
                return [_("No provider can be reached since {since}."), _("What is wrong: tokens doctor")]
            case AlertKind.DATA_STOPPED:
                return [
                    _("No data from {name} since {since}."),
                    _("Its figures are old, and no alert is made of them."),
                    _("What is wrong: tokens doctor"),
                ]
            case AlertKind.KEY_EXPIRING:
                return [self._expires(), _("Make a new key, and put it where the old one stands.")]

    def over(self) -> str:
        """The good news."""
        _, condition = self._say, self._condition
        match condition.kind:
            case AlertKind.LOW_BALANCE if condition.money is None:
                return _("{name} balance is no longer under {limit}.")
            case AlertKind.LOW_BALANCE:
                return _("{name} balance is no longer under {limit} (it was {was}).")
            case AlertKind.SHORT_RUNWAY:
                return _("{name} balance lasts longer again.")
            case AlertKind.HIGH_SPEND:
                return _("{name} spends less than {limit} a day again.")
            case AlertKind.WINDOW_USED:
                return _("{name} {window} has room again.")
            case AlertKind.PROVIDER_OUTAGE:
                return _("{name} is in order again.")
            case AlertKind.DATA_STOPPED if condition.subject == "*":
                return _("Providers can be reached again.")
            case AlertKind.DATA_STOPPED:
                return _("{name} gives data again.")
            case _:
                return self._language.gettext("Over: {what}").format(what=self.lines()[0])

    def age(self) -> str:
        """When the figure was true, if that is some time ago."""
        condition = self._condition
        if condition.taken_ms is None or condition.kind in _ABOUT_THE_PAST:
            return ""
        _, is_old = self._say, self._now_ms - condition.taken_ms >= _OLD_MS
        return _("As of {since}.") if is_old else ""

    def _say(self, message: str) -> str:
        return self._language.gettext(message).format_map(self._figures)

    def _top_up(self) -> str:
        if self._number is None:
            return self._language.gettext("Top up, then: /tokens refresh")
        return self._language.gettext("Top up, or: /tokens snooze {number} 6h").format(number=self._number)

    def _budget(self) -> str:
        _, percent = self._say, self._condition.percent
        if percent is None or percent >= _FULL:
            return _("Budget {budget} is used up: {money} of {limit}.")
        return _("Budget {budget}: {used} is used, {money} of {limit}.")

    def _pace(self) -> str:
        if self._condition.per_day is None:
            return ""
        pace = self._language.gettext("At this rate: {money} a day.")
        return pace.format(money=self._language.money(self._condition.per_day))

    def _lasts(self) -> str:
        """The runway behind the warning, where one is known."""
        empty_ms, per_day = self._condition.empty_ms, self._condition.per_day
        if empty_ms is None:
            return ""
        if empty_ms <= self._now_ms:
            return self._language.gettext("It is empty.")
        left = rough((empty_ms - self._now_ms) / 1000, self._language)
        moment = f" ({self._time.when(empty_ms)})" if self._time else ""
        if per_day is None:
            return self._language.gettext("It lasts about {left}{moment}.").format(left=left, moment=moment)
        return self._language.gettext("At {money}/day it lasts about {left}{moment}.").format(
            money=self._language.money(per_day), left=left, moment=moment
        )

    def _resets(self) -> str:
        resets_ms = self._condition.empty_ms
        if resets_ms is None or resets_ms <= self._now_ms:
            return ""
        if self._time:
            return self._language.gettext("It resets {time}.").format(time=self._time.when(resets_ms))
        left = rough((resets_ms - self._now_ms) / 1000, self._language)
        return self._language.gettext("It resets in {left}.").format(left=left)

    def _used_up(self) -> str:
        full_ms = self._condition.full_ms
        if full_ms is None or full_ms <= self._now_ms:
            return ""
        said = self._language.gettext("If it goes on like this, it is used up {time}.")
        return said.format(time=self._when(full_ms))

    def _begins_anew(self) -> str:
        ends_ms = self._condition.ends_ms
        if ends_ms is None or ends_ms <= self._now_ms:
            return ""
        return self._language.gettext("It begins anew {time}.").format(time=self._when(ends_ms))

    def _expires(self) -> str:
        _, ends_ms = self._say, self._condition.ends_ms
        if ends_ms is None or ends_ms <= self._now_ms:
            return _("A key of {name} has expired.")
        said = self._language.gettext("A key of {name} expires {time}.")
        return said.format(name=self._figures["name"], time=self._when(ends_ms))

    def _when(self, time_ms: int) -> str:
        if self._time:
            return self._time.when(time_ms)
        is_past = time_ms <= self._now_ms
        length = rough(abs(time_ms - self._now_ms) / 1000, self._language)
        said = self._language.gettext("{age} ago") if is_past else self._language.gettext("in {age}")
        return said.format(age=length)
