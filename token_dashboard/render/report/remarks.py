"""What is said below a report: what its costs leave out, and what is meant by it."""

from collections.abc import Iterator

from token_dashboard.model.report import CostBasis, Report
from token_dashboard.render.columns import safe
from token_dashboard.render.language import N_, Language
from token_dashboard.render.times import LocalTime, day_text
from token_dashboard.render.usage_words import unpriced

_BASES = {
    CostBasis.COMPUTED: N_("List cost: tokens times list price."),
    CostBasis.LOGGED: N_("Logged cost: what the logs say was charged; + ? where they don't say it of all."),
    CostBasis.AUTO: N_("Likely cost: what the logs say, and tokens times list price where they don't."),
}


def warnings(report: Report, language: Language) -> Iterator[str]:
    """What the costs leave out, what isn't believed, what matches nothing."""
    total = report.total
    for dimension, patterns in report.unmatched.items():
        for pattern in patterns:
            yield language.gettext("Nothing in the ledger matches {filter}.").format(
                filter=f"--{dimension} {safe(pattern)}"
            )
    if report.cost_basis is CostBasis.COMPUTED:
        if missing := unpriced(total, report.unpriced_models, language):
            yield missing
    elif without := total.requests_without_cost(report.cost_basis):
        yield language.ngettext(
            "+ {count} request without a cost", "+ {count} requests without a cost", without
        ).format(count=language.count(without))
    if total.doubtful_requests:
        yield language.ngettext(
            "The log's cost of {count} request is off by a factor of 1,000 or more from the list price.",
            "The log's cost of {count} requests is off by a factor of 1,000 or more from the list price.",
            total.doubtful_requests,
        ).format(count=language.count(total.doubtful_requests))


def meaning(basis: CostBasis, language: Language) -> str:
    """What is meant by a column of costs."""
    return language.gettext(_BASES[basis])


def notes(report: Report, language: Language) -> Iterator[str]:
    """Which cost it is, which days, whose."""
    if report.total.recorded_requests:
        yield meaning(report.cost_basis, language)
        if report.cost_basis is CostBasis.COMPUTED:
            yield meaning(CostBasis.LOGGED, language)
    if report.currency:
        yield language.gettext("{currency}: an estimate, by your exchange rates.").format(
            currency=report.currency
        )
    yield _period(report, language)


def _period(report: Report, language: Language) -> str:
    since = None if report.since is None else day_text(report.since, language)
    until = None if report.until is None else day_text(report.until, language)
    if since is None and until is None and report.start_ms is not None and report.end_ms is not None:
        time = LocalTime.of(report.time_zone, report.end_ms, language)
        since, until = time.moments([report.start_ms, report.end_ms])
    if since is None and until is None:
        message = language.gettext("Days as in {zone}.")
    elif since is None:
        message = language.gettext("Until {until}, days as in {zone}.")
    elif until is None:
        message = language.gettext("Since {since}, days as in {zone}.")
    elif since == until:
        message = language.gettext("{since}, as in {zone}.")
    else:
        message = language.gettext("{since} to {until}, days as in {zone}.")
    return message.format(since=since, until=until, zone=report.time_zone)
