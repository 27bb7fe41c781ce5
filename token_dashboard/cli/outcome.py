"""Exit codes that tell a script how asking the providers went."""

from collections.abc import Iterable

from token_dashboard.model.errors import (
    CredentialsMissing,
    CredentialsRejected,
    KeyWanted,
    LoginExpired,
    PermissionMissing,
    RegionRejected,
    SettingMissing,
    WrongKey,
)
from token_dashboard.model.status import Problem

GOOD = 0
AUTHENTICATION = 2
SOME_FAILED = 3
NOTHING_REACHABLE = 4

_NEEDS_A_KEY = {
    one.key
    for one in (
        CredentialsMissing,
        CredentialsRejected,
        KeyWanted,
        LoginExpired,
        PermissionMissing,
        RegionRejected,
        SettingMissing,
        WrongKey,
    )
}


def exit_code(problems: Iterable[Problem | None]) -> int:
    """0 when every provider answered, 3 when some did; when none did, 2 if only keys are at fault, else 4."""
    outcomes = list(problems)
    failed = [problem for problem in outcomes if problem is not None]
    if not failed:
        return GOOD
    if len(failed) < len(outcomes):
        return SOME_FAILED
    if all(problem.key in _NEEDS_A_KEY for problem in failed):
        return AUTHENTICATION
    return NOTHING_REACHABLE
