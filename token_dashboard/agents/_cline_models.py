"""What lies beside a task of Cline, Roo Code or Kilo Code and tells of its models and its folder.

A file that is missing or broken costs only what it would have told.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from token_dashboard.agents._document import LARGEST_BYTES
from token_dashboard.agents._figures import moment_ms
from token_dashboard.agents._json import Typed
from token_dashboard.agents._regular_file import opened
from token_dashboard.model.errors import AgentLogError

_DETAILS, _DETAILS_END = b"<environment_details>", b"</environment_details>"
_TOLD_MODEL = re.compile(rb"<model>\s*([^<]{1,200}?)\s*</model>")


class _Prompt(msgspec.Struct, gc=False):
    role: str | None = None
    ts: int | float | None = None
    content: msgspec.Raw = msgspec.Raw()


class _ModelUse(msgspec.Struct, gc=False):
    ts: int | float
    model_id: str
    model_provider_id: str | None = None


class _TaskMetadata(msgspec.Struct):
    model_usage: list[_ModelUse] = []


class _HistoryItem(msgspec.Struct):
    workspace: str | None = None


class Model(NamedTuple):
    """A model, and since when it was in use."""

    since_ms: int
    name: str
    provider: str | None = None


_PROMPTS, _TASK_METADATA, _HISTORY_ITEM = Typed(list[_Prompt]), Typed(_TaskMetadata), Typed(_HistoryItem)


def told_models(folder: Path) -> Iterator[Model]:
    """The models that Roo Code and Kilo Code told the model it is, in the details beside each prompt."""
    content = _beside(folder, "api_conversation_history.json")
    if content is None or b"<model>" not in content:
        return
    try:
        prompts = _PROMPTS.decode(content)
    except ValueError:
        return
    for prompt in prompts:
        # The details stand behind what a person wrote, who may write of models, too.
        _, mark, details = bytes(prompt.content).rpartition(_DETAILS)
        told = _TOLD_MODEL.search(details.partition(_DETAILS_END)[0]) if mark else None
        if told is not None and prompt.role == "user":
            yield Model(_since_ms(prompt.ts), told[1].decode("utf-8", "replace"))


def noted_models(folder: Path) -> Iterator[Model]:
    """The models that Cline noted for a task, where its messages don't name them."""
    content = _beside(folder, "task_metadata.json")
    try:
        noted = _TASK_METADATA.decode(content).model_usage if content else []
    except ValueError:
        return
    for use in noted:
        yield Model(_since_ms(use.ts), use.model_id, use.model_provider_id)


def workspace(folder: Path) -> str | None:
    content = _beside(folder, "history_item.json")
    try:
        return (_HISTORY_ITEM.decode(content).workspace or None) if content else None
    except ValueError:
        return None


def _beside(folder: Path, name: str) -> bytes | None:
    """Another file of a task, as far as there is one."""
    try:
        with opened(str(folder / name)) as (source, now):
            return source.read(now.size) if now.size <= LARGEST_BYTES else None
    except AgentLogError:
        return None


def _since_ms(moment: float | None) -> int:
    """When a model was noted; always, where that is not known."""
    try:
        return 0 if moment is None else moment_ms(moment)
    except ValueError:
        return 0
