"""The page in a browser."""

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from render_faces import LANGUAGES, TextFile
from render_sample_page import LOOKS, MARKUP, RICH, usage
from syrupy.assertion import SnapshotAssertion

from token_dashboard.model.report import Totals
from token_dashboard.render.language import language
from token_dashboard.render.page import POLICY, Look, Range, Split, View, failure, page

ENGLISH = language("en")
VOID = {"meta", "rect", "line"}
ATTRIBUTES = re.compile(r"class|lang|charset|name|content|id|href|scope|tabindex|role|aria-\w+|viewBox")
DRAWING = re.compile(
    r"x|y|x1|x2|y1|y2|width|height|preserveAspectRatio|focusable|viewbox|preserveaspectratio"
)


class HtmlFile(TextFile):
    file_extension = "html"


class Reader(HTMLParser):
    """Takes a document apart, and notices whatever doesn't fit together."""

    def __init__(self, document: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(document)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self.open[-1] if self.open else "", []).append(data)

    @property
    def words(self) -> str:
        return " ".join(
            " ".join(said) for name, said in self.texts.items() if name not in {"style", "script"}
        )


def _read(name: str, tag: str = "en") -> Reader:
    return Reader(page(LOOKS[name], language(tag)))


def test_a_page_is_as_it_was_approved(snapshot: SnapshotAssertion) -> None:
    document = page(LOOKS["a week by agent"], ENGLISH).replace("><", ">\n<")
    assert document == snapshot.use_extension(HtmlFile)


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("name", LOOKS)
def test_a_page_is_whole_and_says_no_nonsense(name: str, tag: str) -> None:
    reader = _read(name, tag)
    assert not re.search(r"-\D?0[.,]00|NaN|None|\bnan\b|\binf\b|[{}]", reader.words)
    assert [one for one, _ in reader.tags].count("h1") == 1
    assert len(page(LOOKS[name], language(tag)).encode()) < 120_000


@pytest.mark.parametrize("name", LOOKS)
def test_a_page_asks_for_nothing_from_outside(name: str) -> None:
    document, reader = page(LOOKS[name], ENGLISH), _read(name)
    assert not {one for one, _ in reader.tags} & {
        "img",
        "link",
        "iframe",
        "object",
        "form",
        "base",
        "use",
    }
    for _, attributes in reader.tags:
        for attribute, value in attributes.items():
            assert ATTRIBUTES.fullmatch(attribute) or DRAWING.fullmatch(attribute), attribute
            assert attribute != "href" or str(value).startswith("?")
    style, script = "".join(reader.texts["style"]), "".join(reader.texts["script"])
    assert not re.search(r"url\(|@import", style)
    assert not re.search(r"fetch|XMLHttp|import|http|innerHTML|eval", script)
    assert document.count("<script>") == document.count("<style>") == 1


@pytest.mark.parametrize("element", ["style", "script"])
def test_the_policy_allows_just_the_pages_own_style_and_script(element: str) -> None:
    content = re.search(f"<{element}>(.*?)</{element}>", page(RICH, ENGLISH), re.DOTALL)
    assert content
    digest = b64encode(sha256(content[1].encode()).digest()).decode()
    assert f"{element}-src 'sha256-{digest}'" in POLICY
    assert POLICY.startswith("default-src 'none'; ")
    assert "unsafe" not in POLICY


@pytest.mark.parametrize("tag", LANGUAGES)
def test_names_that_are_markup_stay_text(tag: str) -> None:
    reader, calm = _read("markup", tag), _read("rich", tag)
    assert {one for one, _ in reader.tags} == {one for one, _ in calm.tags}
    assert [one for one, _ in reader.tags].count("script") == 1
    assert MARKUP[:12] in reader.words


@settings(max_examples=50)
@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_becomes_markup(model: str, name: str) -> None:
    row = replace(RICH.usage.rows[-1], model=model, agent=name)
    accounts = (replace(RICH.status.accounts[0], name=name), *RICH.status.accounts[1:])
    look = replace(
        RICH,
        status=replace(RICH.status, accounts=accounts),
        usage=replace(usage(7), rows=(row,), total=row.totals),
    )
    usual = {one for one, _ in Reader(page(RICH, ENGLISH)).tags}
    assert {one for one, _ in Reader(page(look, ENGLISH)).tags} <= usual


def test_the_bars_of_a_day_add_up_to_its_cost() -> None:
    look = LOOKS["rich"]
    document = page(look, ENGLISH)
    costs: dict[object, Totals] = {}
    for row in look.usage.rows:
        costs[row.day] = costs.get(row.day, Totals()) + row.totals
    days = [group.split("<rect")[2:] for group in re.findall("<g>.*?</g>", document, re.DOTALL)]
    assert len(days) == 30
    for drawn, (_, totals) in zip([one for one in days if one], sorted(costs.items()), strict=True):
        heights = [
            float(height) for bar in drawn for height in re.findall(r' height="([\d.]+)" class="s', bar)
        ]
        assert sum(heights) == pytest.approx(totals.list_cost_nanos / 10**9 / 10 * 100, abs=0.1)


def test_what_stops_the_bot_comes_first() -> None:
    words = _read("undelivered").words
    said = ["$3.21, ≈ 18 h (under $10)", "No answer about OpenAI, DeepSeek", "2 alerts wait", "Accounts"]
    assert sorted(said, key=words.replace("\N{NO-BREAK SPACE}", " ").index) == said


def test_an_account_that_failed_is_no_zero_and_says_what_to_do() -> None:
    words = _read("all failed").words
    assert "the key was refused. Make a new one: https://openrouter.ai/settings/keys" in words
    assert words.count("?") >= 5
    assert "$0.00" not in words


def test_usage_without_a_price_is_drawn_in_tokens_and_called_unpriced() -> None:
    words = _read("unpriced").words.replace("\N{NO-BREAK SPACE}", " ")
    assert "Tokens by day" in words
    assert "a model without a name, llama-4" in words
    assert "price unknown" in words


def test_a_newcomer_reads_what_was_looked_for() -> None:
    words = _read("newcomer").words
    assert "nothing in /home/ada/.codex/sessions" in words
    assert "export DEEPSEEK_API_KEY=…" in words


@pytest.mark.parametrize(
    ("query", "view"),
    [
        ({}, View()),
        ({"range": ["7d"]}, View(range=Range.WEEK)),
        ({"range": ["90d"], "by": ["agent"]}, View(range=Range.QUARTER, split=Split.AGENT)),
        ({"range": ["1000d"], "by": ["provider"]}, View(split=Split.PROVIDER, is_understood=False)),
        ({"by": ["<script>"]}, View(is_understood=False)),
        ({"other": ["x"]}, View()),
    ],
)
def test_a_view_is_read_from_the_address(query: dict[str, list[str]], view: View) -> None:
    assert View.of(query) == view


def test_links_keep_the_other_choice_and_name_the_present_one() -> None:
    look: Look = LOOKS["a week by agent"]
    links = {
        attributes["href"]: attributes for one, attributes in Reader(page(look, ENGLISH)).tags if one == "a"
    }
    assert set(links) >= {"?range=30d&by=agent", "?range=7d&by=model", "?range=7d&by=agent"}
    assert links["?range=7d&by=agent"].get("aria-current", "true") == "true"
    assert "aria-current" not in links["?range=30d&by=agent"]


def test_a_view_that_was_not_understood_is_owned_up_to() -> None:
    assert "this is the usual one" in _read("undelivered").words
    assert "this is the usual one" not in _read("rich").words


def test_a_failure_is_a_page_too() -> None:
    reader = Reader(failure(f"The ledger {MARKUP} cannot be used.", ENGLISH))
    assert "cannot be used." in reader.words
    assert [one for one, _ in reader.tags].count("script") == 1
