"""Says what is wrong with a document that its schema refuses, a sentence each, and what is allowed."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

from jsonschema import Draft202012Validator, ValidationError

from token_dashboard.config.nearness import hint
from token_dashboard.config.references import Step, is_reference, json_path
from token_dashboard.contract import read_contract
from token_dashboard.model.errors import ConfigError

SCHEMA = "schemas/config.schema.json"
_KEEPS_SECRETS: tuple[list[Step], ...] = (
    ["providers"],
    ["gateway"],
    ["ledger"],
    ["team", "url"],
    ["team", "bundleKey"],
    ["notify", "channels"],
)
_LONGEST_ECHO = 40
_TYPES = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "a whole number",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a text",
}


def complaints(document: Any, written: Any, origin: str) -> list[ConfigError]:
    """What is wrong in a document that the schema refuses: unknown names first, then wrong values.

    ``document`` has its references replaced; ``written`` is how it stands in the file: that is what is shown.
    """
    errors = Draft202012Validator(read_contract(SCHEMA)).iter_errors(document)
    ordered = sorted(errors, key=lambda error: (error.validator != "additionalProperties", error.json_path))
    found: dict[str, ConfigError] = {}
    for error in ordered:
        for steps, reason in _reasons(error, written):
            path = json_path(steps)
            found.setdefault(path, ConfigError(file=origin, path=path, reason=reason))
    return list(found.values())


def _reasons(error: ValidationError, written: Any) -> Iterator[tuple[list[Step], str]]:
    """Each place that one refusal is about, and what is wrong there."""
    place: list[Step] = list(error.absolute_path)
    schema = cast("Mapping[str, Any]", error.schema)
    there = cast("Any", error.instance)
    if error.validator == "additionalProperties":
        known = list(schema["properties"])
        for name in there:
            if name not in known:
                yield [*place, name], f"is not a setting; {hint(str(name), known)}"
    elif error.validator == "required":
        missing = next(name for name in schema["required"] if name not in there)
        yield [*place, missing], "is missing, and it is needed."
    else:
        needed = _needed(schema, is_too_large=error.validator == "maximum")
        yield place, f"{_echo(written, place)}; {needed} is needed{_example(schema)}."


def _echo(written: Any, steps: Sequence[Step]) -> str:
    value = written
    for step in steps:
        value = value[step]
    is_private = any(list(steps[: len(home)]) == home for home in _KEEPS_SECRETS)
    if isinstance(value, str) and value.strip() and is_private and not is_reference(value):
        return "is a text that isn't shown here"
    if value is None or isinstance(value, bool | int | float | str):
        shown = json.dumps(value, ensure_ascii=False)
        return f"is {shown if len(shown) <= _LONGEST_ECHO else shown[: _LONGEST_ECHO - 1] + '…'}"
    if isinstance(value, Mapping):
        return "is an object"
    return "is a list" if isinstance(value, Sequence) else "is a date or a time"


def _needed(schema: Mapping[str, Any], *, is_too_large: bool) -> str:
    if choices := schema.get("enum"):
        return " or ".join(json.dumps(choice) for choice in choices)
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if "title" in schema and types != ["object"]:
        return f"a {schema['title']}"
    bounds = _bounds(schema, is_too_large=is_too_large)
    return " or ".join(_TYPES[name] for name in types) + bounds


def _bounds(schema: Mapping[str, Any], *, is_too_large: bool) -> str:
    if "minimum" not in schema:
        return ""
    least, most = schema["minimum"], schema["maximum"]
    # An amount's upper bound is only there to keep sums whole: it is named when it was met.
    if least == 0 and schema["type"] == "number" and not is_too_large:
        return " ≥ 0"
    return f" from {least} to {most}"


def _example(schema: Mapping[str, Any]) -> str:
    examples = schema.get("examples")
    if not examples or "enum" in schema or schema["type"] == "boolean":
        return ""
    return f" (for example {json.dumps(examples[0], ensure_ascii=False)})"
