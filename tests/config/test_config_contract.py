"""The published schema and the typed settings are one contract."""

import json
import string
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from token_dashboard.config.finding import load
from token_dashboard.config.reading import read
from token_dashboard.config.section import camel_case
from token_dashboard.config.settings import PriceOverride, Settings
from token_dashboard.config.showing import shown
from token_dashboard.contract import read_contract
from token_dashboard.model.errors import ConfigError

SCHEMA = read_contract("schemas/config.schema.json")
VALIDATOR = Draft202012Validator(SCHEMA)

# References are replaced before the schema is asked, so generated texts hold none.
TEXT = st.text(st.characters(exclude_characters="\0$", exclude_categories=["Cs"]), max_size=8)
NUMBER = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
JUNK = st.one_of(
    st.none(), st.booleans(), NUMBER, TEXT, st.lists(NUMBER | TEXT, max_size=2), st.dictionaries(TEXT, TEXT)
)


def documents(schema: Mapping[str, Any], *, is_wild: bool) -> st.SearchStrategy[Any]:
    """Documents that a schema takes; wild ones may break it anywhere, often just beyond a bound."""
    if "$ref" in schema:
        schema = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]]
    if "enum" in schema:
        valid = st.sampled_from(schema["enum"])
    else:
        types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        valid = st.one_of([_of_type(name, schema, is_wild=is_wild) for name in types])
    if not is_wild:
        return valid
    edges = [
        schema[bound] + step for bound in ("minimum", "maximum") if bound in schema for step in (-1, 0, 1)
    ]
    return st.one_of([*([valid] * 6), JUNK, *([st.sampled_from(edges)] if edges else [])])


def _of_type(name: str, schema: Mapping[str, Any], *, is_wild: bool) -> st.SearchStrategy[Any]:
    least, most = schema.get("minimum"), schema.get("maximum")
    match name:
        case "null":
            return st.none()
        case "boolean":
            return st.booleans()
        case "integer":
            whole = st.integers(least, most)
            return whole | whole.map(float)
        case "number":
            return st.integers(least, most) | st.floats(least, most)
        case "string":
            return st.from_regex(schema["pattern"], alphabet=string.printable.replace("$", "") + "é")
        case "array":
            fewest = 0 if is_wild else schema.get("minItems", 0)
            return st.lists(documents(schema["items"], is_wild=is_wild), min_size=fewest, max_size=3)
    if "properties" not in schema:
        inner = documents(schema["additionalProperties"], is_wild=is_wild)
        return st.dictionaries(st.sampled_from(["openrouter", "*", "x/y", ""]), inner, max_size=2)
    if "maxProperties" in schema and not is_wild:  # one of them, and no other
        return st.one_of(
            [
                st.fixed_dictionaries({key: documents(part, is_wild=False)})
                for key, part in schema["properties"].items()
            ]
        )
    required = set(schema.get("required", ())) if not is_wild else set()
    parts = {key: documents(part, is_wild=is_wild) for key, part in schema["properties"].items()}
    if is_wild:
        parts["unheardOf"] = parts["poll_interval_minutes"] = JUNK
    return st.fixed_dictionaries(
        {key: part for key, part in parts.items() if key in required},
        optional={key: part for key, part in parts.items() if key not in required},
    )


def is_read(document: Any) -> bool:
    try:
        read(document, {}, "config.json5", Settings())
    except ConfigError:
        return False
    return True


PACE = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@PACE
@given(documents(SCHEMA, is_wild=False))
def test_what_the_schema_allows_is_read(document: Any) -> None:
    assert VALIDATOR.is_valid(document)
    assert is_read(document)


@PACE
@given(documents(SCHEMA, is_wild=True))
def test_what_is_read_is_what_the_schema_allows(document: Any) -> None:
    assert is_read(document) == VALIDATOR.is_valid(document)


def leaves(
    schema: Mapping[str, Any], path: tuple[str, ...] = ()
) -> list[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """Every single value of the schema, with its path; an id stands as ``x``."""
    merged = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]] | schema if "$ref" in schema else schema
    if merged.get("type") != "object":
        return [(path, merged)]
    parts = merged.get("properties") or {"x": merged["additionalProperties"]}
    return [leaf for name, part in parts.items() for leaf in leaves(part, (*path, name))]


def placed(path: tuple[str, ...], value: Any) -> Any:
    """A document that holds one value at a path, and beside it what it can't do without."""
    document = value
    for name in reversed(path):
        document = {name: document}
    if path[:2] == ("prices", "overrides"):
        needed = {"inputPerMillion": 1, "outputPerMillion": 1}
        document["prices"]["overrides"]["x"] = needed | document["prices"]["overrides"]["x"]
    return document


@pytest.mark.parametrize(("path", "schema"), leaves(SCHEMA), ids=lambda part: ".".join(part)[:60])
def test_every_single_value_is_taken_and_refused_alike(
    path: tuple[str, ...], schema: Mapping[str, Any]
) -> None:
    """Each leaf by itself, with the values that most often go wrong; the generated documents mix them."""
    near_bounds = [
        schema[bound] + step
        for bound in ("minimum", "maximum")
        if bound in schema
        for step in (-1, -0.5, 0, 0.0, 0.5, 1)
    ]
    junk = [
        "",
        " ",
        "\n",
        "x",
        "x y",
        "é",
        "1",
        "1.5",
        "1e5",
        "-1",
        " 1",
        "1\n",
        True,
        False,
        None,
        [],
        [""],
        {},
        {"command": ["a"]},
        {"command": []},
        {"command": ["a", ""]},
        {"keyring": "a/b"},
        {"keyring": "a"},
        {"keyring": "a/b", "command": ["a"]},
    ]
    odd = [
        "https://a",
        "http://u:p@a",
        "https://a/b?c",
        "https://a\n",
        "ftp://a",
        [0],
        [1, 100],
        ["a"],
        [101],
    ]
    numbers = [0, -0.0, 1, 1.0, 1.5, -1, 1e-12, 1e300, 10**30, 99.999999999999]
    for value in [*near_bounds, *junk, *odd, *numbers, *schema.get("examples", ())]:
        if "${" in str(value):
            continue
        document = placed(path, value)
        assert is_read(document) == VALIDATOR.is_valid(document), document


def test_every_default_in_the_schema_is_the_one_that_holds() -> None:
    held = read(
        {
            "agents": {"x": {}},
            "providers": {"x": {"accounts": {"x": {}}}},
            "notify": {"channels": {"x": {}}, "digests": {"x": {}}},
        },
        {},
        "config.json5",
        Settings(),
    )
    document = shown(held)
    for path, schema in leaves(SCHEMA):
        part = document
        for name in path[:-1]:
            part = part.get(name, {})
        # A machine's own answer stands in for the two that have no default.
        if path not in {("language",), ("timeZone",)}:
            assert part.get(path[-1]) == schema.get("default"), path


def test_every_name_in_the_schema_is_a_field_and_every_field_is_a_name() -> None:
    def compare(schema: Mapping[str, Any], kind: Any) -> None:
        merged = SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
        if "properties" in merged or merged.get("type") == "array":  # of X | None and tuple[X, ...] the X
            parts = [each for each in get_args(kind) if is_dataclass(each)]
            kind = parts[0] if len(parts) == 1 else kind
        if merged.get("type") == "array" and is_dataclass(kind):
            merged = SCHEMA["$defs"][merged["items"]["$ref"].rpartition("/")[2]]
        if is_dataclass(kind) and "properties" in merged:
            named = {camel_case(field.name): field for field in fields(kind)}
            assert merged["properties"].keys() == named.keys()
            is_needed = {
                name for name, field in named.items() if field.default is field.default_factory is MISSING
            }
            assert is_needed == set(merged.get("required", ()))
            hints = get_type_hints(kind)
            for name, field in named.items():
                compare(merged["properties"][name], hints[field.name])
        elif merged.get("type") == "object":
            compare(merged["additionalProperties"], get_args(kind)[1])

    compare(SCHEMA, Settings)


def test_the_schema_is_sound_closed_and_explained() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    objects = [SCHEMA, *SCHEMA["$defs"].values(), *SCHEMA["properties"].values()]
    for each in objects:
        if each.get("type") == "object":
            assert "additionalProperties" in each, each
            assert each["additionalProperties"] is False or "$ref" in each["additionalProperties"]
        for name, part in each.get("properties", {}).items():
            assert part["description"].endswith("."), name


def test_every_example_in_the_schema_is_allowed() -> None:
    for path, schema in leaves(SCHEMA):
        for example in schema.get("examples", ()):
            assert VALIDATOR.is_valid(placed(path, example)), (path, example)
    for name, schema in SCHEMA["properties"].items():
        for example in schema.get("examples", ()):
            assert VALIDATOR.is_valid({name: example}), (name, example)


def test_the_settings_that_are_shown_are_themselves_a_configuration() -> None:
    document = {
        "alertThresholds": {"*": {"balanceUsd": 0.1, "dailySpendUsd": 12, "windowPercent": [75.5, 90]}},
        "enabledProviders": ["openrouter"],
        "providers": {"openrouter": {"baseUrl": "https://example.com/v1", "label": "Team", "enabled": False}},
        "agents": {"claude-code": {"enabled": True, "paths": ["/srv/claude"]}},
        "prices": {
            "overrides": {"a/b": {"inputPerMillion": "123456.123456789012", "outputPerMillion": 0.0000001}}
        },
    }
    first = load(None, {"HOME": "/home/nobody", "TZ": "Europe/Berlin"}, document).settings
    again = shown(first)
    assert VALIDATOR.is_valid(json.loads(json.dumps(again)))
    assert load(None, {"HOME": "/elsewhere"}, again).settings == first


def test_prices_are_handed_on_under_the_names_of_the_schema() -> None:
    names = SCHEMA["$defs"]["priceOverride"]["properties"].keys()
    assert {camel_case(field.name) for field in fields(PriceOverride)} == names
    override = read(
        {"prices": {"overrides": {"m": {"inputPerMillion": "0.10", "outputPerMillion": 2}}}},
        {},
        "x",
        Settings(),
    ).prices.overrides["m"]
    assert {name: str(rate) for name, rate in override.rates().items() if rate is not None} == {
        "inputPerMillion": "0.10",
        "outputPerMillion": "2",
    }
