"""Google's Gemini: the prompt includes what was cached; tools' prompts and thoughts stand beside it."""

import msgspec

from token_dashboard.model.capture import RequestUsage
from token_dashboard.providers._capture._reading import read
from token_dashboard.providers._capture._stream import Stream
from token_dashboard.providers._units import Count


class Usage(msgspec.Struct, rename="camel"):
    """What was used."""

    prompt_token_count: Count
    cached_content_token_count: Count | None = None
    tool_use_prompt_token_count: Count | None = None
    candidates_token_count: Count | None = None
    thoughts_token_count: Count | None = None
    total_token_count: Count | None = None


class Candidate(msgspec.Struct, rename="camel"):
    """One reply; its last piece says why it ended."""

    finish_reason: str | None = None


class Chunk(msgspec.Struct, rename="camel"):
    """A whole answer, or a piece of one."""

    usage_metadata: Usage | None = None
    model_version: str | None = None
    response_id: str | None = None
    candidates: list[Candidate] = []


def gemini_usage(body: bytes) -> RequestUsage | None:
    """A whole answer."""
    chunk = read(body, Chunk)
    return _usage(chunk, chunk.usage_metadata, is_whole=True) if chunk and chunk.usage_metadata else None


class GeminiStream(Stream):
    """Each piece may tell the usage so far: the last one holds."""

    def __init__(self) -> None:
        super().__init__()
        self._usage: RequestUsage | None = None
        self._is_whole = False

    def event(self, payload: bytes) -> None:
        chunk = read(payload, Chunk)
        if chunk is None:
            return
        self._is_whole = self._is_whole or any(one.finish_reason for one in chunk.candidates)
        if chunk.usage_metadata is not None:
            self._usage = _usage(chunk, chunk.usage_metadata, is_whole=self._is_whole)

    @property
    def usage(self) -> RequestUsage | None:
        return self._usage


def _usage(chunk: Chunk, told: Usage, *, is_whole: bool) -> RequestUsage:
    replied, thought = told.candidates_token_count, told.thoughts_token_count
    output = None if replied is None and thought is None else (replied or 0) + (thought or 0)
    return RequestUsage(
        request=chunk.response_id,
        model=chunk.model_version,
        input_tokens=told.prompt_token_count + (told.tool_use_prompt_token_count or 0),
        cache_read_input_tokens=told.cached_content_token_count,
        output_tokens=output if is_whole else None,
        reasoning_output_tokens=thought if is_whole else None,
        told_total=told.total_token_count if is_whole else None,
        is_whole=is_whole,
    )
