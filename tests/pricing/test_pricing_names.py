"""Which row prices a name: every spelling that logs use, and the names that must not be guessed."""

import json
from datetime import date
from pathlib import Path

import pytest

from token_dashboard.pricing.book import PriceBook

DAY = date(2026, 1, 15)
BOOK = PriceBook.load()


def listed(provider: str | None, model: str, day: date = DAY) -> tuple[str, ...] | None:
    """Input, output and cache read in dollars a million tokens."""
    sheet = BOOK.lookup(provider, model, day)
    if sheet is None:
        return None
    rates = sheet.base.rates
    return tuple(f"{rate / 10**9:g}" for rate in (rates.input, rates.output, rates.cache_read))


@pytest.mark.parametrize(
    ("provider", "model", "price"),
    [
        ("zai", "glm-4.7", "0.6/2.2/0.11"),
        (None, "glm-4.7", "0.6/2.2/0.11"),
        ("zai-coding-plan", "glm-4.7", "0.6/2.2/0.11"),
        ("anthropic", "glm-4.7", "0.6/2.2/0.11"),
        ("zai", "glm-5", "1/3.2/0.2"),
        ("kimi-coding", "kimi-k2.5", "0.6/3/0.1"),
        ("moonshotai", "kimi-k2.5", "0.6/3/0.1"),
        ("xai", "grok-4", "3/15/0.75"),
        ("xai", "grok-4-fast", "0.2/0.5/0.05"),
        (None, "x-ai/grok-4-fast", "0.2/0.5/0.05"),
        ("opencode", "grok-code-fast-1", "0.2/1.5/0.02"),
        (None, "openai/gpt-5.2", "1.75/14/0.175"),
        ("openai", "openai/gpt-5.2", "1.75/14/0.175"),
        ("openai", "o3", "2/8/0.5"),
        ("openai", "o4-mini", "1.1/4.4/0.275"),
        ("openai", "codex-mini-latest", "1.5/6/0.375"),
        ("google-antigravity", "gemini-3-pro-high", "2/12/0.2"),
        ("google", "gemini-3-pro-preview", "2/12/0.2"),
        ("deepseek", "deepseek-chat", "0.28/0.42/0.028"),
        ("deepseek", "deepseek-reasoner", "0.28/0.42/0.028"),
        ("qwen-portal", "qwen3-coder-plus", "1/5/0.1"),
        ("openai-codex", "gpt-5.1-codex-max-xhigh", "1.25/10/0.125"),
        ("openai", "gpt-5-codex", "1.25/10/0.125"),
        ("google", "gemini-2.5-pro-preview-06-05", "1.25/10/0.125"),
        ("google", "models/gemini-2.5-flash", "0.3/2.5/0.03"),
        (None, "MiniMax-M2", "0.3/1.2/0.03"),
        ("openai", "gpt-4o-2024-05-13", "5/15/5"),
        ("openai", "gpt-4o-2024-08-06", "2.5/10/1.25"),
        ("openai", "ft:gpt-4o-2024-08-06:acme::abc", "3.75/15/3.75"),
        ("mistral", "mistral-large-latest", "0.5/1.5/0.05"),
        ("zai", "glm-4.7-flash", "0/0/0"),
        ("openrouter", "deepseek/deepseek-r1:free", "0/0/0"),
    ],
)
def test_a_model_has_its_vendors_price_of_january_2026(provider: str | None, model: str, price: str) -> None:
    assert "/".join(listed(provider, model) or ()) == price


@pytest.mark.parametrize(
    ("provider", "spelling"),
    [
        ("anthropic", "claude-opus-4-5"),
        ("anthropic", "claude-opus-4-5-20251101"),
        ("anthropic", "Claude-Opus-4.5"),
        ("anthropic", "anthropic/claude-opus-4-5"),
        ("anthropic", "claude-opus-4-5[1m]"),
        ("anthropic", "claude-opus-4-5-20251101[1m]"),
        ("anthropic", "claude-opus-4-5-thinking"),
        ("google-vertex", "claude-opus-4-5@20251101"),
        ("vertex_ai", "claude-opus-4-5@default"),
        ("openrouter", "anthropic/claude-opus-4.5"),
        ("openrouter", "anthropic/claude-opus-4.5:beta"),
        ("litellm", "openrouter/anthropic/claude-opus-4.5"),
        ("amazon-bedrock", "global.anthropic.claude-opus-4-5-20251101-v1:0"),
        ("github-copilot", "claude-opus-4.5"),
        ("cursor", "claude-4.5-opus-high-thinking"),
        ("some-proxy", "claude-opus-4-5"),
        (None, "claude-opus-4-5"),
    ],
)
def test_claude_opus_4_5_is_known_in_every_spelling(provider: str | None, spelling: str) -> None:
    assert listed(provider, spelling) == ("5", "25", "0.5")


def test_bedrocks_regional_ids_cost_a_tenth_more_whatever_the_log_calls_the_provider() -> None:
    for provider in ("amazon-bedrock", "anthropic", None):
        assert listed(provider, "us.anthropic.claude-opus-4-6-v1") == ("5.5", "27.5", "0.55")


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        (None, "auto"),
        ("moonshot", "kimi-for-coding"),
        ("kimi-for-coding", "kimi-for-coding"),
        ("openai", "gpt-5.3-codex-spark"),
        ("anthropic", "claude-opus-4-6-fast"),
        ("anthropic", "claude-opus-4-50"),
        ("anthropic", "claude"),
        ("openai", "gpt-5.2-turbo"),
        ("openai", "gpt-55"),
        ("openai", "gpt-oss-120b"),
        ("ollama", "deepseek-r1:8b"),
        ("ollama", "deepseek-r1"),
        ("openrouter", "anthropic/claude-opus-4.5:free"),
        ("deepseek", "deepseek-r1-distill-llama-70b"),
        ("x", ""),
        ("x", "/"),
        ("x", "[1m]"),
    ],
)
def test_what_is_not_listed_is_not_guessed(provider: str | None, model: str) -> None:
    assert listed(provider, model) is None


def test_a_price_holds_from_its_date_on() -> None:
    assert listed("openai", "gpt-5.6-sol", date(2026, 8, 20)) == ("5", "30", "0.5")
    assert listed("openai", "gpt-5.6-sol", date(2026, 8, 21)) == ("4", "20", "0.4")
    sheet = BOOK.lookup("openai", "gpt-5.6-sol", date(2026, 11, 1))
    assert sheet is not None
    assert sheet.from_date == "2026-08-21"


def test_a_sheet_says_which_row_and_whose_list_price_it_is() -> None:
    own = BOOK.lookup("anthropic", "claude-opus-4-5-20251101", DAY)
    lent = BOOK.lookup("zai-coding-plan", "glm-4.7", DAY)
    assert own is not None
    assert lent is not None
    assert (own.row, own.list_price_of) == ("anthropic/claude-opus-4-5", None)
    assert (lent.row, lent.list_price_of) == ("zai/glm-4.7", "zai")


def test_show_names_every_row_that_a_name_matches() -> None:
    found = {(entry.vendor, entry.row["id"]) for entry in BOOK.show("claude-sonnet-4.6")}
    assert ("anthropic", "claude-sonnet-4-6") in found
    assert ("github-copilot", "claude-sonnet-4.6") in found
    assert [entry.vendor for entry in BOOK.show("bedrock/us.anthropic.claude-opus-4-6-v1")] == ["bedrock"]
    assert [entry.row["unlisted"] for entry in BOOK.show("kimi-for-coding")] == ["sold within a plan only"]
    assert BOOK.show("no-such-model") == ()


def test_the_age_is_that_of_the_lists() -> None:
    age = BOOK.age(date(2027, 1, 1))
    assert (age.days, age.is_refreshed) == ((date(2027, 1, 1) - age.as_of).days, False)
    assert age.days > 0


def test_resellers_are_read_only_when_one_of_them_is_asked_for(tmp_path: Path) -> None:
    data = Path(__file__).parents[2] / "token_dashboard" / "pricing" / "data"
    (tmp_path / "first_party.json").write_bytes((data / "first_party.json").read_bytes())
    book = PriceBook.load(data=tmp_path)
    assert book.lookup("anthropic", "claude-opus-4-5", DAY) is not None
    assert book.lookup("some-plan", "glm-4.7", DAY) is not None
    assert book.lookup(None, "auto", DAY) is None
    with pytest.raises(FileNotFoundError):
        book.lookup("openrouter", "auto", DAY)


def test_the_lists_are_named_with_their_notices() -> None:
    data = Path(__file__).parents[2] / "token_dashboard" / "pricing" / "data"
    notice = (data / "NOTICE").read_text()
    assert notice.count("Permission is hereby granted, free of charge") == 2
    assert set(json.loads((data / "first_party.json").read_bytes())["sources"]) == {"genai_prices", "litellm"}
