"""One provider looked at closely: each account with what was asked about it, and how that went."""

from token_dashboard.model.record import record
from token_dashboard.model.status import Account, AccountInfo, ProviderInfo


@record
class Question:
    """One request that went out to a vendor."""

    method: str
    path: str
    """Without host, ids and query."""
    status: int | None
    """``None`` when no answer began."""
    elapsed_ms: int
    key: str | None = None
    """The kind of key that went along."""


@record
class Asking:
    """What was asked about an account the last time."""

    asked_ms: int
    questions: tuple[Question, ...]
    """None: it came to no question, for example because a key is known to be of the wrong kind."""


@record
class AccountDetail:
    """One account, and where its figures come from."""

    account: Account
    info: AccountInfo | None
    """``None`` for one that another process asks."""
    asking: Asking | None
    """``None`` when it was never asked, or a test left it alone: see ``held_back_by`` and its problem."""
    host: str | None = None
    """Who was asked."""
    held_back_by: str | None = None
    """The setting without which it isn't asked."""


@record
class ProviderDetail:
    """A provider with its accounts."""

    as_of_ms: int
    time_zone: str
    poll_interval_s: int
    provider: ProviderInfo
    accounts: tuple[AccountDetail, ...]
