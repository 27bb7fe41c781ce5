"""``tokens providers show`` and ``test``, and one account of ``tokens status``: a provider in full."""

from collections.abc import Sequence

from token_dashboard.model.provider_detail import AccountDetail, Asking, ProviderDetail
from token_dashboard.model.status import Account, ProviderInfo, Status
from token_dashboard.render.alert_lines import alert_line, standing
from token_dashboard.render.columns import NONE, safe
from token_dashboard.render.errors import problem, sentence
from token_dashboard.render.figures import Figure, figures, logged
from token_dashboard.render.language import N_, Language
from token_dashboard.render.phrases import same_money
from token_dashboard.render.provider_words import figures_shown, figures_told, held_back
from token_dashboard.render.service import service_lines
from token_dashboard.render.terminal._grid import (
    HEAD,
    PLAIN,
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

_BAR_CELLS = 16
_STABILITIES = {
    "documented": N_("documented by its vendor"),
    "semi-official": N_("used by its vendor's own programs, thinly documented"),
    "undocumented": N_("not documented by its vendor: it may change without notice"),
}


def print_account(screen: Screen, status: Status, provider: str, language: Language) -> None:
    show(screen, account_lines(status, provider, language, screen.width))


def print_provider(screen: Screen, detail: ProviderDetail, language: Language) -> None:
    show(screen, detail_lines(detail, language, screen.width))


def print_test(screen: Screen, detail: ProviderDetail, language: Language) -> None:
    show(screen, test_lines(detail, language, screen.width))


def account_lines(status: Status, provider: str, language: Language, columns: int) -> list[Line]:
    """The accounts of a provider in full, and what our own logs say of its models."""
    time = LocalTime.of(status.time_zone, status.as_of_ms, language)
    mine = [one for one in status.accounts if one.provider == provider]
    if not mine:
        text = language.gettext("{name} is not set up → tokens providers show {id}")
        return folded(text.format(name=safe(provider), id=safe(provider)), columns, WARN)
    names = {one.provider: one.name for one in mine}
    ours = _table(logged(status, provider, language), columns)
    told = standing(status.alerts)
    return blocks(
        *(
            [
                *_heading(one, time, columns),
                *(
                    line
                    for alert in told
                    if alert.condition.subject == provider
                    for line in folded(f"⚠ {alert_line(alert, names, time)}", columns, WARN)
                ),
                *_figures(one, time, columns),
                *_remarks(one, time, columns),
            ]
            for one in mine
        ),
        [Line(language.gettext("In the logs here, at list prices"), HEAD), *ours] if ours else [],
    )


def detail_lines(detail: ProviderDetail, language: Language, columns: int) -> list[Line]:
    """Each figure with its age and source, and what was asked."""
    time = LocalTime.of(detail.time_zone, detail.as_of_ms, language)
    return blocks(
        _about(detail.provider, language, columns),
        *(_account(one, time, columns) for one in detail.accounts),
        _keys_to_make(detail.provider, language, columns),
    )


def test_lines(detail: ProviderDetail, language: Language, columns: int) -> list[Line]:
    """Which keys were used, what was asked, and how it went."""
    time = LocalTime.of(detail.time_zone, detail.as_of_ms, language)
    missing = [] if detail.accounts else _keys_to_make(detail.provider, language, columns)
    return blocks(*(_tested(one, detail.provider, time, columns) for one in detail.accounts), missing)


def _about(info: ProviderInfo, language: Language, columns: int) -> list[Line]:
    _ = language.gettext
    shows = _("It can show: {figures}.").format(figures=figures_shown(info, language))
    stability = _(_STABILITIES.get(info.stability, safe(info.stability)))
    return [
        Line(safe(info.name), HEAD),
        *folded(shows, columns),
        *folded(
            _("The endpoints are {stability}: {docs}").format(stability=stability, docs=info.docs), columns
        ),
    ]


def _account(one: AccountDetail, time: LocalTime, columns: int) -> list[Line]:
    return [
        *_heading(one.account, time, columns),
        *_sources(one, time.language, columns),
        *_held_back(one, time.language, columns),
        *_figures(one.account, time, columns),
        *_remarks(one.account, time, columns),
        *([Line()] if one.asking else []),
        *_questions(one.asking, time, columns),
    ]


def _tested(one: AccountDetail, info: ProviderInfo, time: LocalTime, columns: int) -> list[Line]:
    language = time.language
    _ = language.gettext
    account = one.account
    lines = [Line(safe(account.name), HEAD), *_sources(one, language, columns)]
    if one.held_back_by is not None:
        return [*lines, *_held_back(one, language, columns)]
    if one.asking is None:
        wait = _("It was not asked: it wants to be left alone until {time}.")
        until = "?" if account.next_check_ms is None else time.when(account.next_check_ms)
        lines += folded(wait.format(time=until), columns, WARN)
    else:
        lines += _questions(one.asking, time, columns, titled=False)
    if account.problem is not None:
        lines += folded(problem(account.problem, language), columns, WARN)
        if one.asking is not None and account.problem.key == "rate_limited" and account.next_check_ms:
            again = _("It is asked again at {time}.").format(time=time.when(account.next_check_ms))
            lines += folded(again, columns, WARN)
        lines += [line for told in service_lines(account, time) for line in folded(told, columns, WARN)]
    elif one.asking is not None and account.snapshot is not None:
        told = figures_told(account.snapshot, info, language)
        good = _("Good. It told: {figures}.") if told else _("Good. It told no figures.")
        lines += folded(good.format(figures=told), columns)
        lines += _notes(account, account.snapshot.notes, language, columns)
    return lines


def _heading(account: Account, time: LocalTime, columns: int) -> list[Line]:
    language = time.language
    parts = [safe(account.name)]
    if account.checked_ms is not None:
        parts.append(language.gettext("checked {age} ago").format(age=time.age(account.checked_ms)))
    if account.next_check_ms is not None and account.next_check_ms > time.now_ms:
        parts.append(language.gettext("next check {time}").format(time=time.when(account.next_check_ms)))
    return folded(" · ".join(parts), columns, HEAD)


def _sources(one: AccountDetail, language: Language, columns: int) -> list[Line]:
    """Who was asked, with which kinds of keys, found where."""
    _ = language.gettext
    lines = []
    if one.host:
        lines += folded(_("Asked at {host}").format(host=safe(one.host)), columns, QUIET)
    for kind, source in zip(one.info.kinds, one.info.sources, strict=False) if one.info else ():
        found = _("{kind} from {source}").format(kind=safe(kind), source=safe(source, 120))
        lines += folded(found, columns, QUIET)
    return lines


def _held_back(one: AccountDetail, language: Language, columns: int) -> list[Line]:
    if one.held_back_by is None:
        return []
    account = one.account
    return folded(held_back(one.held_back_by, account.name, account.provider, language), columns, WARN)


def _figures(account: Account, time: LocalTime, columns: int) -> list[Line]:
    language = time.language
    if account.snapshot is None:
        return [] if account.problem else folded(language.gettext("No figures yet."), columns, QUIET)
    told = figures(account, account.snapshot, time, _BAR_CELLS if columns >= 60 else 6)
    if told or account.snapshot.notes:
        return _table(told, columns)
    return folded(language.gettext("told no figures"), columns, QUIET)


def _table(told: Sequence[Figure], columns: int) -> list[Line]:
    grid = Grid((Column(""), Column("")))
    for one in told:
        grid.add([one.name, one.told])
        for more in one.more:
            grid.add(["", more], QUIET)
    return grid.lines(columns)[1:] if told else []


def _remarks(account: Account, time: LocalTime, columns: int) -> list[Line]:
    """What is wrong, and what one must know to read the figures rightly."""
    language = time.language
    _ = language.gettext
    wrong = []
    if account.problem is not None:
        since = _("Since {time}.").format(time=time.when(account.problem.since_ms))
        wrong.append(f"{problem(account.problem, language)} {since}")
    if account.snapshot is not None and account.snapshot.is_usable is False:
        wrong.append(_("It refuses calls now."))
    wrong += service_lines(account, time)
    notes = account.snapshot.notes if account.snapshot else ()
    same = same_money(account, language)
    return [
        *(line for one in wrong for line in folded(one, columns, WARN)),
        *(folded(same, columns, QUIET) if same else []),
        *_notes(account, notes, language, columns),
    ]


def _notes(account: Account, notes: Sequence[str], language: Language, columns: int) -> list[Line]:
    said = (sentence(one, {"provider": account.name}, language) for one in notes)
    return [line for one in said for line in folded(one, columns, QUIET)]


def _questions(asking: Asking | None, time: LocalTime, columns: int, *, titled: bool = True) -> list[Line]:
    language = time.language
    _ = language.gettext
    if asking is None:
        return []
    asked = _("Asked {age} ago").format(age=time.age(asking.asked_ms))
    title = folded(asked, columns, QUIET) if titled else []
    if not asking.questions:
        return [*title, *folded(_("Nothing was sent."), columns)]
    grid = Grid(
        (
            Column(_("Question")),
            Column(_("Key")),
            Column(_("Answer"), is_number=True),
            Column(_("Took"), is_number=True),
        )
    )
    for one in asking.questions:
        answer = _("none") if one.status is None else str(one.status)
        took = _("{count} ms").format(count=language.count(one.elapsed_ms))
        is_good = one.status is not None and one.status < 300
        grid.add(
            [safe(f"{one.method} {one.path}", 72), safe(one.key or NONE, 24), answer, took],
            PLAIN if is_good else WARN,
        )
    return [*title, *grid.lines(columns)]


def _keys_to_make(info: ProviderInfo, language: Language, columns: int) -> list[Line]:
    """The kinds of keys that are not there, where each is looked for, and where it is made."""
    _ = language.gettext
    lines = []
    for need in info.credentials:
        if need.is_present:
            continue
        told = _("No {kind}. It is made at {where}").format(kind=need.kind, where=need.where)
        if need.variables:
            found = _("and looked for in {variables}").format(variables=language.listed(need.variables))
            told = f"{told} {found}"
        lines += folded(told, columns, QUIET)
    return lines
