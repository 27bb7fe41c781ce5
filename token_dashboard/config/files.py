"""Reading a config file: JSON5 (and so JSON) or TOML, whatever its name ends in."""

import re
from pathlib import Path
from typing import Any

from token_dashboard.model.errors import ConfigError

_NEAR = re.compile(r" (?:starting )?near (\d+)")
_CODE_POINT = re.compile(r"U\+([0-9a-fA-F]{4,6})")
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def parse(file: Path, origin: str) -> Any:
    """The document in a file, whatever its shape; TOML when the name ends in ``.toml``, else JSON5.

    Raises:
        ConfigError: the file can't be read or isn't in its language; says the line and column.
    """
    try:
        if file.exists() and not file.is_file() and not file.is_dir():
            raise ConfigError(file=origin, path="the file", reason="is no regular file.")
        text = file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigError(
            file=origin, path=f"line {line}", reason="is not UTF-8; save it as UTF-8."
        ) from None
    except OSError as error:
        reason = f"can't be read: {error.strerror or error}."
        raise ConfigError(file=origin, path="the file", reason=reason) from error
    return _parse_toml(text, origin) if file.suffix.lower() == ".toml" else _parse_json5(text, origin)


def _parse_toml(text: str, origin: str) -> Any:
    import tomllib  # noqa: PLC0415 - most have no TOML file

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        complaint = str(error)
        place = _TOML_PLACE.search(complaint)
        line, column = (
            (int(place[1]), int(place[2])) if place and place[1] else _line_and_column(text, len(text))
        )
        reason = complaint[: place.start()] if place else complaint
        raise _syntax_error(origin, "TOML", line, column, reason) from None
    except ValueError:
        raise ConfigError(file=origin, path="$", reason="holds a number of thousands of digits.") from None
    except RecursionError:
        raise ConfigError(file=origin, path="$", reason="is nested too deeply.") from None


def _parse_json5(text: str, origin: str) -> Any:
    import pyjson5  # noqa: PLC0415 - costs 30 ms, and many have no config file

    try:
        return pyjson5.decode(text)
    except pyjson5.Json5DecoderException as error:
        complaint = str(error.args[0])
        near = _NEAR.search(complaint)
        # The parser counts from one and sometimes stops a little before the character that it names.
        place = max(int(near[1]) - 1, 0) if near else 0
        character = getattr(error, "character", None)
        if character and (found := text.find(character, place)) >= 0:
            place = found
        reason = _NEAR.sub("", complaint).replace("b'", "").replace("'", "")
        reason = _CODE_POINT.sub(lambda match: repr(chr(int(match[1], 16))), reason)
        raise _syntax_error(origin, "JSON5", *_line_and_column(text, place), reason) from None


def _line_and_column(text: str, place: int) -> tuple[int, int]:
    before = text[:place]
    return before.count("\n") + 1, place - before.rfind("\n")


def _syntax_error(origin: str, language: str, line: int, column: int, reason: str) -> ConfigError:
    return ConfigError(
        file=origin,
        path=f"line {line}, column {column}",
        reason=f"is not {language}: {reason[:1].lower()}{reason[1:].rstrip('.')}.",
    )
