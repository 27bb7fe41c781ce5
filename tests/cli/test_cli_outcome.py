import pytest

from token_dashboard.cli.outcome import AUTHENTICATION, GOOD, NOTHING_REACHABLE, SOME_FAILED, exit_code
from token_dashboard.model.status import Problem


def problem(key: str) -> Problem:
    return Problem(key=key, since_ms=0)


@pytest.mark.parametrize(
    ("problems", "code"),
    [
        ([], GOOD),
        ([None, None], GOOD),
        ([None, problem("rate_limited")], SOME_FAILED),
        ([None, problem("credentials_rejected")], SOME_FAILED),
        ([problem("credentials_rejected")], AUTHENTICATION),
        ([problem("permission_missing"), problem("credentials_missing")], AUTHENTICATION),
        ([problem("credentials_rejected"), problem("provider_unavailable")], NOTHING_REACHABLE),
        ([problem("unexpected_response")], NOTHING_REACHABLE),
    ],
)
def test_the_exit_code_tells_a_script_how_asking_went(problems: list[Problem | None], code: int) -> None:
    assert exit_code(problems) == code
