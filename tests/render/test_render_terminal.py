"""What a person reads in a terminal."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from render_faces import LANGUAGES, PAGES, TextFile
from render_sample_answers import PROVIDERS
from render_sample_status import STATUS, UNPRICED
from syrupy.assertion import SnapshotAssertion

from token_dashboard.render import terminal
from token_dashboard.render.columns import width
from token_dashboard.render.language import language

Page = Callable[..., None]


class Sheet:
    """A screen that keeps what it is shown."""

    def __init__(self, columns: int) -> None:
        self.width = columns
        self.lines: list[tuple[str, str]] = []

    def line(self, text: str, style: str) -> None:
        self.lines.append((text, style))


def printed(page: Page, columns: int, tag: str = "en") -> str:
    sheet = Sheet(columns)
    page(sheet, language(tag))
    return "".join(f"{text}\n" for text, _ in sheet.lines)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    ("columns", "tag"), [(80, "en"), (60, "en"), (40, "en"), (80, "de"), (80, "zh_Hans")]
)
def test_a_page_reads_as_it_was_approved(
    name: str, columns: int, tag: str, snapshot: SnapshotAssertion
) -> None:
    assert printed(PAGES[name], columns, tag) == snapshot.use_extension(TextFile)


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("columns", [120, 80, 60, 40])
@pytest.mark.parametrize("name", PAGES)
def test_no_line_is_wider_than_the_terminal(name: str, columns: int, tag: str) -> None:
    for line in printed(PAGES[name], columns, tag).splitlines():
        assert width(line) <= columns or re.search(r"\S{30}", line)


@pytest.mark.parametrize("columns", [120, 80, 60, 40, 20])
def test_no_number_unit_or_reset_is_left_out_for_want_of_room(columns: int) -> None:
    text = printed(PAGES["status unpriced"], columns)
    for figure in (
        "$3.21",
        "≈ 18 h",
        "$20.00",
        "CN¥110.00",
        "42%",
        "2 h 15 m",
        "Fri 09:00",
        "8.1 M",
        "93%",
        "$41.10",
    ):
        assert figure in text


@pytest.mark.parametrize("name", PAGES)
def test_no_page_shows_what_is_no_figure(name: str) -> None:
    text = printed(PAGES[name], 80)
    assert text.strip()
    assert not re.search(r"-\D?0[.,]00|NaN|None|\bnan\b|\binf\b|[{}]|\N{NO-BREAK SPACE}| \n|\.\.", text)


def test_a_warning_stands_out_and_says_the_same_without() -> None:
    sheet = Sheet(80)
    PAGES["status full"](sheet, language("en"))
    assert [style for text, style in sheet.lines if text.startswith("⚠ OpenRouter")] == ["yellow"]
    assert {style for _, style in sheet.lines} == {"", "bold", "dim", "yellow"}


def test_what_is_not_known_is_a_question_mark_and_says_why() -> None:
    text = printed(PAGES["status full"], 80)
    assert re.search(r"OpenAI +\? +\? +\?\n +needs admin key", text)


def test_a_cost_that_is_incomplete_is_marked_where_it_stands() -> None:
    text = printed(lambda console, words: terminal.print_status(console, UNPRICED, words), 80)
    assert "$61.20 + ?" in text
    assert "+ 2.1 M unpriced: model-x" in text


def test_brackets_in_names_are_no_markup() -> None:
    agents = (replace(STATUS.agents[0], name="[bold]x[/bold]"),)
    text = printed(
        lambda console, words: terminal.print_status(console, replace(STATUS, agents=agents), words), 80
    )
    assert "[bold]x[/bold]" in text


def test_a_provider_without_a_key_says_which_to_set() -> None:
    text = printed(lambda console, words: terminal.print_providers(console, PROVIDERS, 0, words), 100)
    assert re.search(r"DeepSeek +set DEEPSEEK_API_KEY", text)
