"""What machines that count as one told each other: through a team's ledger, and by files."""

from token_dashboard.model.record import record


@record
class Sent:
    """What a machine sent to the team's ledger."""

    to: str
    """The ledger's name: host, port and database."""
    machine: str
    sent: int
    """Requests that were sent."""
    new: int
    """Of these, requests that the team's ledger didn't count yet."""
    withdrawn: int = 0
    """Imported requests that were taken back there, since they were here."""


@record
class BundleFile:
    """What a bundle says of itself."""

    file: str
    machine: str
    """Who made it."""
    made_ms: int
    requests: int


@record
class TakenBundle:
    """A bundle whose requests were recorded."""

    file: str
    machine: str
    made_ms: int
    requests: int
    new: int
    """Requests that count now and didn't before."""


@record
class RefusedBundle:
    """A bundle of which nothing was recorded."""

    file: str
    reason: str


@record
class TakenBundles:
    """What came of bundles, in the order in which they were named."""

    bundles: tuple[TakenBundle, ...]
    refused: tuple[RefusedBundle, ...]
