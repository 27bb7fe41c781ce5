"""What a person reads in a terminal."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest
from render_faces import LANGUAGES, PAGES, TextFile
from render_sample_accounts import DEEPSEEK, OPENROUTER
from render_sample_answers import CHECKS, PRICES, PROVIDERS
from render_sample_status import STATUS, UNPRICED
from syrupy.assertion import SnapshotAssertion

from token_dashboard.model.status import Account, Check
from token_dashboard.render.columns import width
from token_dashboard.render.language import language
from token_dashboard.render.terminal.doctor import print_checks
from token_dashboard.render.terminal.inventory import print_providers
from token_dashboard.render.terminal.prices import print_prices
from token_dashboard.render.terminal.status import print_status

Page = Callable[..., None]


class Sheet:
    """A screen that keeps what it is shown."""

    def __init__(self, columns: int) -> None:
        self.width = columns
        self.lines: list[tuple[str, str]] = []

    def line(self, text: str, style: str) -> None:
        self.lines.append((text, style))

    def show(self, lines: Iterable[tuple[str, str]]) -> None:
        self.lines += lines


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


def status_of(account: Account) -> Page:
    return lambda console, words: print_status(console, replace(STATUS, accounts=(account,)), words)


@pytest.mark.parametrize(
    ("tag", "remark"),
    [
        ("en", "  stale: no answer within 10 s\n"),
        ("de", "  veraltet: keine Antwort in 10 s\n"),
        ("zh", "  已过期\N{FULLWIDTH COLON}10 秒内无应答\n"),
    ],
)
def test_figures_of_an_account_that_failed_are_called_stale_and_say_why(tag: str, remark: str) -> None:
    failed = replace(OPENROUTER, is_stale=True, problem=DEEPSEEK.problem)
    assert remark in printed(status_of(failed), 80, tag)


def test_figures_that_are_only_old_are_called_stale_and_say_how_old() -> None:
    assert "stale" not in printed(status_of(OPENROUTER), 80)
    assert "  stale: figures are 2 m old\n" in printed(status_of(replace(OPENROUTER, is_stale=True)), 80)


@pytest.mark.parametrize("columns", [100, 80])
def test_a_check_takes_one_line_and_its_advice_another(columns: int) -> None:
    assert len(printed(PAGES["doctor"], columns).splitlines()) == len(CHECKS) + 1


def test_checks_stand_in_columns_unless_that_would_break_a_line() -> None:
    values = {"kind": "project key", "id": "openai"}
    long = Check(name="openai", subject="OPENAI_API_KEY", is_ok=True, code="silent_key", values=values)
    lines = printed(lambda console, words: print_checks(console, [*CHECKS, long], words), 80).splitlines()
    assert lines[0].index("  ok") == lines[1].index("  ok")
    assert lines[-2] == "openai  OPENAI_API_KEY  project key, which tells nothing of the account"


@pytest.mark.parametrize("columns", [100, 80, 60, 40, 20])
def test_no_price_is_ever_cut(columns: int) -> None:
    text = printed(PAGES["prices"], columns)
    for figure in ("$5.00", "$0.50", "$6.25", "$10.00", "$25.00", "$1234.5678", "$0.000001", "2026-12-01"):
        assert figure in text


def test_the_days_of_prices_are_told_when_there_are_any() -> None:
    text = printed(lambda console, words: print_prices(console, PRICES[:1], words), 100)
    assert "From" not in text
    assert re.search(r"From .*\n.* \N{EN DASH} .*\n.* 2026-12-01 ", printed(PAGES["prices"], 110))


@pytest.mark.parametrize("columns", [110, 80, 40])
def test_every_price_says_where_it_comes_from(columns: int) -> None:
    text = printed(PAGES["prices"], columns)
    assert "genai-prices" in text
    assert "your configuration" in text


def test_a_cost_that_is_incomplete_is_marked_where_it_stands() -> None:
    text = printed(lambda console, words: print_status(console, UNPRICED, words), 80)
    assert "$61.20 + ?" in text
    assert "+ 2.1 M unpriced: model-x" in text


def test_brackets_in_names_are_no_markup() -> None:
    agents = (replace(STATUS.agents[0], name="[bold]x[/bold]"),)
    text = printed(lambda console, words: print_status(console, replace(STATUS, agents=agents), words), 80)
    assert "[bold]x[/bold]" in text


def test_a_provider_without_a_key_says_which_to_set() -> None:
    text = printed(lambda console, words: print_providers(console, PROVIDERS, 0, words), 100)
    assert re.search(r"Not set up +Set .*\nDeepSeek +DEEPSEEK_API_KEY", text)
