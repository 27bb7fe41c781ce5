"""Columns that texts take, whichever way they are measured."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_dashboard.render.columns import NONE, clip, measure, safe, widest, width

CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"])
FIGURES = st.sampled_from(
    ["12.4\N{NO-BREAK SPACE}M", "≥\N{NO-BREAK SPACE}12", "████▁▁", NONE, "1.234,50\N{NO-BREAK SPACE}€"]
)


def by_hand(text: str) -> int:
    marks = [unicodedata.category(one) in {"Mn", "Me", "Cf"} for one in text]
    wide = [unicodedata.east_asian_width(one) in "WF" for one in text]
    return sum(0 if is_mark else 1 + is_wide for is_mark, is_wide in zip(marks, wide, strict=True))


@given(texts=st.lists(st.text(CHARACTERS) | FIGURES, min_size=1))
def test_one_by_one_or_all_at_once_is_the_same(texts: list[str]) -> None:
    widths = [by_hand(text) for text in texts]
    assert list(map(width, texts)) == widths
    assert list(map(measure(texts), texts)) == widths
    assert widest(texts) == max(widths)


def test_every_character_of_the_latin_scripts_is_measured_as_unicode_says() -> None:
    for code in [*range(0x20, 0x7F), *range(0xA0, 0x2E80)]:
        assert width(chr(code)) == by_hand(chr(code)), hex(code)


@given(text=st.text(CHARACTERS, min_size=1), columns=st.integers(1, 12))
def test_what_is_cut_fits_and_says_so(text: str, columns: int) -> None:
    cut = clip(text, columns)
    assert cut == text or (by_hand(cut) <= columns and cut.endswith("…") and text.startswith(cut[:-1]))


@pytest.mark.parametrize(
    ("text", "shown"), [("a\x07b\tc", "a\ufffdb c"), ("[a](b)", "[a] (b)"), ("a" * 9, "aaaa…")]
)
def test_words_of_strangers_are_safe(text: str, shown: str) -> None:
    assert safe(text, 7 if len(text) < 9 else 5) == shown
