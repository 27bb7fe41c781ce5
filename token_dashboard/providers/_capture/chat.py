"""OpenAI's Chat Completions, and everybody who speaks it, each with what it adds.

``prompt_tokens`` includes cached ones, ``completion_tokens`` includes reasoning. Some vendors leave reasoning
out of the completion and count it in the total: the total tells.
"""

from collections.abc import Callable
from decimal import Decimal

import msgspec

from token_dashboard.model.capture import RequestUsage
from token_dashboard.model.money import Money
from token_dashboard.providers._capture._reading import read, tier
from token_dashboard.providers._capture._stream import Stream
from token_dashboard.providers._units import Amount, Count, Ticks, money


class PromptDetails(msgspec.Struct):
    """Parts of ``prompt_tokens``."""

    cached_tokens: Count | None = None
    cache_write_tokens: Count | None = None


class CompletionDetails(msgspec.Struct):
    """Parts of ``completion_tokens``."""

    reasoning_tokens: Count | None = None


class Usage(msgspec.Struct):
    """What was used. An embedding has no completion."""

    prompt_tokens: Count
    completion_tokens: Count | None = None
    total_tokens: Count | None = None
    prompt_tokens_details: PromptDetails | None = None
    completion_tokens_details: CompletionDetails | None = None


class Chat(msgspec.Struct):
    """An answer or a chunk of one."""

    usage: Usage | None = None
    id: str | None = None
    model: str | None = None
    service_tier: str | None = None


class GroqPart(msgspec.Struct):
    """Where Groq's last chunk may hold the usage instead."""

    usage: Usage | None = None


class GroqChunk(msgspec.Struct):
    """A chunk of Groq's."""

    x_groq: GroqPart | None = None


class DeepSeekUsage(Usage):
    """The prompt is what hit the cache and what missed it, together."""

    prompt_cache_hit_tokens: Count | None = None


class DeepSeekChat(Chat):
    """An answer of DeepSeek's."""

    usage: DeepSeekUsage | None = None


class OpenRouterUsage(Usage):
    """With what OpenRouter charged; under a key of the vendor's own that is its fee."""

    cost: Amount | None = None


class OpenRouterChat(Chat):
    """An answer of OpenRouter's."""

    usage: OpenRouterUsage | None = None


class PerplexityCost(msgspec.Struct):
    """US dollars."""

    total_cost: Amount | None = None


class PerplexityUsage(Usage):
    """With a cost and searches."""

    cost: PerplexityCost | None = None
    num_search_queries: Count | None = None


class PerplexityChat(Chat):
    """An answer of Perplexity's."""

    usage: PerplexityUsage | None = None


class XaiUsage(Usage):
    """With a cost in ticks of 1e-10 US dollars."""

    cost_in_usd_ticks: Ticks | None = None


class XaiChat(Chat):
    """An answer of xAI's."""

    usage: XaiUsage | None = None


def chat_usage(body: bytes) -> RequestUsage | None:
    """OpenAI's own, and that of Mistral, Groq, Together, Fireworks, Moonshot and other compatibles."""
    answer = read(body, Chat)
    if answer is not None and answer.usage is None:
        groq = read(body, GroqChunk)
        answer.usage = groq.x_groq.usage if groq and groq.x_groq else None
    return _usage(answer, answer.usage) if answer and answer.usage else None


def deepseek_usage(body: bytes) -> RequestUsage | None:
    """DeepSeek names the cached part of the prompt beside it."""
    answer = read(body, DeepSeekChat)
    if answer is None or answer.usage is None:
        return None
    return _usage(answer, answer.usage, cached=answer.usage.prompt_cache_hit_tokens)


def openrouter_usage(body: bytes) -> RequestUsage | None:
    """OpenRouter tells what it charged."""
    answer = read(body, OpenRouterChat)
    if answer is None or answer.usage is None:
        return None
    return _usage(answer, answer.usage, cost=answer.usage.cost)


def perplexity_usage(body: bytes) -> RequestUsage | None:
    """Perplexity tells a total cost, and how often it searched."""
    answer = read(body, PerplexityChat)
    if answer is None or answer.usage is None:
        return None
    told = answer.usage
    cost = told.cost.total_cost if told.cost else None
    return _usage(answer, told, cost=cost, searches=told.num_search_queries)


def xai_usage(body: bytes) -> RequestUsage | None:
    """The cost of xAI stands in ticks."""
    answer = read(body, XaiChat)
    if answer is None or answer.usage is None:
        return None
    return _usage(answer, answer.usage, cost=answer.usage.cost_in_usd_ticks)


class ChatStream(Stream):
    """The last chunk tells the usage, if the caller asked for that; earlier ones say ``null``."""

    def __init__(self, usage_of: Callable[[bytes], RequestUsage | None] = chat_usage) -> None:
        super().__init__()
        self._usage_of = usage_of
        self._usage: RequestUsage | None = None

    def event(self, payload: bytes) -> None:
        self._usage = self._usage_of(payload) or self._usage

    @property
    def usage(self) -> RequestUsage | None:
        return self._usage


def _usage(
    answer: Chat,
    told: Usage,
    *,
    cached: int | None = None,
    cost: Decimal | None = None,
    searches: int | None = None,
) -> RequestUsage:
    prompt, output = told.prompt_tokens, told.completion_tokens
    inputs = told.prompt_tokens_details or PromptDetails()
    reasoning = told.completion_tokens_details.reasoning_tokens if told.completion_tokens_details else None
    if output is not None and reasoning and told.total_tokens == prompt + output + reasoning:
        output = Count(output + reasoning)  # it was left out of the completion
    return RequestUsage(
        request=answer.id,
        model=answer.model,
        input_tokens=prompt,
        cache_read_input_tokens=inputs.cached_tokens if cached is None else cached,
        cache_creation_input_tokens=inputs.cache_write_tokens,
        output_tokens=output,
        reasoning_output_tokens=reasoning,
        web_searches=searches,
        told_total=told.total_tokens,
        service_tier=tier(answer.service_tier),
        cost=_dollars(cost),
    )


def _dollars(cost: Decimal | None) -> Money | None:
    return None if cost is None else money(cost)
