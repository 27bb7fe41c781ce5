"""Taking back an import that was a mistake, by the rows that it was made of."""

from collections.abc import AsyncIterator

from token_dashboard.engine.imports.importing import Batch, Claim, with_own_keys
from token_dashboard.ledger import Ledger
from token_dashboard.ledger.upkeep import Upkeep
from token_dashboard.ledger.withdrawals import imported_here, withdraw
from token_dashboard.model.imported import Undone


async def undo(ledger: Ledger, batches: AsyncIterator[Batch]) -> Undone:
    """Forget what an import of these rows brought in here, as if it had never been done.

    What came from another machine stays, though it has the same rows. Doing so again, or after dying in the
    middle, takes back the rest.
    """
    upkeep = Upkeep.of(ledger)
    found = 0
    keys: set[int] = set()
    async for batch in with_own_keys(ledger, batches):
        claimed = [one.event.key for one in batch if isinstance(one, Claim)]
        found += len(claimed)
        keys |= await imported_here(upkeep, claimed)
    withdrawn = await withdraw(upkeep, keys) if keys else 0
    return Undone(found=found, withdrawn=withdrawn, inseparable=len(keys) - withdrawn)
