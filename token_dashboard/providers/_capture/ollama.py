"""Ollama's own API: the line that is done counts. A prompt that was cached is not counted, and so unknown."""

import msgspec

from token_dashboard.model.capture import RequestUsage
from token_dashboard.providers._capture._reading import read
from token_dashboard.providers._capture._stream import Stream
from token_dashboard.providers._units import Count


class Answer(msgspec.Struct):
    """An answer, or a line of one."""

    done: bool = False
    model: str | None = None
    prompt_eval_count: Count | None = None
    eval_count: Count | None = None


def ollama_usage(body: bytes) -> RequestUsage | None:
    """A whole answer, or the last line of a stream."""
    answer = read(body, Answer)
    if answer is None or not answer.done:
        return None
    return RequestUsage(
        model=answer.model, input_tokens=answer.prompt_eval_count, output_tokens=answer.eval_count
    )


class OllamaStream(Stream):
    """Lines of JSON."""

    def __init__(self) -> None:
        super().__init__()
        self._usage: RequestUsage | None = None

    def event(self, payload: bytes) -> None:
        self._usage = ollama_usage(payload) or self._usage

    @property
    def usage(self) -> RequestUsage | None:
        return self._usage
