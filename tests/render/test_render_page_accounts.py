"""What the page says of an account beside money: a runtime's models and load, and a failure's cause."""

from dataclasses import replace
from html import unescape

from render_sample_accounts import NOW
from render_sample_page import RICH
from render_sample_providers import OUTAGE, VENICE
from render_sample_status import ALL_FAILED

from token_dashboard.model.snapshot import Snapshot
from token_dashboard.model.status import Account
from token_dashboard.render.language import language
from token_dashboard.render.page import page


def shown(account: Account) -> str:
    status = replace(RICH.status, accounts=(account,), alerts=())
    return unescape(page(replace(RICH, status=status), language("en")))


def test_a_runtime_shows_its_models_and_its_load() -> None:
    assert VENICE.snapshot is not None
    told = Snapshot(
        provider="ollama",
        account="default",
        taken_ms=NOW,
        models=VENICE.snapshot.models,
        loads=VENICE.snapshot.loads,
    )
    body = shown(replace(VENICE, provider="ollama", name="Ollama", snapshot=told, runways=()))
    assert "<b>qwen3:32b, 20 GiB, until" in body
    assert "<b>3</b><small>running</small>" in body
    assert "<b>?</b>" not in body


def test_beside_a_failure_stands_what_the_vendors_own_page_says() -> None:
    failing = ALL_FAILED.accounts[0]
    assert "status page" not in shown(failing)
    assert "Its status page tells of a " in shown(replace(failing, service=OUTAGE))
