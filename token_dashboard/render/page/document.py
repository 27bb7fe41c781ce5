"""The document: its head, what can't wait, the four figures, and the cards below them."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from token_dashboard.model.alert import Alert, Severity
from token_dashboard.model.report import Totals
from token_dashboard.render.alert_lines import alert_line, standing
from token_dashboard.render.chat.alert import alert as message
from token_dashboard.render.chat.alerts import delivery_troubles
from token_dashboard.render.chat.guide import keys_found, looked_for, to_add
from token_dashboard.render.language import N_, Language
from token_dashboard.render.page.accounts import accounts_card, failed, soonest, windows_card
from token_dashboard.render.page.books import books_card
from token_dashboard.render.page.look import Look, Range
from token_dashboard.render.page.markup import Html, joined, tag, void
from token_dashboard.render.page.usage import usage_card
from token_dashboard.render.phrases import called, runway_of
from token_dashboard.render.times import LocalTime
from token_dashboard.render.usage_words import cached, cost, unpriced

_HERE = Path(__file__).parent
_STYLE = Html((_HERE / "page.css").read_text("utf-8"))
_SCRIPT = Html((_HERE / "page.js").read_text("utf-8"))


def _hash(content: str) -> str:
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"


POLICY = (
    f"default-src 'none'; style-src {_hash(_STYLE)}; script-src {_hash(_SCRIPT)}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
"""The policy for the page: its own style, its own script, and nothing from anywhere."""

_RANGES = {Range.WEEK: N_("7 days"), Range.MONTH: N_("30 days"), Range.QUARTER: N_("90 days")}


def page(look: Look, language: Language) -> str:
    """The whole document."""
    time = LocalTime.of(look.status.time_zone, look.status.as_of_ms, language)
    body = _welcome(look, language) if look.is_empty else _body(look, time)
    return _document(joined(_head(look, time), tag("main", body), _foot(look, time)), language)


def failure(said: str, language: Language) -> str:
    """The document when nothing can be read: a sentence, and the page tries again by itself."""
    alarm = tag("p", f"⚠ {said}", class_="alarm critical", role="alert")
    return _document(tag("main", tag("h1", "token-dashboard"), alarm), language)


def _document(body: Html, language: Language) -> str:
    head = tag(
        "head",
        void("meta", charset="utf-8"),
        void("meta", name="viewport", content="width=device-width, initial-scale=1"),
        void("meta", name="color-scheme", content="light dark"),
        tag("title", "token-dashboard"),
        tag("style", _STYLE),
    )
    whole = tag("html", head, tag("body", body, tag("script", _SCRIPT)), lang=_tag(language))
    return f"<!doctype html>\n{whole}\n"


def _tag(language: Language) -> str:
    return str(language.locale).replace("_", "-")


def _head(look: Look, time: LocalTime) -> Html:
    _ = time.language.gettext
    links = [
        tag("a", _(label), href=look.view.link(days=days), aria_current=_current(days is look.view.range))
        for days, label in _RANGES.items()
    ]
    moment = tag("p", f"{time.full(look.status.as_of_ms)} · {look.status.time_zone}", class_="quiet")
    choice = tag("nav", *links, class_="choice", aria_label=_("Days shown"))
    return tag("header", tag("div", tag("h1", _("Tokens")), moment), *([] if look.is_empty else [choice]))


def _current(is_current: bool) -> str | None:
    return "true" if is_current else None


def _body(look: Look, time: LocalTime) -> Html:
    return joined(
        _alarms(look, time),
        _figures(look, time),
        usage_card(look, time.language),
        tag(
            "div",
            accounts_card(look.status, time),
            tag(
                "div", windows_card(look.status, time), _over(look, time), _about(look, time), class_="stack"
            ),
            class_="pair",
        ),
        books_card(look.books, look.names, time.language),
    )


def _alarms(look: Look, time: LocalTime) -> Html:
    """What can't wait: crossings that hold, accounts without an answer, messages that don't arrive."""
    language = time.language
    lines = []
    for alert in standing(look.alerts.standing):
        since = language.gettext("since {time}").format(time=time.when(alert.since_ms))
        lines.append(
            tag("li", f"⚠ {alert_line(alert, look.names, time)}", tag("small", since), class_=_tone(alert))
        )
    troubles = delivery_troubles(look.delivery, time)
    if silent := failed(look.status):
        names = language.listed(silent)
        troubles.insert(0, language.gettext("No answer about {names}").format(names=names))
    lines += [tag("li", f"⚠ {line}", class_="warning") for line in troubles]
    if not look.view.is_understood:
        odd = language.gettext("The address asked for a view that isn't known; this is the usual one.")
        lines.append(tag("li", odd, class_="note"))
    if not lines:
        return Html("")
    return tag("ul", *lines, class_="alarms", aria_label=language.gettext("Alerts"))


def _tone(alert: Alert) -> str:
    return "critical" if alert.condition.severity is Severity.CRITICAL else "warning"


def _figures(look: Look, time: LocalTime) -> Html:
    """Four figures: what ends first, today, the days of the chart, this month."""
    language, status = time.language, look.status
    _ = language.gettext
    tiles = [
        _used(_("Today"), status.today, look, language),
        _used(_(_RANGES[look.view.range]), look.usage.total, look, language),
    ]
    month = []
    if status.month_projection is not None:
        projected = _("{money} by {day}").format(
            money=language.about(status.month_projection), day=time.month_end()
        )
        month = [projected]
    tiles.append(_used(_("This month"), status.month, look, language, *month))
    if (first := soonest(status)) is not None:
        name, account, empty_ms = first
        left = [
            f"{name} {language.money(balance.money)}"
            for balance in (account.snapshot.balances if account.snapshot else ())
            if (one := runway_of(account, balance)) is not None and one.empty_ms == empty_ms
        ]
        tiles.insert(0, _tile(_("Empty first"), time.runway(empty_ms), left))
    return tag("dl", *tiles, class_="tiles")


def _used(label: str, totals: Totals, look: Look, language: Language, *instead: str) -> Html:
    """What was used and what it cost; before logs were ever read nothing is known of it."""
    if not totals.requests:
        is_known = look.status.scanned_ms is not None
        nothing = language.gettext("nothing used") if is_known else language.gettext("logs not read yet")
        return _tile(label, cost(totals, language) if is_known else "?", [nothing])
    used = language.gettext("{tokens} tokens").format(tokens=language.tokens(totals.total_tokens))
    details = instead or (language.listed((used, cached(totals, language))),)
    return _tile(label, cost(totals, language), [*details, unpriced(totals, (), language)])


def _tile(label: str, figure: str, details: list[str]) -> Html:
    small = [tag("dd", line, class_="quiet") for line in details if line]
    return tag("div", tag("dt", label), tag("dd", figure, class_="figure"), *small)


def _name(alert: Alert, look: Look) -> str | None:
    return called(look.names, alert.condition.subject, alert.condition.account)


def _over(look: Look, time: LocalTime) -> Html:
    """Alerts that were over within the last day."""
    language = time.language
    lines = [
        tag(
            "li",
            tag("span", message(alert, language, time.now_ms, name=_name(alert, look))),
            tag("small", "" if alert.resolved_ms is None else time.when(alert.resolved_ms)),
        )
        for alert in look.alerts.resolved
    ]
    if not lines:
        return Html("")
    title = tag("h2", language.gettext("Alerts that are over"), id="over")
    return tag("section", title, tag("ul", *lines, class_="plain"), class_="card", aria_labelledby="over")


def _about(look: Look, time: LocalTime) -> Html:
    """How old the figures are, and what they leave out."""
    language, status, _ = time.language, look.status, time.language.gettext
    ages = [(_("Logs read"), status.scanned_ms), (_("Providers answered"), status.checked_ms)]
    lines = [
        tag("li", tag("span", label), tag("small", _("never") if told_ms is None else time.when(told_ms)))
        for label, told_ms in ages
    ]
    if status.next_check_ms is not None and status.next_check_ms > status.as_of_ms:
        lines.append(tag("li", tag("span", _("Next check")), tag("small", time.when(status.next_check_ms))))
    if missing := unpriced(look.usage.total, look.usage.unpriced_models, language):
        lines.append(tag("li", tag("span", _("Not in the costs")), tag("small", missing)))
    title = tag("h2", _("About these figures"), id="about")
    return tag("section", title, tag("ul", *lines, class_="plain"), class_="card", aria_labelledby="about")


def _welcome(look: Look, language: Language) -> Html:
    """A newcomer's page: what was looked for here, and what would fill it."""
    _ = language.gettext
    found = [row.text for row in (*looked_for(look.agents, language), *keys_found(look.providers, language))]
    missing = [one for one in look.providers if one.is_enabled and not one.is_configured]
    keys = [tag("li", tag("code", row.text)) for row in to_add(missing, language)]
    return tag(
        "div",
        tag(
            "section",
            tag("h2", _("What your bots and coding agents use, cost and have left."), id="welcome"),
            tag("p", _("There is nothing to show yet. It appears here by itself."), class_="quiet"),
            class_="card wide",
            aria_labelledby="welcome",
        ),
        _plain_card("looked", _("Looked for here"), [tag("li", line) for line in found]),
        _plain_card("keys", _("A key adds an account"), keys),
        class_="pair",
    )


def _plain_card(name: str, title: str, lines: list[Html]) -> Html:
    listed = tag("ul", *lines, class_="plain")
    return tag("section", tag("h2", title, id=name), listed, class_="card", aria_labelledby=name)


def _foot(look: Look, time: LocalTime) -> Html:
    _ = time.language.gettext
    again = tag("a", _("Look again"), href=look.view.link())
    return tag(
        "footer",
        _("List costs are tokens times list prices. This page looks again every minute."),
        " ",
        again,
    )
