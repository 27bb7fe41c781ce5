"""Reads what answers of models' APIs tell in passing: one tested function for each vendor and kind.

``headers_of`` turns an answer's headers into quota windows and rate limits. ``usage_of`` reads the tokens out
of a whole answer, ``stream_of`` out of one that comes in pieces. None of them raises over what a vendor sent:
what can't be read is not known.
"""

from collections.abc import Callable, Mapping

from token_dashboard.model.capture import Passing, RequestUsage
from token_dashboard.providers._capture._stream import Stream
from token_dashboard.providers._capture.anthropic import AnthropicStream, anthropic_headers, anthropic_usage
from token_dashboard.providers._capture.bedrock import (
    BedrockStream,
    bedrock_headers,
    bedrock_usage,
)
from token_dashboard.providers._capture.chat import (
    ChatStream,
    chat_usage,
    deepseek_usage,
    openrouter_usage,
    perplexity_usage,
    xai_usage,
)
from token_dashboard.providers._capture.codex import codex_headers
from token_dashboard.providers._capture.cohere import CohereStream, cohere_usage
from token_dashboard.providers._capture.gateways import litellm_headers, openrouter_headers, venice_headers
from token_dashboard.providers._capture.gemini import GeminiStream, gemini_usage
from token_dashboard.providers._capture.ollama import OllamaStream, ollama_usage
from token_dashboard.providers._capture.rates import (
    azure_headers,
    cerebras_headers,
    mistral_headers,
    openai_headers,
)
from token_dashboard.providers._capture.responses import ResponsesStream, responses_usage

Headers = Mapping[str, str]
"""Names in lower case."""

_HEADERS: dict[str, Callable[[Headers, int], Passing]] = {
    "anthropic": anthropic_headers,
    "azure-openai": azure_headers,
    "bedrock": bedrock_headers,
    "cerebras": cerebras_headers,
    "codex": codex_headers,
    "fireworks": openai_headers,
    "groq": openai_headers,
    "litellm": litellm_headers,
    "mistral": mistral_headers,
    "openai": openai_headers,
    "openrouter": openrouter_headers,
    "together": openai_headers,
    "venice": venice_headers,
    "xai": openai_headers,
}

_USAGE: dict[str, Callable[[bytes], RequestUsage | None]] = {
    "anthropic": anthropic_usage,
    "bedrock": bedrock_usage,
    "cohere": cohere_usage,
    "deepseek": deepseek_usage,
    "gemini": gemini_usage,
    "ollama": ollama_usage,
    "openai": chat_usage,
    "openai-responses": responses_usage,
    "openrouter": openrouter_usage,
    "perplexity": perplexity_usage,
    "xai": xai_usage,
}
"""By the API that was spoken; vendors that aren't named here speak OpenAI's."""

_STREAMS: dict[str, Callable[[], Stream]] = {
    "anthropic": AnthropicStream,
    "bedrock": BedrockStream,
    "cohere": CohereStream,
    "gemini": GeminiStream,
    "ollama": OllamaStream,
    "openai-responses": ResponsesStream,
}


def headers_of(vendor: str, headers: Headers, now_ms: int) -> Passing:
    """What an answer's headers tell, read as those of ``vendor``; of one we don't know, as OpenAI's."""
    return _HEADERS.get(vendor, openai_headers)(headers, now_ms)


def usage_of(api: str, body: bytes) -> RequestUsage | None:
    """The tokens of a whole answer; ``None`` when it tells none."""
    return _USAGE.get(api, chat_usage)(body)


def stream_of(api: str) -> Stream:
    """Whatever reads an answer of this API that comes in pieces."""
    made = _STREAMS.get(api)
    return made() if made else ChatStream(_USAGE.get(api, chat_usage))
