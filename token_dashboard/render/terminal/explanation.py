"""``tokens explain``: a figure, the events under it, and what a fresh reading of their sources says."""

from collections.abc import Iterator

from token_dashboard.model.explanation import (
    ExplainedEvent,
    Explanation,
    Mismatch,
    Place,
    PriceEntry,
    Trace,
    Verification,
)
from token_dashboard.model.money import Money
from token_dashboard.model.report import Dimension, Totals
from token_dashboard.render.columns import safe
from token_dashboard.render.language import N_, Language
from token_dashboard.render.terminal._grid import (
    HEAD,
    QUIET,
    WARN,
    Column,
    Grid,
    Line,
    Screen,
    blocks,
    folded,
    show,
)
from token_dashboard.render.times import LocalTime
from token_dashboard.render.usage_words import request_count

_NAME_COLUMNS = 32
_LONGEST_PATH = 1_000
_TOLD = {
    "hook": N_("told by a host as it happened"),
    "manual": N_("entered by hand"),
    "import": N_("imported"),
    "log": N_("on another machine"),
}
_TRACES = {
    Trace.MISSING: N_("its file holds it no more"),
    Trace.GONE: N_("its file is gone"),
}
_ORIGINS = {
    "override": N_("your own price"),
    "fetched": N_("fetched"),
    "built-in": N_("built-in"),
}


def print_explanation(
    screen: Screen, found: Explanation, verified: Verification | None, language: Language
) -> None:
    show(screen, explanation_lines(found, verified, language, screen.width))


def explanation_lines(
    found: Explanation, verified: Verification | None, language: Language, columns: int
) -> list[Line]:
    """The figure, its events with their sources, the prices that were used, the sum, the verdict."""
    _ = language.gettext
    if not found.total.requests:
        return folded(_("Nothing was used in this period."), columns)
    time = LocalTime.of(found.time_zone, found.start_ms or 0, language)
    return blocks(
        folded(_named(found, time), columns, HEAD),
        _events(found, time, columns),
        list(_prices(found, language, columns)),
        _sum(found, language, columns),
        [] if verified is None else _verdict(verified, time, columns),
    )


def _named(found: Explanation, time: LocalTime) -> str:
    names = [safe(text, _NAME_COLUMNS) for _, text in found.only]
    if found.start_ms is not None and found.end_ms is not None:
        first, last = time.local(found.start_ms).date(), time.local(found.end_ms - 1).date()
        names.append(first.isoformat() if first == last else f"{first.isoformat()} … {last.isoformat()}")
    return " · ".join([*names, _figures(found.total, time.language)])


def _figures(totals: Totals, language: Language) -> str:
    """To the last digit: what is proved must be comparable."""
    text = language.ngettext(
        "{requests} request, {input} input, {output} output, {cost}",
        "{requests} requests, {input} input, {output} output, {cost}",
        totals.requests,
    )
    return text.format(
        requests=request_count(totals, language),
        input=language.count(totals.input_tokens),
        output=language.count(totals.output_tokens),
        cost=_exact(totals.list_cost, language, is_whole=not totals.unpriced_tokens),
    )


def _exact(money: Money | None, language: Language, *, is_whole: bool) -> str:
    if money is None:
        return "?"
    told = f"{language.exact(money)} {money.currency}"
    return told if is_whole else f"{told} + ?"


def _events(found: Explanation, time: LocalTime, columns: int) -> list[Line]:
    _ = time.language.gettext
    grid = Grid(
        [
            Column(_("Time")),
            Column(_("Model")),
            Column(_("Input"), is_number=True),
            Column(_("Output"), is_number=True),
            Column(_("List cost"), is_number=True),
            Column(_("Source")),
        ],
        heading=2,
    )
    files: dict[str, int] = {}
    is_one_model = Dimension.MODEL in dict(found.only)
    for one in found.events:
        event, listed = one.event, one.event.list_cost_nanos
        grid.add(
            [
                f"{time.local(event.time_ms):%m-%d %H:%M:%S}",
                "" if is_one_model else safe(event.model or _("unknown"), _NAME_COLUMNS),
                time.language.count(event.input_tokens),
                time.language.count(event.output_tokens),
                "?" if listed is None else time.language.exact(Money(listed)),
                _source(one, files, time.language),
            ],
            WARN if one.trace in _TRACES else "",
        )
    lines = grid.lines(columns)
    for path, number in files.items():
        lines += folded(f"#{number} {safe(path, _LONGEST_PATH)}", columns)
    if more := found.detail.requests - sum(one.event.requests or 1 for one in found.events):
        text = time.language.ngettext("and {count} earlier request", "and {count} earlier requests", more)
        lines += folded(text.format(count=time.language.count(more)), columns, QUIET)
    return lines


def _source(one: ExplainedEvent, files: dict[str, int], language: Language) -> str:
    """Where it stands; a file is called by its number, which it is given here."""
    if one.place is None:
        message = _TRACES.get(one.trace) or _TOLD.get(one.event.source)
        return one.event.source if message is None else language.gettext(message)
    place = _place(one.place, f"#{files.setdefault(one.place.path, len(files) + 1)}")
    if not one.repeats:
        return place
    text = language.ngettext("+ {count} repeat", "+ {count} repeats", len(one.repeats))
    return f"{place} {text.format(count=language.count(len(one.repeats)))}"


def _place(place: Place, file: str) -> str:
    """``file:12 [3401:3822]``: a line and its bytes; ``file [0:822]``; ``file table 12``: a row."""
    if place.table is not None:
        return f"{file} {safe(place.table)} {place.row}"
    line = "" if place.line is None else f":{place.line}"
    return f"{file}{line} [{place.start}:{place.end}]"


def _prices(found: Explanation, language: Language, columns: int) -> Iterator[Line]:
    entries = dict.fromkeys(one.price for one in found.events if one.price is not None)
    for entry in entries:
        yield from folded(_price(entry, language), columns, QUIET)


def _price(entry: PriceEntry, language: Language) -> str:
    rates = [
        (language.gettext("input"), entry.input),
        (language.gettext("cache read"), entry.cache_read),
        (language.gettext("cache write"), entry.cache_creation),
        (language.gettext("1 h"), entry.cache_creation_1h),
        (language.gettext("output"), entry.output),
        (language.gettext("reasoning"), entry.reasoning),
    ]
    told = (
        language.listed(f"{name} {language.exact(money)}" for name, money in rates if money is not None)
        + " USD/M"
    )
    if entry.web_search is not None:
        search = language.gettext("web search")
        told = language.listed([told, f"{search} {language.exact(entry.web_search)} USD"])
    since = "" if entry.from_date == "1970-01-01" else f" {entry.from_date}"
    origin = language.gettext(_ORIGINS[entry.origin]) if entry.origin in _ORIGINS else safe(entry.origin)
    prompt = ""
    if entry.above_input_tokens is not None:
        count = language.count(entry.above_input_tokens)
        prompt = language.gettext("above {count} input tokens").format(count=count)
    about = language.listed([origin, safe(entry.source, 80), safe(entry.service_tier or "", 80), prompt])
    text = f"{safe(entry.row, 80)}{since} ({about}): {told}"
    if entry.is_same:
        return text
    changed = language.gettext("Prices have changed since; the stored cost keeps its own.")
    return language.sentences([language.gettext("{text}.").format(text=text), changed])


def _sum(found: Explanation, language: Language, columns: int) -> list[Line]:
    _ = language.gettext
    lines = folded(_("Sum of all events: {sum}").format(sum=_figures(found.detail, language)), columns, HEAD)
    if not found.adds_up:
        lines += folded(_("That is not the figure. tokens audit says more."), columns, WARN)
    elif found.pruned_requests:
        text = language.ngettext(
            "The detail of {count} more request was deleted; its sums are kept.",
            "The detail of {count} more requests was deleted; their sums are kept.",
            found.pruned_requests,
        )
        lines += folded(text.format(count=language.count(found.pruned_requests)), columns)
    else:
        lines += folded(_("It equals the figure, to the last digit."), columns)
    return lines


def _verdict(verified: Verification, time: LocalTime, columns: int) -> list[Line]:
    language = time.language
    _ = language.gettext
    counted = _("{equal} of {events} events are what their sources say.").format(
        equal=language.count(verified.equal), events=language.count(verified.events)
    )
    lines = folded(counted, columns, HEAD)
    for count, text in (
        (verified.gone, _("{count}: their files are gone, so nothing can be compared.")),
        (verified.told, _("{count}: never stood in a file.")),
        (verified.repriced, _("{count}: the price list says another thing by now.")),
    ):
        if count:
            lines += folded(text.format(count=language.count(count)), columns)
    if verified.first is not None:
        lines += _mismatch(verified.first, verified.differing, time, columns)
    return lines


def _mismatch(first: Mismatch, count: int, time: LocalTime, columns: int) -> list[Line]:
    language = time.language
    many = language.ngettext("{count} differs. It is:", "{count} differ. The first is:", count)
    where = language.listed(safe(one, _LONGEST_PATH) for one in first.files)
    if first.place is not None:
        where = _place(first.place, safe(first.place.path, _LONGEST_PATH))
    if first.field == "record":
        told = language.gettext("{where}: the record is not there any more").format(where=where)
    else:
        told = language.gettext("{where}: {field} is {found}, stored is {stored}").format(
            where=where, field=first.field, found=safe(first.found), stored=safe(first.stored)
        )
    whose = f"{time.local(first.time_ms):%Y-%m-%d %H:%M:%S} {safe(first.model or '?')}"
    return [
        *folded(many.format(count=language.count(count)), columns, WARN),
        *folded(whose, columns),
        *folded(told, columns, WARN),
    ]
