"""Says in one sentence what is wrong with a document that its schema refuses, and what is allowed."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from jsonschema import Draft202012Validator

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


def complaint(document: Any, written: Any, origin: str) -> ConfigError:
    """The error for a document that the schema refuses; unknown names come before wrong values.

    ``document`` has its references replaced; ``written`` is how it stands in the file: that is what is shown.
    """
    errors = Draft202012Validator(read_contract(SCHEMA)).iter_errors(document)
    worst = min(errors, key=lambda error: (error.validator != "additionalProperties", error.json_path))
    steps: list[Step] = list(worst.absolute_path)
    schema: Mapping[str, Any] = cast("Mapping[str, Any]", worst.schema)
    if worst.validator == "additionalProperties":
        known = list(schema["properties"])
        steps.append(next(name for name in worst.instance if name not in known))
        reason = f"is not a setting; {hint(str(steps[-1]), known)}"
    elif worst.validator == "required":
        steps.append(next(name for name in schema["required"] if name not in worst.instance))
        reason = "is missing, and it is needed."
    else:
        needed = _needed(schema, is_too_large=worst.validator == "maximum")
        reason = f"{_echo(written, steps)}; {needed} is needed{_example(schema)}."
    return ConfigError(file=origin, path=json_path(steps), reason=reason)


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
