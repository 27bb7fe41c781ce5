"""What ``tokens doctor`` says of a team's ledger: whether it can be reached, and what it hasn't been told."""

from token_dashboard.cli.compose import Product
from token_dashboard.cli.pruning import kept_from_ms
from token_dashboard.cli.team import open_team
from token_dashboard.engine.replication import is_shared, standing
from token_dashboard.model.errors import LedgerError
from token_dashboard.model.status import Check


async def team_checks(product: Product) -> list[Check]:
    """What stands between here and the team, if there is one."""
    settings = product.loaded.settings
    if settings.team.url is None:
        if not await is_shared(product.ledger):
            return []
        return [Check(name="team", subject=product.ledger.name, is_ok=False, code="team_unnamed")]
    if settings.is_teams_ledger:
        return [Check(name="team", subject=product.ledger.name, is_ok=True, code="team_asked")]
    try:
        async with open_team(product.loaded) as team:
            return await _told(product, team.name)
    except LedgerError as error:
        name, reason = error.params["path"], error.params.get("reason", str(error)).rstrip(".")
        unreachable = Check(
            name="team", subject=name, is_ok=False, code="team_unreachable", values={"reason": reason}
        )
        return [unreachable, *await _told(product, name)]


async def _told(product: Product, team: str) -> list[Check]:
    """How far it knows what happened here, and what is kept for longer because of that."""
    now_ms = product.clock.now_ms()
    found = await standing(product.ledger, team, kept_from_ms(product.loaded.settings, now_ms))
    code, values = "team_never_synced", {"count": found.waiting}
    if found.last_ms is not None:
        ago_s = max(0, now_ms - found.last_ms) // 1000  # a clock may have been put back
        code, values = "team_synced", values | {"ago_s": ago_s}
    checks = [Check(name="team", subject=team, is_ok=True, code=code, values=values)]
    if found.held:
        values = {"count": found.held}
        checks.append(Check(name="team", subject=team, is_ok=True, code="team_held", values=values))
    return checks
