"""Lines that are broken so that they fit."""

from token_dashboard.render.columns import fold


def test_a_line_breaks_at_spaces_and_what_cannot_break_stays_whole() -> None:
    assert fold("one two three", 8) == ["one two", "  three"]
    assert fold("/a/path/that/is/long", 8) == ["/a/path/that/is/long"]


def test_chinese_breaks_anywhere_and_names_between_chinese_commas_stay_whole() -> None:
    assert fold("还没有数字", 6) == ["还没有", "  数字"]
    comma = "\N{FULLWIDTH COMMA}"
    assert fold(f"另有 Roo Code{comma}Zed{comma}pi", 15) == [f"另有 Roo Code{comma}", f"  Zed{comma}pi"]
