"""Sentences for what went wrong."""

from collections.abc import Iterator

import pytest
from render_faces import LANGUAGES

from token_dashboard.model import errors as tree
from token_dashboard.model.errors import (
    CredentialsMissing,
    ProviderUnavailable,
    RateLimited,
    RpcError,
    TokenDashboardError,
)
from token_dashboard.model.status import Problem
from token_dashboard.render.errors import in_short, problem, sentence, sentence_of
from token_dashboard.render.language import language

ENGLISH = language("en")


def _every_error(
    root: type[TokenDashboardError] = TokenDashboardError,
) -> Iterator[type[TokenDashboardError]]:
    yield root
    for child in root.__subclasses__():
        if child.__module__ == tree.__name__:
            yield from _every_error(child)


ERRORS = tuple(_every_error())
PARAMS = {
    name: f"<{name}>"
    for name in (
        "reason",
        "file",
        "path",
        "provider",
        "needed",
        "status",
        "where",
        "fields",
        "found",
        "known",
        "moved_to",
        "command",
        "checks",
        "setting",
        "variable",
    )
}


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_of_the_tree_says_in_english_what_it_says_itself(
    error: type[TokenDashboardError],
) -> None:
    assert sentence(error.key, PARAMS, ENGLISH) == error.sentence.format_map(PARAMS)


@pytest.mark.parametrize("tag", LANGUAGES[1:])
@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_of_the_tree_is_translated(error: type[TokenDashboardError], tag: str) -> None:
    text = sentence(error.key, PARAMS, language(tag))
    told = error.sentence.format_map(PARAMS)
    only_params = not error.sentence.replace("{", " ").split("}")[-1].strip(" :") and ":" in error.sentence
    assert text != told or error.sentence == "{reason}" or only_params
    assert sorted(part for part in PARAMS.values() if part in text) == sorted(
        part for part in PARAMS.values() if part in told
    )


def test_an_error_that_was_raised_speaks_the_readers_language() -> None:
    error = CredentialsMissing(provider="OpenRouter", needed="OPENROUTER_API_KEY")
    assert sentence_of(error, ENGLISH) == str(error)
    assert sentence_of(error, language("de")) == "OpenRouter hat keinen Schlüssel: OPENROUTER_API_KEY setzen."


def test_phrases_of_other_rooms_are_translated_with_their_numbers() -> None:
    error = ProviderUnavailable(provider="DeepSeek", reason="no answer within 2.5 s")
    assert "2.5 秒内无应答" in sentence_of(error, language("zh"))
    assert in_short(error.key, {"reason": "it answered 503"}, language("de")) == "antwortete mit 503"


def test_a_few_words_leave_addresses_to_the_sentence() -> None:
    params = {"provider": "X", "status": "403", "needed": "admin key (https://x.example/keys)"}
    assert in_short("permission_missing", params, ENGLISH) == "needs admin key"
    assert "https://x.example/keys" in sentence("permission_missing", params, ENGLISH)


def test_a_rejected_rpc_call_says_its_reason() -> None:
    assert (
        sentence_of(RpcError("INVALID_REQUEST", "params.x is not known"), language("de"))
        == "params.x is not known"
    )


def test_a_problem_out_of_the_ledger_has_the_sentence_of_its_error() -> None:
    stored = Problem(key=RateLimited.key, since_ms=0, params={"provider": "OpenAI"})
    assert problem(stored, ENGLISH) == str(RateLimited(provider="OpenAI"))


@pytest.mark.parametrize(
    ("key", "params", "text"),
    [
        ("a-newer-key", {}, "a newer key"),
        ("a-newer-key", {"reason": "it rained"}, "it rained"),
        ("{oops", {}, "{oops"),
        ("provider_unavailable", {}, "… could not be asked: …."),
    ],
)
def test_a_key_of_a_newer_version_or_a_lost_param_spoils_nothing(
    key: str, params: dict[str, str], text: str
) -> None:
    assert sentence(key, params, ENGLISH) == text


@pytest.mark.parametrize("tag", LANGUAGES)
def test_the_note_of_openrouter_says_which_key_to_make(tag: str) -> None:
    assert "OPENROUTER_MANAGEMENT_API_KEY" in sentence("openrouter-needs-management-key", {}, language(tag))
