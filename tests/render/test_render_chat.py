"""What a person reads in a chat."""

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from render_faces import LANGUAGES, MESSAGES, NAMES, REPLIES, TextFile
from render_sample_accounts import (
    CLAUDE,
    DEEPSEEK,
    HOUR,
    LOW_BALANCE,
    MINUTE,
    MOONSHOT,
    NOW,
    OPENROUTER,
    account,
    balance,
    cny,
    usd,
)
from render_sample_answers import BURNS, NOBODYS_AGENTS, NOBODYS_PROVIDERS
from render_sample_status import ALL_FAILED, EMPTY, STATUS, UNPRICED
from syrupy.assertion import SnapshotAssertion

from token_dashboard.model.alert import AlertState
from token_dashboard.model.report import Totals
from token_dashboard.model.snapshot import Spend, SpendPeriod
from token_dashboard.model.status import Account, AgentUsage
from token_dashboard.render import chat
from token_dashboard.render.columns import bar, width
from token_dashboard.render.language import language
from token_dashboard.render.usage_words import unpriced

ENGLISH = language("en")
FACES = {**REPLIES, **MESSAGES}


@pytest.fixture
def face(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(TextFile)


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("name", FACES)
def test_a_face_reads_as_it_was_approved(name: str, tag: str, face: SnapshotAssertion) -> None:
    assert FACES[name](language(tag)) == face


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("name", FACES)
def test_no_face_shows_what_is_no_figure(name: str, tag: str) -> None:
    text = FACES[name](language(tag))
    assert text.strip()
    assert not re.search(r"-\D?0[.,]00|NaN|None|\bnan\b|\binf\b|[{}]|\N{NO-BREAK SPACE}", text)
    assert not re.search(r" \n|\n\n\n|^\n|\s\Z|\.\.", text)


@pytest.mark.parametrize("name", REPLIES)
def test_a_reply_fits_a_phone(name: str) -> None:
    lines = REPLIES[name](ENGLISH).splitlines()
    for line in lines:
        assert width(line) <= 42 or "://" in line


def test_the_whole_picture_takes_twenty_lines() -> None:
    assert len(chat.tokens(STATUS, ENGLISH).splitlines()) <= 20


def test_what_will_stop_the_bot_comes_first() -> None:
    text = chat.tokens(STATUS, ENGLISH)
    assert text.startswith("⚠ OpenRouter $3.21, ≈ 18 h (under $10)")
    assert text.index("OpenRouter  $3.21") < text.index("DeepSeek") < text.index("Moonshot")


def test_one_wallet_seen_through_two_accounts_is_summed_once() -> None:
    def seen(name: str, wallet: str | None, amount: str) -> Account:
        return account(name, name, balances=balance(usd(amount)), wallet=wallet)

    shared = (seen("a", "w", "10"), seen("b", "w", "10"), seen("c", None, "5"), seen("d", None, "5"))
    assert re.search(r"Total +\$20\.00", chat.tokens(replace(STATUS, accounts=shared), ENGLISH))
    assert "Total" not in chat.tokens(replace(STATUS, accounts=shared[:2]), ENGLISH)


def test_currencies_stand_apart_and_only_shared_ones_are_summed() -> None:
    text = chat.tokens(replace(STATUS, accounts=(OPENROUTER, MOONSHOT, DEEPSEEK)), ENGLISH)
    assert re.search(r"Total +\$52\.79", text)
    assert text.count("Total") == 1
    assert re.search(r"DeepSeek +CN¥110\.00", text)


def test_balances_of_two_scopes_are_not_summed() -> None:
    own = account("a", "A", balances=balance(usd("5"), "key"))
    text = chat.tokens(replace(EMPTY, accounts=(own, account("b", "B", balances=balance(usd("7"))))), ENGLISH)
    assert "Total" not in text
    assert "A key" in text


def test_an_age_is_told_only_when_older_than_two_polls() -> None:
    def told(age_ms: int) -> str:
        one = account("a", "A", age_ms=age_ms, balances=balance(cny("5")))
        return chat.tokens(replace(EMPTY, accounts=(one,)), ENGLISH)

    assert "old" not in told(30 * MINUTE)
    assert "31 m old" in told(31 * MINUTE)
    assert "3 h old" in told(3 * HOUR + 20 * MINUTE)


def test_a_failed_source_never_disappears_and_never_shows_nothing_left() -> None:
    text = chat.tokens(ALL_FAILED, ENGLISH)
    for one in ALL_FAILED.accounts:
        assert one.name in text
    assert "$0" not in text


def test_failed_sources_stay_named_however_many_they_are() -> None:
    accounts = tuple(
        replace(one, provider=f"p{n}", name=f"Name{n}") for n in range(40) for one in ALL_FAILED.accounts[2:3]
    )
    text = chat.tokens(replace(STATUS, accounts=accounts), ENGLISH).replace("\n ", "")
    assert all(f"Name{number}" in text for number in range(40))


def test_a_long_reply_is_cut_without_losing_a_name() -> None:
    accounts = tuple(account(f"p{n}", f"Name{n}", balances=balance(usd(str(n)))) for n in range(30))
    lines = chat.tokens(replace(EMPTY, accounts=accounts), ENGLISH).splitlines()
    assert len(lines) <= 20
    assert all(f"Name{number}" in " ".join(lines) for number in range(30))


def test_an_incomplete_sum_says_what_is_missing() -> None:
    assert "+ 2.1 M unpriced: model-x" in chat.tokens(UNPRICED, ENGLISH)


def test_use_without_any_price_shows_no_amount() -> None:
    nothing = replace(UNPRICED.month, priced_requests=0, list_cost_nanos=0)
    status = replace(
        EMPTY,
        today=nothing,
        month=nothing,
        agents=(AgentUsage(agent="a", name="agent-a", today=nothing, month=nothing),),
        unpriced_models=("model-x",),
    )
    text = chat.tokens(status, ENGLISH)
    assert "$" not in text
    assert "price unknown" in text
    assert "agent-a 144 M" in text


def test_the_month_is_told_by_agent_and_by_model_as_today_is() -> None:
    assert (
        "Month  $61.20 · 144 M, ≈ $88 by Nov 30\n"
        "  openclaw $41.10 · Claude Code $20.10\n"
        "  claude-opus-4-5 $55.00 · gpt-5.2 $6.20\n"
    ) in chat.tokens(STATUS, ENGLISH)


def test_a_day_without_use_leaves_the_month_its_agents_and_models() -> None:
    quiet = replace(
        STATUS,
        today=Totals(),
        agents=tuple(replace(one, today=Totals()) for one in STATUS.agents),
        models=tuple(replace(one, today=Totals()) for one in STATUS.models),
    )
    text = chat.tokens(quiet, ENGLISH)
    assert "Today  nothing yet\nMonth  $61.20" in text
    assert "  openclaw $41.10 · Claude Code $20.10\n" in text


def test_one_agent_with_one_model_is_named_once() -> None:
    one = replace(STATUS, agents=STATUS.agents[:1], models=STATUS.models[:1])
    assert chat.tokens(one, ENGLISH).count("  openclaw · claude-opus-4-5\n") == 1
    quiet = replace(
        one,
        today=Totals(),
        agents=(replace(one.agents[0], today=Totals()),),
        models=(replace(one.models[0], today=Totals()),),
    )
    assert chat.tokens(quiet, ENGLISH).count("  openclaw · claude-opus-4-5\n") == 1


@pytest.mark.parametrize(
    ("tag", "words"),
    [("en", "a model without a name"), ("de", "ein Modell ohne Namen"), ("zh", "未命名的模型")],
)
@pytest.mark.parametrize("name", ["?", None])
def test_a_model_without_a_name_is_called_that(name: str | None, tag: str, words: str) -> None:
    assert words in unpriced(UNPRICED.month, (name,), language(tag))
    nameless = replace(STATUS, models=(STATUS.models[0], replace(STATUS.models[1], model=name)))
    assert "?" not in chat.tokens(nameless, language(tag))


def test_sums_of_two_scopes_both_say_whose_they_are() -> None:
    spends = tuple(
        Spend(money=usd(amount), period=SpendPeriod.LIFETIME, scope=scope)
        for amount, scope in (("46.79", "account"), ("31.42", "key"))
    )
    status = replace(EMPTY, accounts=(account("openrouter", "OpenRouter", spends=spends),))
    text = chat.account(status, "openrouter", ENGLISH)
    assert "$46.79 spent (account)" in text
    assert "$31.42 spent (key)" in text


@pytest.mark.parametrize(
    ("percent", "drawn"),
    [
        ("0", "▁▁▁▁▁▁"),
        ("1", "▁▁▁▁▁▁"),
        ("8.3", "▁▁▁▁▁▁"),
        ("8.4", "█▁▁▁▁▁"),
        ("42", "███▁▁▁"),
        ("99.9", "█████▁"),
        ("100", "██████"),
        ("250", "██████"),
        ("-5", "▁▁▁▁▁▁"),
    ],
)
def test_a_bar_is_as_long_as_its_share_and_full_only_when_it_is(percent: str, drawn: str) -> None:
    assert bar(Decimal(percent), 6) == drawn


def test_a_window_that_has_reset_since_says_so() -> None:
    assert CLAUDE.snapshot
    old = replace(CLAUDE.snapshot.windows[0], resets_ms=NOW - 1)
    status = replace(EMPTY, accounts=(replace(CLAUDE, snapshot=replace(CLAUDE.snapshot, windows=(old,))),))
    assert "was reset" in chat.tokens(status, ENGLISH)


def test_resolved_alerts_are_not_shown_among_standing_ones() -> None:
    over = replace(LOW_BALANCE, state=AlertState.RESOLVED, resolved_ms=NOW)
    assert "⚠" not in chat.tokens(replace(STATUS, alerts=(over,)), ENGLISH)


def test_old_logs_are_owned_up_to() -> None:
    assert "logs read 2 h ago" in chat.tokens(replace(STATUS, scanned_ms=NOW - 2 * HOUR), ENGLISH)


def test_two_accounts_of_one_provider_are_told_apart() -> None:
    first = account("openrouter", "OpenRouter", balances=balance(usd("5")))
    assert first.snapshot
    second = replace(first, name="OpenRouter work", account="work")
    alike = replace(first, account="third")
    text = chat.tokens(replace(EMPTY, accounts=(first, second, alike)), ENGLISH)
    for line in ("OpenRouter  ", "OpenRouter work  ", "OpenRouter third  "):
        assert f"\n{line}" in f"\n{text}", text


def test_an_account_that_shows_the_money_of_another_says_so_and_is_not_added() -> None:
    first = account("openrouter", "OpenRouter", balances=balance(usd("5")))
    assert first.snapshot
    first = replace(first, snapshot=replace(first.snapshot, wallet="purse"))
    second = replace(first, name="OpenRouter work", account="work", shares_wallet_with="OpenRouter")
    status = replace(EMPTY, accounts=(first, second))
    for text in (chat.tokens(status, ENGLISH), chat.account(status, "openrouter", ENGLISH)):
        assert "same money as OpenRouter" in " ".join(text.split())
        assert "$10" not in text


HOSTILE = "evil\x1b[31m\n\u202e[click](http://x)\x00" + "x" * 500


def test_names_of_strangers_cannot_break_out_of_their_line() -> None:
    used = STATUS.agents[0]
    status = replace(
        STATUS,
        agents=(replace(used, name=HOSTILE),),
        models=(replace(STATUS.models[0], model=HOSTILE),),
        unpriced_models=(HOSTILE,),
        accounts=(replace(OPENROUTER, name=HOSTILE),),
    )
    for text in (
        chat.tokens(status, ENGLISH),
        chat.account(status, "openrouter", ENGLISH),
        chat.unknown_argument(HOSTILE, ENGLISH, ["help"]),
    ):
        assert "\x1b" not in text
        assert "\x00" not in text
        assert "\u202e" not in text
        assert "](" not in text
        assert "x" * 100 not in text


def test_the_time_zone_decides_the_clock() -> None:
    assert chat.tokens(replace(STATUS, time_zone="Asia/Tokyo"), ENGLISH).splitlines()[-1].startswith("22:32")


@pytest.mark.parametrize("columns", [80, 42, 40])
@pytest.mark.parametrize("tag", LANGUAGES)
def test_on_a_terminal_a_reply_takes_the_room_that_there_is(tag: str, columns: int) -> None:
    welcome = chat.welcome(NOBODYS_AGENTS, NOBODYS_PROVIDERS, language(tag), columns)
    burn = chat.burn(BURNS["full"], language(tag), NAMES, columns)
    lines = [*welcome.splitlines(), *burn.splitlines()]
    assert max(map(width, lines)) <= columns
    if columns == 80:
        assert max(map(width, lines)) > 42
