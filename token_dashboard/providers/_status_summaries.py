"""Status pages in JSON: statuspage.io and incident.io, instatus, and Google's list of incidents.

The shapes are those of ``/api/v2/summary.json`` (and ``status.json``, which has less), of instatus'
``/summary.json``, and of ``incidents.json`` of Google Cloud and Workspace, where an incident without an end
is open.
"""

from collections.abc import Iterable

import msgspec

from token_dashboard.model.errors import UnexpectedResponse
from token_dashboard.model.service import Component, Health, Incident, StatusPage, worst
from token_dashboard.providers._answer import decode
from token_dashboard.providers._units import Iso

MOST = 50
"""Incidents that are kept of a page."""
LONGEST_TITLE = 200

_INDICATORS = {
    "none": Health.OPERATIONAL,
    "maintenance": Health.MAINTENANCE,
    "minor": Health.DEGRADED,
    "major": Health.PARTIAL_OUTAGE,
    "critical": Health.MAJOR_OUTAGE,
    "operational": Health.OPERATIONAL,
    "under_maintenance": Health.MAINTENANCE,
    "degraded_performance": Health.DEGRADED,
    "partial_outage": Health.PARTIAL_OUTAGE,
    "major_outage": Health.MAJOR_OUTAGE,
    "full_outage": Health.MAJOR_OUTAGE,
    "up": Health.OPERATIONAL,
    "hasissues": Health.DEGRADED,
    "undermaintenance": Health.MAINTENANCE,
    "degradedperformance": Health.DEGRADED,
    "partialoutage": Health.PARTIAL_OUTAGE,
    "majoroutage": Health.MAJOR_OUTAGE,
    "service_information": Health.DEGRADED,
    "service_disruption": Health.PARTIAL_OUTAGE,
    "service_outage": Health.MAJOR_OUTAGE,
}
_OVER = {"resolved", "postmortem", "completed"}


class Named(msgspec.Struct):
    """A part of the service."""

    name: str
    status: str | None = None


class Overall(msgspec.Struct):
    """How the whole runs."""

    indicator: str


class Told(msgspec.Struct):
    """An incident, or planned work, of a statuspage."""

    name: str
    status: str
    impact: str | None = None
    created_at: Iso | None = None
    scheduled_for: Iso | None = None
    shortlink: str | None = None
    components: list[Named] | None = None


class Summary(msgspec.Struct):
    """A statuspage."""

    status: Overall
    components: list[Named] = []
    incidents: list[Told] = []
    scheduled_maintenances: list[Told] = []


class InstatusPage(msgspec.Struct):
    """How the whole runs."""

    status: str


class InstatusTold(msgspec.Struct, rename="camel"):
    """An incident, or planned work, of an instatus page."""

    name: str
    impact: str | None = None
    started: Iso | None = None
    start: Iso | None = None
    url: str | None = None


class Instatus(msgspec.Struct, rename="camel"):
    """An instatus page."""

    page: InstatusPage
    active_incidents: list[InstatusTold] = []
    active_maintenances: list[InstatusTold] = []


class Product(msgspec.Struct):
    """One of Google's products."""

    title: str = ""
    id: str = ""


class GoogleIncident(msgspec.Struct):
    """One of Google's incidents, over or not."""

    begin: Iso
    end: Iso | None = None
    external_desc: str = ""
    status_impact: str | None = None
    affected_products: list[Product] = []
    service_name: str = ""


def summary_page(body: bytes, url: str, now_ms: int) -> StatusPage | None:
    """The page, by the first shape that fits; ``None`` when none does."""
    try:
        if body[:1] == b"[":
            return _google(decode(body, list[GoogleIncident], ""), url, now_ms)
        if b'"indicator"' in body:
            return _statuspage(decode(body, Summary, ""), url, now_ms)
        return _instatus(decode(body, Instatus, ""), url, now_ms)
    except UnexpectedResponse:
        return None


def title(text: str) -> str:
    """A vendor's words for an incident, in one line and not endless."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1]}…"


def link(text: str | None) -> str | None:
    """An address that a person may open."""
    return text if text and text.startswith("https://") and len(text) <= LONGEST_TITLE else None


def latest(incidents: Iterable[Incident]) -> tuple[Incident, ...]:
    """Newest first, and no more of them than anybody reads."""
    return tuple(sorted(incidents, key=lambda one: one.since_ms or 0, reverse=True)[:MOST])


def soonest(maintenances: Iterable[Incident]) -> tuple[Incident, ...]:
    return tuple(sorted(maintenances, key=lambda one: one.since_ms or 0)[:MOST])


def _health(word: str | None) -> Health:
    return _INDICATORS.get((word or "").lower(), Health.UNKNOWN)


def _statuspage(summary: Summary, url: str, now_ms: int) -> StatusPage:
    return StatusPage(
        url=url,
        checked_ms=now_ms,
        health=_health(summary.status.indicator),
        components=tuple(
            Component(name=title(one.name), health=_health(one.status)) for one in summary.components
        ),
        incidents=latest(_told(one) for one in summary.incidents if one.status not in _OVER),
        maintenances=soonest(
            _told(one, is_planned=True) for one in summary.scheduled_maintenances if one.status not in _OVER
        ),
    )


def _told(told: Told, *, is_planned: bool = False) -> Incident:
    # An incident of the impact "none" is one nonetheless, and how bad it is isn't told.
    health = Health.UNKNOWN if told.impact == "none" else _health(told.impact)
    return Incident(
        title=title(told.name),
        health=Health.MAINTENANCE if is_planned else health,
        since_ms=told.scheduled_for if is_planned else told.created_at,
        url=link(told.shortlink),
        components=tuple(title(one.name) for one in told.components or ()),
    )


def _instatus(answer: Instatus, url: str, now_ms: int) -> StatusPage:
    return StatusPage(
        url=url,
        checked_ms=now_ms,
        health=_health(answer.page.status),
        incidents=latest(
            Incident(
                title=title(one.name),
                health=_health(one.impact),
                since_ms=one.started,
                url=link(one.url),
            )
            for one in answer.active_incidents
        ),
        maintenances=soonest(
            Incident(title=title(one.name), health=Health.MAINTENANCE, since_ms=one.start, url=link(one.url))
            for one in answer.active_maintenances
        ),
    )


def _google(incidents: list[GoogleIncident], url: str, now_ms: int) -> StatusPage:
    opened = latest(
        Incident(
            title=title(one.external_desc or one.service_name),
            health=_health(one.status_impact),
            since_ms=one.begin,
            components=tuple(
                title(name)
                for product in one.affected_products
                for name in (product.title, product.id)
                if name
            ),
        )
        for one in incidents
        if one.end is None
    )
    # No open incident is what a page says whose service runs; the list says nothing else of it.
    health = worst([one.health for one in opened]) if opened else Health.OPERATIONAL
    return StatusPage(url=url, checked_ms=now_ms, health=health, incidents=opened)
