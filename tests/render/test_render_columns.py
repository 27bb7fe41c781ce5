"""Lines that are broken so that they fit."""

from hypothesis import given
from hypothesis import strategies as st

from token_dashboard.render.columns import clip_apart, fold, safe, safe_all, width


def test_a_line_breaks_at_spaces_and_what_cannot_break_stays_whole() -> None:
    assert fold("one two three", 8) == ["one two", "  three"]
    assert fold("/a/path/that/is/long", 8) == ["/a/path/that/is/long"]


def test_chinese_breaks_anywhere_and_names_between_chinese_commas_stay_whole() -> None:
    assert fold("还没有数字", 6) == ["还没有", "  数字"]
    comma = "\N{FULLWIDTH COMMA}"
    assert fold(f"另有 Roo Code{comma}Zed{comma}pi", 15) == [f"另有 Roo Code{comma}", f"  Zed{comma}pi"]


def test_a_chinese_date_or_amount_stays_whole() -> None:
    assert fold("截至2026年11月22日用了12万", 16) == ["截至", "  2026年11月22日", "  用了12万"]


@given(
    texts=st.lists(st.text("ab](\n\N{ESCAPE}é数 ", max_size=12) | st.text("abc-", max_size=12)),
    columns=st.integers(2, 10),
)
def test_names_of_all_rows_are_made_safe_as_one_is(texts: list[str], columns: int) -> None:
    assert safe_all(texts, columns) == [safe(text, columns) for text in texts]


def test_names_that_would_be_cut_alike_are_cut_in_the_middle() -> None:
    assert clip_apart(["checkout-eur", "checkout-usd", "another-branch", "main"], 8) == {
        "checkout-eur": "che…-eur",
        "checkout-usd": "che…-usd",
        "another-branch": "another…",
        "main": "main",
    }


@given(texts=st.sets(st.text("ab数", max_size=12)), columns=st.integers(3, 10))
def test_no_name_that_is_cut_is_wider_than_its_room(texts: set[str], columns: int) -> None:
    cut = clip_apart(texts, columns)
    assert {text for text in texts if width(text) <= columns} <= {text for text in cut if cut[text] == text}
    assert max(map(width, cut.values()), default=0) <= columns
