"""``tokens blocks``: the stretches of five hours in which Claude's plans count."""

from decimal import Decimal

from token_dashboard.model.block import Block, Blocks, Gap, RunningBlock
from token_dashboard.model.period import HOUR_MS
from token_dashboard.render.columns import NONE, safe, undated
from token_dashboard.render.language import NO_BREAK, Language
from token_dashboard.render.terminal._grid import (
    HEAD,
    QUIET,
    Column,
    Grid,
    Line,
    Screen,
    blocks,
    folded,
    show,
)
from token_dashboard.render.times import LocalTime, duration
from token_dashboard.render.usage_words import cost_cell, request_count

_MODELS_COLUMNS = 30


def print_blocks(screen: Screen, answer: Blocks, language: Language) -> None:
    show(screen, block_lines(answer, language, screen.width))


def block_lines(answer: Blocks, language: Language, columns: int) -> list[Line]:
    """Blocks and gaps in the order of time, then what the running block is heading for."""
    _ = language.gettext
    if not answer.blocks:
        return folded(_("No block: nothing was used in this time."), columns)
    time = LocalTime.of(answer.time_zone, answer.as_of_ms, language)
    grid = Grid(
        [
            Column(_("Block")),
            Column(""),
            Column(_("Requests"), is_number=True),
            Column(_("Models"), is_ornament=True),
            Column(_("Tokens"), is_number=True),
            Column(_("Of limit") if answer.token_limit else "", is_number=True),
            Column(_("List cost"), is_number=True),
        ]
    )
    running = answer.running
    rows: list[Block | Gap] = [*answer.blocks, *answer.gaps]
    is_newest_first = answer.blocks[0].start_ms > answer.blocks[-1].start_ms
    for one in sorted(rows, key=_place, reverse=is_newest_first):
        if isinstance(one, Gap):
            length = duration((one.end_ms - one.start_ms) / 1000, language)
            grid.add([_start(one, time), _("quiet {time}").format(time=length), *[""] * 5], QUIET)
        else:
            is_running = running is not None and one == running.block
            grid.add(_cells(one, time, is_running=is_running), HEAD if is_running else "")
    return blocks(
        grid.lines(columns),
        [
            *(_heading_for(running, language, columns) if running else []),
            *(_limit(answer, language, columns) if answer.token_limit else []),
            *folded(_("Times as in {zone}.").format(zone=answer.time_zone), columns, QUIET),
        ],
    )


def _place(one: Block | Gap) -> tuple[int, bool]:
    """In the order of time; a gap stands before the block that ends it, which begins with its whole hour."""
    if isinstance(one, Gap):
        return min(one.start_ms, one.end_ms // HOUR_MS * HOUR_MS), False
    return one.start_ms, True


def _start(one: Block | Gap, time: LocalTime) -> str:
    return f"{time.day(one.start_ms)} {time.clock(one.start_ms)}"


def _cells(block: Block, time: LocalTime, *, is_running: bool) -> list[str]:
    language = time.language
    until = language.gettext("to {time}").format(time=time.clock(block.end_ms))
    models = ", ".join(dict.fromkeys(undated(model) for model in block.models))
    return [
        _start(block, time),
        language.gettext("{end}, runs").format(end=until) if is_running else until,
        request_count(block.totals, language),
        safe(models, _MODELS_COLUMNS) or NONE,
        language.tokens(block.totals.total_tokens),
        _percent(block.limit_percent, language),
        cost_cell(block.totals, language),
    ]


def _percent(percent: Decimal | None, language: Language) -> str:
    return "" if percent is None else language.percent(percent)


def _heading_for(running: RunningBlock, language: Language, columns: int) -> list[Line]:
    """``2 h 15 m left · 147 tokens/min · $0.01/h`` and where that leads."""
    _ = language.gettext
    told = [_("{time} left").format(time=duration(running.left_s, language))]
    pace = running.pace
    if pace is None:
        return folded(" · ".join(told), columns)
    if pace.tokens_per_minute:
        told.append(_("{count} tokens/min").format(count=_per_minute(pace.tokens_per_minute, language)))
    if pace.cost_per_hour is not None:
        told.append(_("{money}/h").format(money=language.money(pace.cost_per_hour)))
    tokens = _("{count} tokens").format(count=language.tokens(pace.projected_tokens))
    end = [f"≈{NO_BREAK}{tokens}"]
    if pace.projected_cost is not None:
        end.append(language.about(pace.projected_cost))
    if pace.limit_percent is not None:
        end.append(_("{share} of the limit").format(share=language.percent(pace.limit_percent)))
    return [
        *folded(" · ".join(told), columns),
        *folded(_("At this rate, by its end: {figures}").format(figures=language.listed(end)), columns),
    ]


def _per_minute(rate: Decimal, language: Language) -> str:
    """What is not nothing is never 0."""
    return "<1" if rate < 1 else language.tokens(int(rate.to_integral_value()))


def _limit(answer: Blocks, language: Language, columns: int) -> list[Line]:
    limit = language.tokens(answer.token_limit or 0)
    return folded(
        language.gettext("The limit is {count} tokens a block.").format(count=limit), columns, QUIET
    )
