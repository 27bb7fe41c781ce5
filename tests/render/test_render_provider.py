"""One account in full, one provider closely: what stops first, whose fault it is, what was asked."""

import re
from dataclasses import replace

import pytest
from render_faces import PAGES, REPLIES
from render_sample_accounts import CLAUDE, HOUR, NOW
from render_sample_providers import DETAILS, FINE, OUTAGE, VENICE
from render_sample_status import STATUS
from test_render_terminal import printed

from token_dashboard.model.provider_detail import ProviderDetail
from token_dashboard.model.service import Health
from token_dashboard.model.snapshot import Note, Snapshot
from token_dashboard.model.status import Account, Problem, Status
from token_dashboard.render import chat
from token_dashboard.render.language import language
from token_dashboard.render.terminal.provider import print_test
from token_dashboard.render.terminal.status import print_status

ENGLISH = language("en")
NOTHING_LEFT: dict[str, tuple[()]] = dict.fromkeys(
    ("balances", "spends", "caps", "windows", "allowances"), ()
)


def page(account: Account) -> str:
    return chat.account(replace(STATUS, accounts=(account,), alerts=()), account.provider, ENGLISH)


def table(status: Status) -> str:
    return printed(lambda screen, spoken: print_status(screen, status, spoken), 80)


def outcome(detail: ProviderDetail) -> str:
    return printed(lambda screen, spoken: print_test(screen, detail, spoken), 80)


def test_the_window_that_is_used_most_is_named_and_one_that_was_reset_is_not() -> None:
    assert re.search(r"week .*91%.*\n +this stops you first", page(VENICE))
    assert page(VENICE).count("this stops you first") == 1


def test_a_cap_may_be_what_stops_first() -> None:
    assert VENICE.snapshot is not None
    caps = STATUS.accounts[0].snapshot.caps if STATUS.accounts[0].snapshot else ()
    cap = replace(caps[0], remaining=replace(caps[0].limit, nanos=1))
    capped = replace(VENICE.snapshot, caps=(cap,), windows=VENICE.snapshot.windows[:1])
    assert re.search(r"Cap .*\n(.*\n)? +this stops you first", page(replace(VENICE, snapshot=capped)))


def test_one_window_alone_needs_no_naming() -> None:
    assert CLAUDE.snapshot is not None
    alone = replace(CLAUDE.snapshot, windows=CLAUDE.snapshot.windows[:1])
    assert "stops you" not in page(replace(CLAUDE, snapshot=alone))


def test_balances_of_two_currencies_stand_beside_each_other() -> None:
    text = page(VENICE)
    assert re.search(r"Balance +\$12.50\nBalance +CN¥40.00", text)
    assert "52.5" not in text


def test_what_our_logs_say_stands_apart_from_what_the_vendor_says() -> None:
    text = REPLIES["account with logs"](ENGLISH)
    vendors, ours = text.split("In the logs here, at list prices")
    assert "$1.50 spent" in vendors
    assert "$0.48" not in vendors
    assert "$0.48, 2.2 M tokens" in ours


def test_a_vendor_that_refuses_calls_is_told() -> None:
    assert "It refuses calls now." in page(VENICE)


def test_an_account_that_failed_says_whose_fault_it_is() -> None:
    assert "a partial outage" in REPLIES["account whose vendor fails"](ENGLISH)
    assert "Elevated errors on the API" in REPLIES["account whose vendor fails"](ENGLISH)
    assert "no trouble" in REPLIES["account whose vendor is fine"](ENGLISH)
    unclear = REPLIES["account whose vendor is unclear"](ENGLISH)
    assert "says nothing clear" in unclear
    assert "no trouble" not in unclear


def test_an_account_that_is_well_says_nothing_of_a_service_that_is_well() -> None:
    assert "status page" not in page(replace(VENICE, service=FINE))
    assert "a partial outage" in page(replace(VENICE, service=OUTAGE))


def test_words_of_a_vendor_are_shown_as_words() -> None:
    incident = replace(OUTAGE.incidents[0], title="[click](https://evil.example)\x1b[31m" + "x" * 500)
    text = page(replace(VENICE, service=replace(OUTAGE, incidents=(incident,))))
    assert "](" not in text
    assert "\x1b" not in text
    assert "x" * 100 not in text


@pytest.mark.parametrize("columns", [120, 80, 40])
def test_every_question_is_listed_with_its_key_answer_and_time(columns: int) -> None:
    text = printed(PAGES["provider test failed"], columns)
    assert text.count("GET /user/balance") == 2
    for part in ("503", "none", "36 ms", "9,800 ms", "API key from DEEPSEEK_API_KEY"):
        assert part in text


def test_no_question_went_out_is_said() -> None:
    assert "Nothing was sent." in printed(PAGES["provider test nothing sent"], 80)


def test_maintenance_that_has_not_begun_is_no_news() -> None:
    later = replace(OUTAGE.maintenances[0], since_ms=NOW + 1)
    service = replace(OUTAGE, health=Health.OPERATIONAL, incidents=(), maintenances=(later,))
    assert "Planned work" not in page(replace(VENICE, service=service))


def test_the_terminal_shows_of_an_account_what_the_chat_shows() -> None:
    text = printed(PAGES["account of every kind"], 120)
    for figure in ("$12.50", "CN¥40.00", "12.25 of 50 DIEM", "91%", "this stops you first", "qwen3:32b"):
        assert figure in text


def test_a_runtime_shows_its_models_and_its_load_where_others_show_money() -> None:
    assert VENICE.snapshot is not None
    idle = Snapshot(provider="ollama", account="default", taken_ms=NOW)
    busy = replace(idle, models=VENICE.snapshot.models, loads=VENICE.snapshot.loads)
    runtime = replace(VENICE, provider="ollama", name="Ollama", snapshot=busy, runways=())
    text = chat.tokens(replace(STATUS, accounts=(runtime,), alerts=()), ENGLISH)
    assert re.search(r"Ollama +Loaded qwen3:32b, 20 GiB", text)
    assert re.search(r"Ollama +running 3", text)
    assert "told no figures" not in text
    silent = replace(STATUS, accounts=(replace(runtime, snapshot=idle),), alerts=())
    assert "Ollama: told no figures" in chat.tokens(silent, ENGLISH)


def test_a_runtime_that_holds_no_model_is_in_order_and_nothing_is_unknown() -> None:
    idle = Snapshot(provider="ollama", account="default", taken_ms=NOW, notes=(Note.IDLE,))
    runtime = replace(VENICE, provider="ollama", name="Ollama", snapshot=idle, runways=())
    status = replace(STATUS, accounts=(runtime,), alerts=())
    text = chat.tokens(status, ENGLISH)
    assert re.search(r"Ollama +Loaded no model", text)
    assert "Not known" not in text
    assert "Loaded no model" in table(status)


def test_the_table_of_accounts_shows_what_is_no_money() -> None:
    assert VENICE.snapshot is not None
    runtime = replace(VENICE, snapshot=replace(VENICE.snapshot, balances=(), spends=(), caps=(), windows=()))
    status = replace(STATUS, accounts=(runtime,), alerts=())
    assert re.search(r"12.25 of 50 DIEM left, resets", table(status))
    assert VENICE.snapshot.models
    busy = replace(runtime, snapshot=replace(VENICE.snapshot, **NOTHING_LEFT))
    text = table(replace(status, accounts=(busy,)))
    assert "Loaded qwen3:32b, 20 GiB" in text
    assert "running 3" in text


@pytest.mark.parametrize(("hours", "text"), [(3, "ends 17:32"), (-1, "ended 13:32")])
def test_a_key_says_when_it_ends(hours: int, text: str) -> None:
    assert VENICE.snapshot is not None
    ending = replace(VENICE.snapshot, key_expires_ms=NOW + hours * HOUR)
    assert re.search(rf"Key +{text}", page(replace(VENICE, snapshot=ending)))


def test_a_good_test_tells_what_was_told_and_not_what_could_be() -> None:
    detail = DETAILS["good"]
    (one,) = detail.accounts
    assert one.account.snapshot is not None
    empty = replace(one.account.snapshot, **NOTHING_LEFT, notes=(Note.NO_PLAN,))
    without = replace(detail, accounts=(replace(one, account=replace(one.account, snapshot=empty)),))
    text = outcome(without)
    assert "Good. It told no figures.\nOpenRouter knows the key, and its account has no plan" in text


def test_a_test_of_who_was_asked_too_often_says_until_when() -> None:
    detail = DETAILS["good"]
    (one,) = detail.accounts
    tired = replace(
        one.account,
        snapshot=None,
        problem=Problem(key="rate_limited", since_ms=NOW, params={"provider": "OpenRouter"}),
        next_check_ms=NOW + 2 * HOUR,
    )
    limited = replace(detail, accounts=(replace(one, account=tired),))
    assert "It is asked again at 16:32." in outcome(limited)
