"""Deepgram: the balance of each project.

An *API key* with the scope ``billing:read`` (a project's owner or administrator makes one) reads what is left
in the projects it can see (``GET /v1/projects/{project}/balances``); name one with ``projectId`` to see that
one alone. Purchases of one project are added up; projects are shown apart, and so are currencies. What
Deepgram counts in hours is an allowance and no money.

Figures are nearly live. Asking every quarter of an hour is polite.
"""

from decimal import Decimal

import msgspec

from token_dashboard.model.snapshot import Allowance, Balance, Snapshot
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import (
    Capability,
    Credential,
    Option,
    Provider,
    Stability,
    StatusFeed,
)
from token_dashboard.providers._units import Amount, money

API = "API key"

_DOLLARS = "usd"
_PLURALS = {"hour": "hours"}


class Project(msgspec.Struct):
    """A project that the key can see."""

    project_id: str
    name: str | None = None


class Projects(msgspec.Struct):
    """The answer of ``/v1/projects``."""

    projects: list[Project]


class Purchase(msgspec.Struct):
    """What is left of one purchase."""

    amount: Amount
    units: str


class Balances(msgspec.Struct):
    """The answer of ``/v1/projects/{project}/balances``."""

    balances: list[Purchase]


async def fetch(access: Access) -> Snapshot:
    balances: list[Balance] = []
    allowances: list[Allowance] = []
    for project in await _projects(access):
        scope = "project" if project.name is None else f"project {project.name}"
        answer = await access.get(
            "/v1/projects/{project}/balances", Balances, key=API, parts={"project": project.project_id}
        )
        for units, left in _left(answer.balances).items():
            if units == _DOLLARS:
                balances.append(Balance(money=money(left), scope=scope))
            else:
                allowances.append(Allowance(amount=left, unit=units, scope=scope))
    return Snapshot(
        provider=PROVIDER.id,
        account=access.account,
        taken_ms=access.now_ms,
        balances=tuple(balances),
        allowances=tuple(allowances),
    )


async def _projects(access: Access) -> list[Project]:
    if named := access.option("projectId"):
        return [Project(project_id=named)]
    return (await access.get("/v1/projects", Projects, key=API)).projects


def _left(purchases: list[Purchase]) -> dict[str, Decimal]:
    """What is left of all purchases in one unit."""
    sums: dict[str, Decimal] = {}
    for purchase in purchases:
        units = _PLURALS.get(purchase.units.lower(), purchase.units.lower())
        sums[units] = sums.get(units, Decimal(0)) + purchase.amount
    return sums


PROVIDER = Provider(
    id="deepgram",
    name="Deepgram",
    base_url="https://api.deepgram.com",
    credentials=(
        Credential(
            kind=API,
            variables=("DEEPGRAM_API_KEY",),
            where="https://console.deepgram.com/project/_/settings/api-keys",
            scheme="Token",
        ),
    ),
    capabilities=frozenset({Capability.BALANCE, Capability.ALLOWANCE}),
    stability=Stability.DOCUMENTED,
    docs="https://developers.deepgram.com/reference/manage/billing/list",
    options=(
        Option(
            name="projectId",
            variables=("DEEPGRAM_PROJECT_ID",),
            about="The one project to show, from the address of its console.",
        ),
    ),
    fetch=fetch,
    polite_pause_s=900,
    status_feed=StatusFeed(url="https://status.deepgram.com/api/v2/summary.json"),
)
