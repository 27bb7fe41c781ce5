"""``tokens ledger stats``: how much of what is stored, since when, and what takes the space."""

from token_dashboard.model.keeping import Contents
from token_dashboard.model.period import local_date, zone
from token_dashboard.render.columns import fold, left, safe, width
from token_dashboard.render.language import Language
from token_dashboard.render.sizes import size_text
from token_dashboard.render.terminal._grid import Column, Grid, Line, Screen, blocks, show
from token_dashboard.render.times import day_text

_PATH_COLUMNS = 400
_AGENT_COLUMNS = 24
_TABLES = 10
_GAP = 2


def print_contents(screen: Screen, found: Contents, language: Language, *, time_zone: str) -> None:
    show(screen, content_lines(found, time_zone, language, screen.width))


def content_lines(found: Contents, time_zone: str, language: Language, columns: int) -> list[Line]:
    """A summary, the agents, and the largest tables."""
    return blocks(
        _summary(found, language, columns),
        _agents(found, time_zone, language, columns),
        _tables(found, language, columns),
    )


def _summary(found: Contents, language: Language, columns: int) -> list[Line]:
    _, count = language.gettext, language.count
    told: list[tuple[str, list[str]]] = []
    if found.path is not None:
        told.append((_("File"), [safe(found.path, _PATH_COLUMNS)]))
    size = size_text(found.size_bytes, language)
    if found.free_bytes is not None:
        free = size_text(found.free_bytes, language)
        size = _("{size}, {free} of it free").format(size=size, free=free)
    told.append((_("Size"), [size]))
    requests = [count(found.requests)]
    if found.requests_without_detail:
        text = _("{count} of them in the totals alone, without detail")
        requests.append(text.format(count=count(found.requests_without_detail)))
    files, rejects = found.rows["log_file"], found.rows["reject"]
    logs = language.ngettext("{count} file", "{count} files", files).format(count=count(files))
    lines = language.ngettext("{count} line rejected", "{count} lines rejected", rejects)
    told += [
        (_("Requests"), requests),
        (_("Sessions"), [count(found.sessions)]),
        (_("Logs"), [language.listed([logs, lines.format(count=count(rejects))])]),
    ]
    wide = max(width(name) for name, _lines in told)
    return [
        Line(f"{left('' if place or line else name, wide + _GAP)}{part}")
        for name, facts in told
        for place, fact in enumerate(facts)
        for line, part in enumerate(fold(fact, columns - wide - _GAP))
    ]


def _agents(found: Contents, time_zone: str, language: Language, columns: int) -> list[Line]:
    _ = language.gettext
    tz = zone(time_zone)
    grid = Grid(
        [
            Column(_("Agent")),
            Column(_("Requests"), is_number=True),
            Column(_("First used"), is_number=True, is_ornament=True),
            Column(_("Last used"), is_number=True),
        ]
    )
    for one in found.agents:
        first, last = (
            day_text(local_date(moment, tz), language).replace("\N{NO-BREAK SPACE}", " ")
            for moment in (one.first_ms, one.last_ms)
        )
        name = safe(one.agent, _AGENT_COLUMNS) if one.agent else _("no agent")
        grid.add([name, language.count(one.requests), first, last])
    return grid.lines(columns)


def _tables(found: Contents, language: Language, columns: int) -> list[Line]:
    _ = language.gettext
    grid = Grid([Column(_("Table")), Column(_("Rows"), is_number=True), Column(_("Size"), is_number=True)])
    for one in found.tables[:_TABLES]:
        rows = "" if one.rows is None else language.count(one.rows)
        grid.add([one.table, rows, size_text(one.size_bytes, language)])
    return grid.lines(columns)
