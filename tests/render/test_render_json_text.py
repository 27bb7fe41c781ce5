"""JSON reads the same, however long an answer is."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_dashboard.render.json_text import json_text

TEXTS = st.text() | st.text('"\\/\b\f\n\r\t\x00\x1b\x7f\u2028é数😀', max_size=8)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(1e-3, 1e6) | TEXTS
VALUES = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=8
)


@pytest.mark.parametrize("count", [1, 101])
@given(value=VALUES)
def test_every_answer_is_indented_by_two_and_escapes_what_it_must(count: int, value: Any) -> None:
    document = {"schemaVersion": 1, "rows": [value] * count, "total": {}}
    assert json_text(document) == json.dumps(document, ensure_ascii=False, indent=2)


def test_a_file_name_that_is_no_text_is_kept_for_the_terminal_to_show() -> None:
    rejects = [{"path": "/logs/\udcff.jsonl"}] * 101
    assert json_text({"rejects": rejects}).count("/logs/\udcff.jsonl") == 101
