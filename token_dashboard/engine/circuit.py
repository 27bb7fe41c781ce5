"""When an account may be asked again, by what the ledger remembers of the key that it was asked with.

The memory is in the ledger so that the poller and a command typed beside it keep to one back-off, and that a
restart doesn't forget it. A key is remembered by a digest that can't be turned back into it.
"""

import hashlib
import hmac
import random
from collections.abc import Mapping
from math import ceil

from token_dashboard.engine.accounts import ConfiguredAccount
from token_dashboard.ledger import AccountRecord
from token_dashboard.model.errors import (
    CredentialsRejected,
    LoginExpired,
    NotFound,
    PermissionMissing,
    ProviderError,
    RateLimited,
)
from token_dashboard.model.key import Key
from token_dashboard.model.period import DAY_MS

FIRST_DAYS = 31
"""How far back the vendor's books are read with a new key."""
_OPEN_DAYS = 3
"""For how long vendors still add to a day."""
_MINUTE_S = 60
_LONGEST_PAUSE_S = 60 * _MINUTE_S
_USUAL_PAUSE_S = 300
_JITTER = 0.1
_WAIT = "retryAfterSeconds"


def credential(account: ConfiguredAccount, keys: Mapping[str, Key], salt: str, now_ms: int) -> str:
    """A digest of the keys and of what is asked with them: another one means another key, place or account.

    A key that expires is renewed by its program over and over: it counts as the same one while it holds.
    """
    parts = [account.provider.id, account.base_url or "", account.region or ""]
    parts += map(str, sorted(account.options.items()))
    for kind in sorted(keys):
        key = keys[kind]
        if key.expires_ms is None:
            parts += [kind, key.secret.reveal()]
        else:
            parts += [kind, key.source, *map(str, sorted(key.extras.items())), str(key.expires_ms > now_ms)]
    return hmac.new(bytes.fromhex(salt), "\n".join(parts).encode(), hashlib.sha256).hexdigest()[:16]


def is_due(
    record: AccountRecord | None,
    account: ConfiguredAccount,
    known: str | None,
    now_ms: int,
    *,
    everyone: bool,
) -> bool:
    """Whether to ask now. ``known`` is the present credential, ``None`` if it must be fetched first.

    ``everyone`` is an owner who wants to know: only a wait that the vendor asked for, and the politeness that
    it is known to want, go before that.
    """
    if record is None or not record.attempted_ms <= now_ms < record.next_check_ms:
        return True  # a try in the future was noted by a clock that was set back since
    if known is not None and record.credential not in {"", known}:
        return True
    return everyone and not is_waiting(record, now_ms) and not _is_too_soon(record, account, now_ms)


def is_waiting(record: AccountRecord, now_ms: int) -> bool:
    """Whether the vendor asked to be left alone and the time isn't up."""
    is_asked_to = record.problem is not None and _WAIT in record.problem.params
    return is_asked_to and record.attempted_ms <= now_ms < record.next_check_ms


def wait(error: ProviderError) -> dict[str, str]:
    """Marks a failure after which not even an owner's ``refresh`` asks before the time is up."""
    if error.retry_after_s:
        return {_WAIT: str(ceil(error.retry_after_s))}
    return {_WAIT: ""} if isinstance(error, RateLimited) else {}


def interval_ms(account: ConfiguredAccount, interval_s: int) -> int:
    """The time to the next poll after a good answer."""
    return _spread(max(interval_s, account.provider.polite_pause_s))


def pause_ms(error: ProviderError, failures: int, account: ConfiguredAccount, interval_s: int) -> int:
    """How long a failed account is left alone.

    As long as the vendor asked for; otherwise doubling from a minute up to the poll interval for an outage,
    and up to an hour where asking again cannot help until a person acts or the vendor calms down.
    """
    if error.retry_after_s:
        return ceil(error.retry_after_s) * 1000
    interval_s = max(interval_s, account.provider.polite_pause_s)
    doublings = min(failures - 1, 6)
    if isinstance(error, RateLimited):
        pause_s = min(_MINUTE_S << min(failures, 6), _LONGEST_PAUSE_S)
    elif isinstance(error, LoginExpired) or (account.kept_keys and isinstance(error, CredentialsRejected)):
        pause_s = interval_s  # there may be another one by now, and only asking shows it
    elif isinstance(error, CredentialsRejected | PermissionMissing | NotFound):
        pause_s = min(interval_s << doublings, max(_LONGEST_PAUSE_S, interval_s))
    else:
        pause_s = min(_MINUTE_S << doublings, max(interval_s, _MINUTE_S))
    if account.provider.is_billed:  # a question that failed may have been charged
        pause_s = max(pause_s, interval_s)
    return _spread(pause_s)


def days_back(record: AccountRecord | None, *, is_new: bool, now_ms: int) -> int:
    """How many days of the vendor's books to read: those still open, and those since the last reading."""
    if is_new or record is None or record.checked_ms is None:
        return FIRST_DAYS
    missed = now_ms // DAY_MS - record.checked_ms // DAY_MS
    return min(max(missed, 0) + _OPEN_DAYS, FIRST_DAYS)


def _is_too_soon(record: AccountRecord, account: ConfiguredAccount, now_ms: int) -> bool:
    """A pause longer than usual is kept to whoever asks."""
    pause_s = account.provider.polite_pause_s
    is_strict = account.provider.is_billed or pause_s > _USUAL_PAUSE_S
    return is_strict and record.attempted_ms <= now_ms < record.attempted_ms + pause_s * 1000


def _spread(pause_s: int) -> int:
    """In milliseconds, give or take a tenth, so that many installations don't ask in step."""
    return round(pause_s * 1000 * random.uniform(1 - _JITTER, 1 + _JITTER))  # noqa: S311 - no secret
