import pytest

from token_dashboard.model.errors import CredentialsRejected, RateLimited, RpcError, TokenDashboardError
from token_dashboard.model.secret import Secret


def test_an_error_reads_as_a_sentence_that_says_what_to_do() -> None:
    error = CredentialsRejected(provider="OpenRouter", status="401", where="Settings, Keys")
    assert str(error) == "OpenRouter answered 401: the key was refused. Make a new one: Settings, Keys"
    assert error.params == {"provider": "OpenRouter", "status": "401", "where": "Settings, Keys"}


def test_a_rate_limit_carries_the_providers_wish() -> None:
    assert RateLimited(provider="X", retry_after_s=7).retry_after_s == 7


def test_every_error_of_ours_is_one_family() -> None:
    with pytest.raises(TokenDashboardError, match="no such thing"):
        raise RpcError("INVALID_REQUEST", "no such thing")


@pytest.mark.parametrize("shown", [repr, str, "{}".format, "%s".__mod__])
def test_a_secret_never_shows_itself(shown: object) -> None:
    secret = Secret("sk-or-v1-canary")
    assert "canary" not in shown(secret)
    assert secret.reveal() == "sk-or-v1-canary"
