"""JSON answers as they are printed: two spaces a level, and no character escaped that needn't be."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

_MANY = 100
"""Members of a list from which on loading a faster encoder takes less time than it saves."""


def json_text(document: Mapping[str, Any]) -> str:
    """The text of an answer, without a line end; ten thousand rows take a thirtieth of a second."""
    if any(isinstance(value, list) and len(value) > _MANY for value in document.values()):
        import msgspec  # noqa: PLC0415 - 8 ms, and most answers are short

        try:
            return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()
        except UnicodeEncodeError:
            pass  # a file whose name is no text: what shows the answer puts something in its place
    return json.dumps(document, ensure_ascii=False, indent=2)


def around(document: Mapping[str, Any], name: str) -> tuple[str, str]:
    """The text of an answer before and behind the members of a list, which is empty as yet.

    They are written in between, a page at a time, as ``members`` has them, with commas between pages.
    """
    opening = f'\n  "{name}": ['
    before, _, behind = json_text(document).partition(f"{opening}]")
    return f"{before}{opening}", f"\n  ]{behind}"


def members(page: Sequence[object]) -> str:
    """The text of some members of a list that an answer has."""
    return json_text({"": page}).removeprefix('{\n  "": [').removesuffix("\n  ]\n}")
