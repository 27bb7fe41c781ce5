"""Usage by day as bars, and by model, agent or provider as a list with its own bars."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from token_dashboard.model.money import Money
from token_dashboard.model.record import record
from token_dashboard.model.report import Report, ReportRow, Totals
from token_dashboard.render.columns import NONE, safe, undated
from token_dashboard.render.language import N_, Language
from token_dashboard.render.page.look import Look, Split, View
from token_dashboard.render.page.markup import Html, tag, void
from token_dashboard.render.times import day_text, short_day
from token_dashboard.render.usage_words import cached, cost_cell, model_name

COLOURS = 6
"""How many series the style sheet has a colour for; the last one is for all others."""
_NAME = 48
_HEIGHT = 100
_STEP, _BAR = 10, 7
_SPLITS = {Split.MODEL: N_("Model"), Split.AGENT: N_("Agent"), Split.PROVIDER: N_("Provider")}
_NOTHING = Totals()


@record
class Series:
    """One name and what it used, by day."""

    name: str
    by_day: Mapping[date, Totals]

    @property
    def total(self) -> Totals:
        return sum(self.by_day.values(), _NOTHING)


def usage_card(look: Look, language: Language) -> Html:
    """The chart with its choices, the list, and the same as a table for those who don't see bars."""
    _ = language.gettext
    days = _days(look.usage)
    is_money = look.usage.total.list_cost_nanos > 0
    title = _("List cost by day") if is_money else _("Tokens by day")
    head = tag("div", tag("h2", title, id="usage"), _split_links(look.view, language), class_="head")
    if not look.usage.total.requests:
        nothing = tag("p", _("No agent used anything in these days."), class_="quiet")
        return tag("section", head, nothing, class_="card wide", aria_labelledby="usage")
    series = _series(look.usage, look.view.split, look.names, language, is_money=is_money)
    return tag(
        "section",
        head,
        _chart(series, days, language, is_money=is_money),
        _list(series, look.usage.total, language, is_money=is_money),
        _table(series, days, look.view.split, language),
        class_="card wide",
        aria_labelledby="usage",
    )


def _split_links(view: View, language: Language) -> Html:
    return tag(
        "nav",
        *(
            tag(
                "a",
                language.gettext(label),
                href=view.link(split=split),
                aria_current="true" if split is view.split else None,
            )
            for split, label in _SPLITS.items()
        ),
        class_="choice",
        aria_label=language.gettext("Tell apart by"),
    )


def _days(usage: Report) -> list[date]:
    since, until = usage.since, usage.until
    if since is None or until is None:
        return sorted({row.day for row in usage.rows if row.day is not None})
    return [since + timedelta(days=day) for day in range((until - since).days + 1)]


def _series(
    usage: Report, split: Split, names: Mapping[str, str], language: Language, *, is_money: bool
) -> list[Series]:
    """The heaviest names, and all others in one at the end."""
    found: dict[str, dict[date, Totals]] = defaultdict(lambda: defaultdict(Totals))
    for row in usage.rows:
        if row.day is not None:
            name = _name(row, split, names, language)
            found[name][row.day] += row.totals
    every = [Series(name=name, by_day=by_day) for name, by_day in found.items()]
    every.sort(key=lambda one: (-_weight(one.total, is_money=is_money), -one.total.total_tokens, one.name))
    if len(every) <= COLOURS:
        return every
    shown, rest = every[: COLOURS - 1], every[COLOURS - 1 :]
    others: dict[date, Totals] = defaultdict(Totals)
    for one in rest:
        for day, totals in one.by_day.items():
            others[day] += totals
    count = language.ngettext("{count} other", "{count} others", len(rest)).format(count=len(rest))
    return [*shown, Series(name=count, by_day=others)]


def _name(row: ReportRow, split: Split, names: Mapping[str, str], language: Language) -> str:
    if split is Split.MODEL:
        return model_name(undated(row.model) if row.model else None, _NAME, language)
    one = row.agent if split is Split.AGENT else row.provider
    return safe(names.get(one, one), _NAME) if one else language.gettext("not known")


def _weight(totals: Totals, *, is_money: bool) -> int:
    return totals.list_cost_nanos if is_money else totals.total_tokens


def _chart(series: Sequence[Series], days: Sequence[date], language: Language, *, is_money: bool) -> Html:
    """Bars stretch to the room there is; their labels are texts beside them, which don't."""
    sums = [sum(_weight(one.by_day.get(day, _NOTHING), is_money=is_money) for one in series) for day in days]
    top = _round_up(max(sums))
    lines = [_line(share) for share in (0, 25, 50, 75)]
    bars = [_day(place, day, series, top, language, is_money=is_money) for place, day in enumerate(days)]
    drawing = tag(
        "svg",
        *lines,
        *bars,
        viewBox=f"0 0 {_STEP * len(days)} {_HEIGHT}",
        preserveAspectRatio="none",
        aria_hidden="true",
        focusable="false",
    )
    heights = tag(
        "div",
        *(tag("span", _figure(top * share // 4, language, is_money=is_money)) for share in (4, 2, 0)),
        class_="heights",
        aria_hidden="true",
    )
    every = max(1, -(-len(days) // 6))
    marked = {len(days) - 1 - back: back // every for back in range(0, len(days), every)}
    labels = [
        tag(
            "span",
            tag("b", short_day(day, language)) if place in marked else "",
            class_="spare" if marked.get(place, 0) % 2 else None,
        )
        for place, day in enumerate(days)
    ]
    return tag(
        "div",
        heights,
        tag("div", drawing, tag("div", *labels, class_="days", aria_hidden="true"), class_="plot"),
        class_="chart",
    )


def _line(share: int) -> Html:
    return void("line", x1=0, x2="100%", y1=share, y2=share, class_="grid")


def _day(
    place: int, day: date, series: Sequence[Series], top: int, language: Language, *, is_money: bool
) -> Html:
    """One day's bar, the heaviest name at the bottom; pointing at it names its parts."""
    left = place * _STEP + (_STEP - _BAR) / 2
    parts, floor = [], _HEIGHT * 100
    said = [day_text(day, language)]
    for colour, one in enumerate(series):
        used = one.by_day.get(day, _NOTHING)
        weight = _weight(used, is_money=is_money)
        if used.requests:
            said.append(f"{one.name}: {_used(used, language, is_money=is_money)}")
        height = weight * _HEIGHT * 100 // top
        if height:
            floor -= height
            parts.append(
                void(
                    "rect",
                    x=f"{left:g}",
                    y=f"{floor / 100:g}",
                    width=_BAR,
                    height=f"{height / 100:g}",
                    class_=f"s{colour}",
                )
            )
    hit = void("rect", x=place * _STEP, y=0, width=_STEP, height=_HEIGHT, class_="hit")
    return tag("g", tag("title", "\n".join(said)), hit, *parts)


def _list(series: Sequence[Series], total: Totals, language: Language, *, is_money: bool) -> Html:
    """Each name with its share of the whole."""
    whole = max(_weight(total, is_money=is_money), 1)
    items = []
    for colour, one in enumerate(series):
        used = one.total
        share = _weight(used, is_money=is_money) * 1000 // whole
        bar = tag(
            "svg",
            void("rect", width=1000, height=4, class_="track"),
            void("rect", width=share, height=4, class_=f"s{colour}"),
            viewBox="0 0 1000 4",
            preserveAspectRatio="none",
            aria_hidden="true",
            focusable="false",
        )
        tokens = language.gettext("{tokens} tokens").format(tokens=language.tokens(used.total_tokens))
        items.append(
            tag(
                "li",
                tag("span", tag("i", class_=f"dot b{colour}"), one.name, class_="name"),
                tag("b", cost_cell(used, language)),
                bar,
                tag("small", language.listed([tokens, cached(used, language)])),
            )
        )
    return tag("ul", *items, class_="shares")


def _table(series: Sequence[Series], days: Sequence[date], split: Split, language: Language) -> Html:
    _ = language.gettext
    head = tag("tr", tag("th", _("Day"), scope="col"), *(tag("th", one.name, scope="col") for one in series))
    rows = [
        tag(
            "tr",
            tag("th", short_day(day, language), scope="row"),
            *(tag("td", _cell(one.by_day.get(day, _NOTHING), language)) for one in series),
        )
        for day in reversed(days)
        if any(one.by_day.get(day, _NOTHING).requests for one in series)
    ]
    caption = tag("caption", _("List cost by day and {split}").format(split=_(_SPLITS[split])))
    table = tag("table", caption, tag("thead", head), tag("tbody", *rows))
    return tag("details", tag("summary", _("As a table")), tag("div", table, class_="scroll", tabindex=0))


def _cell(totals: Totals, language: Language) -> str:
    return cost_cell(totals, language) if totals.requests else NONE


def _used(totals: Totals, language: Language, *, is_money: bool) -> str:
    return cost_cell(totals, language) if is_money else language.tokens(totals.total_tokens)


def _figure(weight: int, language: Language, *, is_money: bool) -> str:
    if not weight:
        return "0"
    return language.limit(Money(weight)) if is_money else language.tokens(weight)


def _round_up(weight: int) -> int:
    """The next figure that begins with 1, 2 or 5: it halves well."""
    power: int = 10 ** max(len(str(max(weight, 1))) - 1, 0)
    return next(step * power for step in (1, 2, 5, 10) if step * power >= weight)
