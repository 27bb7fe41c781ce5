"""Reading the tokens of a whole answer: one test for each thing that vendors count differently."""

import pytest
from captured_answers import whole
from hypothesis import given
from hypothesis import strategies as st

from token_dashboard.model.capture import RequestUsage
from token_dashboard.model.money import Money
from token_dashboard.providers._capture import stream_of, usage_of

APIS = (
    "anthropic",
    "bedrock",
    "cohere",
    "deepseek",
    "gemini",
    "ollama",
    "openai",
    "openai-responses",
    "openrouter",
    "perplexity",
    "xai",
)


def test_anthropics_input_leaves_the_cache_out_and_ours_includes_it() -> None:
    usage = whole(
        "anthropic",
        usage={
            "input_tokens": 100,
            "cache_read_input_tokens": 5000,
            "cache_creation_input_tokens": 3000,
            "cache_creation": {"ephemeral_5m_input_tokens": 1000, "ephemeral_1h_input_tokens": 2000},
            "output_tokens": 40,
            "server_tool_use": {"web_search_requests": 2},
            "service_tier": "standard",
        },
    )
    assert usage.input_tokens == 8100
    assert usage.cache_creation_input_tokens == 3000
    assert usage.cache_creation_1h_input_tokens == 2000
    assert (usage.web_searches, usage.service_tier) == (2, None)


def test_openais_input_includes_the_cache_and_its_output_the_reasoning() -> None:
    usage = whole(
        "openai",
        id="chatcmpl-1",
        model="gpt-5.5",
        service_tier="priority",
        usage={
            "prompt_tokens": 1000,
            "prompt_tokens_details": {"cached_tokens": 400, "audio_tokens": 100},
            "completion_tokens": 300,
            "completion_tokens_details": {"reasoning_tokens": 200},
            "total_tokens": 1300,
        },
    )
    assert (usage.input_tokens, usage.cache_read_input_tokens) == (1000, 400)
    assert (usage.output_tokens, usage.reasoning_output_tokens) == (300, 200)
    assert usage.adds_up
    assert usage.service_tier == "priority"


def test_reasoning_that_only_the_total_counts_is_added_to_the_output() -> None:
    usage = whole(
        "xai",
        usage={
            "prompt_tokens": 100,
            "completion_tokens": 10,
            "completion_tokens_details": {"reasoning_tokens": 50},
            "total_tokens": 160,
            "cost_in_usd_ticks": 37756000,
        },
    )
    assert (usage.output_tokens, usage.reasoning_output_tokens, usage.adds_up) == (60, 50, True)
    assert usage.cost == Money(3_775_600)


def test_a_total_that_does_not_add_up_is_kept_and_told() -> None:
    usage = whole("openai", usage={"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 99})
    assert (usage.input_tokens, usage.output_tokens, usage.told_total, usage.adds_up) == (10, 5, 99, False)


def test_an_embedding_has_no_output() -> None:
    usage = whole("openai", usage={"prompt_tokens": 8, "total_tokens": 8})
    assert (usage.input_tokens, usage.output_tokens, usage.adds_up) == (8, None, None)


def test_deepseek_names_what_hit_the_cache_beside_the_prompt_that_includes_it() -> None:
    counts = {"prompt_cache_hit_tokens": 900, "prompt_cache_miss_tokens": 100}
    usage = whole("deepseek", usage={"prompt_tokens": 1000, "completion_tokens": 5, **counts})
    assert (usage.input_tokens, usage.cache_read_input_tokens) == (1000, 900)


def test_perplexity_tells_dollars_and_searches() -> None:
    counts = {"prompt_tokens": 1, "completion_tokens": 1, "num_search_queries": 3}
    usage = whole("perplexity", usage={**counts, "cost": {"total_cost": 0.006}})
    assert (usage.cost, usage.web_searches) == (Money(6_000_000), 3)


def test_bedrocks_converse_leaves_the_cache_out_of_its_input() -> None:
    counts = {"inputTokens": 10, "cacheReadInputTokens": 500, "cacheWriteInputTokens": 90, "outputTokens": 7}
    usage = whole("bedrock", usage=counts)
    assert (usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens) == (600, 500, 7)


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"usage": 1}',
        b'{"usage": {"input_tokens": -1, "prompt_tokens": true, "inputTokens": 1.5}}',
        b"<html>",
        b"[" * 100_000,
    ],
)
def test_what_is_no_answer_tells_nothing(api: str, body: bytes) -> None:
    assert usage_of(api, body) is None
    stream_of(api).feed(b"data: " + body + b"\n")


@pytest.mark.parametrize("api", APIS)
@given(body=st.binary(max_size=200))
def test_no_bytes_of_a_stranger_raise_anything(api: str, body: bytes) -> None:
    usage_of(api, body)
    stream = stream_of(api)
    stream.feed(b"data: {" + body + b"}\n\n")
    assert stream.usage is None or isinstance(stream.usage, RequestUsage)
