"""What ``tokens doctor`` says of a team's ledger: whether it can be reached, and what it hasn't been told."""

from token_dashboard.cli.compose import Product
from token_dashboard.cli.team import open_team, waiting
from token_dashboard.engine.replication import is_shared, standing
from token_dashboard.model.errors import LedgerError
from token_dashboard.model.status import Check
from token_dashboard.render.language import language
from token_dashboard.render.times import rough


async def team_checks(product: Product) -> list[Check]:
    """One line, if there is a team."""
    settings = product.loaded.settings
    if settings.team.url is None:
        return [_nameless(product)] if await is_shared(product.ledger) else []
    if settings.is_teams_ledger:
        finding = "is this ledger; logs of this computer are not read into it"
        return [Check(name="team", subject=product.ledger.name, is_ok=True, finding=finding)]
    try:
        async with open_team(product.loaded) as team:
            return [
                Check(name="team", subject=team.name, is_ok=True, finding=await _told(product, team.name))
            ]
    except LedgerError as error:
        name, reason = error.params["path"], error.params.get("reason", str(error)).rstrip(".")
        return [
            Check(
                name="team",
                subject=name,
                is_ok=False,
                finding=f"{reason}; {await _told(product, name)}",
                advice="nothing is lost; when it can be reached again: tokens sync",
            )
        ]


def _nameless(product: Product) -> Check:
    return Check(
        name="team",
        subject=product.ledger.name,
        is_ok=False,
        finding="machines send to this ledger, and logs of this computer are read into it without its name",
        advice="to ask it only, set team.url to it too; to send to it, leave ledger.url out",
    )


async def _told(product: Product, team: str) -> str:
    found = await standing(product.ledger, team)
    rest = waiting(found.waiting)
    if found.last_ms is None:
        return f"never synced, {rest}"
    ago = rough((product.clock.now_ms() - found.last_ms) / 1000, language("en"))
    return f"last sync {ago} ago, {rest}"
