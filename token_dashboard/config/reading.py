"""Makes settings of a document, by the types that ``settings`` gives its fields."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from token_dashboard.config.references import resolved
from token_dashboard.config.settings import Settings

if TYPE_CHECKING:
    from pydantic import TypeAdapter


def read(document: Any, environment: Mapping[str, str], origin: str, machine: Settings) -> Settings:
    """The settings of a document as it was parsed; paths stay as they were written.

    ``origin`` names the document in errors. The language and the time zone are those of ``machine`` when the
    document leaves them out.

    Raises:
        ConfigError: names the place, what stands there and what is allowed.
    """
    from pydantic import ValidationError  # noqa: PLC0415 - costs 60 ms; many have no document

    plain = resolved(document, environment, origin)
    local = {"language": machine.language, "timeZone": machine.time_zone}
    try:
        return _adapter().validate_python(local | plain if isinstance(plain, dict) else plain)
    except ValidationError:
        # The schema says it in better words; that both refuse the same documents is held by a test.
        from token_dashboard.config.complaining import complaints  # noqa: PLC0415 - costs 80 ms

        first, *others = complaints(plain, document, origin)
        first.others = tuple(others)
    raise first  # out here, so that it doesn't carry pydantic's error, which knows the values


@cache
def _adapter() -> "TypeAdapter[Settings]":
    from pydantic import TypeAdapter  # noqa: PLC0415 - see above

    return TypeAdapter(Settings)
