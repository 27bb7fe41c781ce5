"""What every part of the settings has in common: how its names are written in a document."""

from collections.abc import Mapping
from typing import ClassVar


def camel_case(name: str) -> str:
    """The name of a field as a document writes it: ``cache_write_1h`` is ``cacheWrite1h``."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


class Section:
    """What pydantic is told about each part: names in camelCase, no unknown ones, no values in its errors."""

    __slots__ = ()
    __pydantic_config__: ClassVar[Mapping[str, object]] = {
        "alias_generator": camel_case,
        "extra": "forbid",
        "hide_input_in_errors": True,
    }
