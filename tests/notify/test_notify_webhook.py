"""Webhooks: what is posted, how it is signed, and what becomes of each answer."""

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from jsonschema import Draft202012Validator
from message_sinks import HttpSink, Received
from movable_clock import MovableClock
from notify_world import LOW, NOW, parcel

from token_dashboard.contract import read_contract
from token_dashboard.model.alert import AlertState
from token_dashboard.model.notice import Outcome
from token_dashboard.model.secret import Secret
from token_dashboard.notify.webhook import WebhookNotifier, signing_key

SECRET = "canary-secret-of-the-webhook"
ALERT = Draft202012Validator(read_contract("schemas/alert.schema.json"))


@pytest_asyncio.fixture
async def sink() -> AsyncIterator[HttpSink]:
    async with HttpSink().open() as opened:
        yield opened


def notifier(sink: HttpSink, clock: MovableClock) -> WebhookNotifier:
    return WebhookNotifier("ops", Secret(sink.url), Secret(SECRET), clock)


def signed_by_hand(request: Received, key: bytes) -> str:
    """As the specification of Standard Webhooks says it."""
    content = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode()
    digest = hmac.new(key, content + request.body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


async def test_an_alert_is_posted_as_its_schema_says_and_signed(sink: HttpSink, clock: MovableClock) -> None:
    receipt = await notifier(sink, clock).notify(parcel(LOW))
    (request,) = sink.received
    payload = json.loads(request.body)
    assert receipt.outcome is Outcome.TAKEN
    assert list(ALERT.iter_errors(payload)) == []
    assert (payload["kind"], payload["money"]["amount"], payload["state"]) == ("low_balance", "3.21", "new")
    assert request.headers["content-type"] == "application/json"
    assert request.headers["webhook-timestamp"] == str(NOW // 1000)
    assert request.headers["webhook-signature"] == signed_by_hand(request, SECRET.encode())


async def test_another_try_has_the_same_id_and_its_own_time(sink: HttpSink, clock: MovableClock) -> None:
    for _ in range(2):
        await notifier(sink, clock).notify(parcel(LOW))
        clock.move(60)
    first, again = sink.received
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    assert int(again.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 60
    assert first.headers["webhook-signature"] != again.headers["webhook-signature"]


async def test_other_news_has_another_id(sink: HttpSink, clock: MovableClock) -> None:
    over = replace(LOW, state=AlertState.RESOLVED, resolved_ms=NOW)
    await notifier(sink, clock).notify(parcel(LOW))
    await notifier(sink, clock).notify(parcel(over))
    assert len({one.headers["webhook-id"] for one in sink.received}) == 2


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.TAKEN),
        (202, Outcome.TAKEN),
        (301, Outcome.REFUSED),
        (400, Outcome.REFUSED),
        (401, Outcome.REFUSED),
        (410, Outcome.REFUSED),
        (408, Outcome.FAILED),
        (429, Outcome.FAILED),
        (500, Outcome.FAILED),
        (503, Outcome.FAILED),
    ],
)
async def test_what_an_answer_means(
    sink: HttpSink, clock: MovableClock, status: int, outcome: Outcome
) -> None:
    sink.statuses = [status]
    receipt = await notifier(sink, clock).notify(parcel(LOW))
    assert receipt.outcome is outcome
    assert receipt.reason == ("" if outcome is Outcome.TAKEN else f"HTTP {status}")


async def test_nobody_there_is_a_failure_that_passes(sink: HttpSink, clock: MovableClock) -> None:
    gone = WebhookNotifier("ops", Secret("http://127.0.0.1:1/secret-in-path"), Secret(SECRET), clock)
    assert (await gone.notify(parcel(LOW))).outcome is Outcome.FAILED


async def test_what_is_no_address_is_refused(clock: MovableClock) -> None:
    wrong = WebhookNotifier("ops", Secret("ftp://secret-in-path"), Secret(SECRET), clock)
    assert (await wrong.notify(parcel(LOW))).outcome is Outcome.REFUSED


async def test_a_test_is_an_alert_that_is_about_nothing(sink: HttpSink, clock: MovableClock) -> None:
    assert (await notifier(sink, clock).notify(parcel())).outcome is Outcome.TAKEN
    payload = json.loads(sink.received[0].body)
    assert list(ALERT.iter_errors(payload)) == []
    assert (payload["key"], payload["subject"]) == ("test", "test")


async def test_neither_address_nor_secret_is_in_any_log_or_receipt(
    sink: HttpSink, clock: MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sink.statuses = [204, 500]
    receipts = [await notifier(sink, clock).notify(parcel(LOW)) for _ in range(2)]
    said = f"{caplog.text} {receipts} {vars(notifier(sink, clock))}"
    assert "secret-in-path" not in said
    assert SECRET not in said


def test_a_secret_may_be_written_in_base64() -> None:
    assert signing_key(Secret("whsec_" + base64.b64encode(b"\x00\xffkey").decode())) == b"\x00\xffkey"
    assert signing_key(Secret("plain words")) == b"plain words"
    with pytest.raises(ValueError, match="no base64"):
        signing_key(Secret("whsec_é"))
