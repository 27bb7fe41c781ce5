"""Reading the tokens of an answer that comes in pieces: when they are told, what a later piece changes."""

import pytest
from captured_answers import events, streamed, whole

from token_dashboard.model.capture import RequestUsage
from token_dashboard.model.money import Money
from token_dashboard.providers._capture import stream_of

ANTHROPIC = (
    {
        "type": "message_start",
        "message": {
            "id": "msg_1",
            "model": "claude-opus-5",
            "usage": {
                "input_tokens": 12,
                "cache_read_input_tokens": 9000,
                "cache_creation_input_tokens": 0,
                "output_tokens": 1,
            },
        },
    },
    {"type": "message_delta", "usage": {"output_tokens": 80}},
    {"type": "message_delta", "usage": {"output_tokens": 215}},
    {"type": "message_stop"},
)


def test_a_message_delta_overwrites_and_is_never_added() -> None:
    usage = streamed("anthropic", events(*ANTHROPIC))
    assert usage == RequestUsage(
        request="msg_1",
        model="claude-opus-5",
        input_tokens=9012,
        cache_read_input_tokens=9000,
        cache_creation_input_tokens=0,
        output_tokens=215,
    )


def test_what_a_delta_leaves_out_stays_as_the_start_told_it() -> None:
    start = {**ANTHROPIC[0]}
    revised = {"type": "message_delta", "usage": {"input_tokens": 20, "output_tokens": 5}}
    usage = streamed("anthropic", events(start, revised, ANTHROPIC[-1]))
    assert usage is not None
    assert (usage.input_tokens, usage.cache_read_input_tokens) == (9020, 9000)


def test_a_stream_that_breaks_off_knows_its_input_and_not_its_output() -> None:
    usage = streamed("anthropic", events(*ANTHROPIC[:2]))
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens, usage.is_whole) == (9012, None, False)


def test_an_error_inside_a_stream_of_status_200_is_a_failure() -> None:
    overloaded = {"type": "error", "error": {"type": "overloaded_error"}}
    usage = streamed("anthropic", events(ANTHROPIC[0], overloaded))
    assert usage is not None
    assert usage.has_failed
    failed = {"type": "response.failed", "response": {"id": "resp_1", "status": "failed"}}
    usage = streamed("openai-responses", events(failed))
    assert usage == RequestUsage(request="resp_1", has_failed=True)


def test_a_chat_stream_tells_its_usage_in_a_chunk_without_choices() -> None:
    chunks = events(
        {"id": "1", "choices": [{"delta": {"content": "Hi"}}], "usage": None},
        {"id": "1", "choices": [], "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}},
    )
    usage = streamed("openai", chunks + b"data: [DONE]\n\n")
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens) == (3, 2)


def test_a_chat_stream_without_usage_stays_unknown() -> None:
    assert streamed("openai", events({"id": "1", "choices": [], "usage": None})) is None


def test_the_comments_of_openrouters_stream_are_passed_over_and_its_cost_is_read() -> None:
    chunk = {"id": "gen-1", "usage": {"prompt_tokens": 3, "completion_tokens": 2, "cost": 0.00014}}
    usage = streamed("openrouter", b": OPENROUTER PROCESSING\n\n" + events(chunk))
    assert usage is not None
    assert (usage.request, usage.cost) == ("gen-1", Money(140_000))


def test_groq_may_tell_its_usage_in_a_place_of_its_own() -> None:
    own = {"x_groq": {"usage": {"prompt_tokens": 3, "completion_tokens": 2}}}
    usage = streamed("groq", events(own))
    assert usage is not None
    assert usage.input_tokens == 3
    both = {**own, "usage": {"prompt_tokens": 4, "completion_tokens": 2}}
    usage = streamed("groq", events(both))
    assert usage is not None
    assert usage.input_tokens == 4


@pytest.mark.parametrize("ending", ["completed", "incomplete"])
def test_responses_tell_their_usage_once_at_the_end(ending: str) -> None:
    response = {
        "id": "resp_1",
        "model": "gpt-5.5",
        "usage": {
            "input_tokens": 50,
            "input_tokens_details": {"cached_tokens": 20},
            "output_tokens": 9,
            "output_tokens_details": {"reasoning_tokens": 4},
            "total_tokens": 59,
        },
    }
    usage = streamed(
        "openai-responses",
        events(
            {"type": "response.created", "response": {"id": "resp_1", "usage": None}},
            {"type": f"response.{ending}", "response": response},
        ),
    )
    assert usage is not None
    assert (usage.input_tokens, usage.cache_read_input_tokens) == (50, 20)
    assert (usage.output_tokens, usage.reasoning_output_tokens, usage.adds_up) == (9, 4, True)


def test_geminis_thoughts_stand_beside_its_candidates_and_its_last_piece_holds() -> None:
    def piece(replied: int, *, reason: str | None = None) -> dict[str, object]:
        counts = {"promptTokenCount": 100, "cachedContentTokenCount": 60, "toolUsePromptTokenCount": 7}
        return {
            "candidates": [{"finishReason": reason}],
            "usageMetadata": {**counts, "candidatesTokenCount": replied, "thoughtsTokenCount": 40},
            "modelVersion": "gemini-3-pro",
        }

    usage = streamed("gemini", events(piece(3), piece(11, reason="STOP")))
    assert usage is not None
    assert (usage.input_tokens, usage.cache_read_input_tokens) == (107, 60)
    assert (usage.output_tokens, usage.reasoning_output_tokens) == (51, 40)
    broken = streamed("gemini", events(piece(3)))
    assert broken is not None
    assert (broken.output_tokens, broken.is_whole) == (None, False)


def test_what_cohere_bills_counts() -> None:
    told = {"billed_units": {"input_tokens": 5, "output_tokens": 3}, "tokens": {"input_tokens": 71}}
    assert whole("cohere", usage=told).input_tokens == 5
    usage = streamed("cohere", events({"type": "message-end", "delta": {"usage": told}}))
    assert usage is not None
    assert usage.output_tokens == 3


def test_ollama_does_not_count_a_cached_prompt_which_is_not_zero() -> None:
    lines = b'{"model": "llama4", "done": false}\n{"model": "llama4", "done": true, "eval_count": 12}\n'
    usage = streamed("ollama", lines)
    assert usage is not None
    assert (usage.input_tokens, usage.output_tokens) == (None, 12)


def test_an_event_that_is_too_long_is_passed_over_and_fills_no_memory() -> None:
    stream = stream_of("openai")
    for _ in range(6):
        stream.feed(b"data: {" + b" " * 1024 * 1024)
    stream.feed(b"}\n" + events({"usage": {"prompt_tokens": 3}}))
    assert stream.usage is not None
    assert stream.usage.input_tokens == 3
