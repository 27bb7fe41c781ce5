"""How a vendor says its own service runs: never a quota signal, and unknown is not operational."""

from enum import StrEnum

from token_dashboard.model.record import record


class Health(StrEnum):
    """How well a service runs, best first; ``UNKNOWN`` is none of the others."""

    OPERATIONAL = "operational"
    MAINTENANCE = "maintenance"
    DEGRADED = "degraded"
    PARTIAL_OUTAGE = "partial-outage"
    MAJOR_OUTAGE = "major-outage"
    UNKNOWN = "unknown"


_RANKS = [one for one in Health if one is not Health.UNKNOWN]
_IMPAIRED = {Health.DEGRADED, Health.PARTIAL_OUTAGE, Health.MAJOR_OUTAGE}


@record
class Incident:
    """Something that is wrong, or work that was planned, and isn't over."""

    title: str
    """In the vendor's words."""
    health: Health
    """``UNKNOWN`` when it doesn't say how bad it is."""
    since_ms: int | None = None
    """Planned work may begin in the future."""
    url: str | None = None
    components: tuple[str, ...] = ()
    """The parts of the service it names; empty when it names none."""


@record
class Component:
    """A part of a service."""

    name: str
    health: Health


@record
class ServiceStatus:
    """How the part of a service runs that an account needs."""

    health: Health
    page: str
    """The address that was read."""
    checked_ms: int
    incidents: tuple[Incident, ...] = ()
    """Newest first."""
    maintenances: tuple[Incident, ...] = ()
    """Planned work, which is no incident; soonest first."""

    @property
    def is_impaired(self) -> bool:
        return self.health in _IMPAIRED


@record
class StatusPage:
    """What a status page said when it was last read; all accounts of its vendor share it."""

    url: str
    checked_ms: int
    health: Health = Health.UNKNOWN
    """Of the whole service. ``UNKNOWN`` also when the page couldn't be read."""
    components: tuple[Component, ...] = ()
    incidents: tuple[Incident, ...] = ()
    maintenances: tuple[Incident, ...] = ()
    etag: str = ""
    last_modified: str = ""
    """With these the vendor is asked whether anything has changed."""

    def about(self, component: str) -> ServiceStatus:
        """The part of the page that concerns one component; empty text for all of it.

        An incident that names no components concerns them all. A component that the page neither lists nor
        has an incident of runs as the whole does, if that runs well; else it isn't known.
        """
        incidents = tuple(one for one in self.incidents if _concerns(one, component))
        return ServiceStatus(
            health=self._health_of(component, incidents),
            page=self.url,
            checked_ms=self.checked_ms,
            incidents=incidents,
            maintenances=tuple(one for one in self.maintenances if _concerns(one, component)),
        )

    def _health_of(self, component: str, incidents: tuple[Incident, ...]) -> Health:
        if not component:
            return self.health
        named = [one.health for one in self.components if _names(component, one.name)]
        told = [one.health for one in incidents if one.components or _names(component, one.title)]
        if named or told:
            return worst([*named, *told])
        whole = self.health
        return whole if whole in {Health.OPERATIONAL, Health.UNKNOWN} or incidents else Health.UNKNOWN


def worst(healths: "list[Health]") -> Health:
    """The worst of several; one that isn't known counts only where all others are well."""
    known = [one for one in healths if one is not Health.UNKNOWN]
    found = max(known, key=_RANKS.index, default=Health.UNKNOWN)
    return Health.UNKNOWN if found is Health.OPERATIONAL and len(known) < len(healths) else found


def _concerns(incident: Incident, component: str) -> bool:
    if not incident.components:
        return True
    return any(_names(component, one) for one in (*incident.components, incident.title))


def _names(component: str, text: str) -> bool:
    return component.casefold() in text.casefold()
