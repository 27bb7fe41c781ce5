"""Services behind apprise: proven with a mail server and a web server on this machine."""

import json
import logging
import re
from dataclasses import replace
from email.message import Message
from pathlib import Path

import pytest
from apprise import Apprise
from message_sinks import HttpSink, MailSink
from movable_clock import MovableClock
from notify_world import DIGEST, LOW, Owner, parcel

from token_dashboard.model.alert import AlertState, Severity
from token_dashboard.model.notice import Outcome, Receipt
from token_dashboard.model.secret import Secret
from token_dashboard.notify.apprise_service import AppriseNotifier

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
"""Apprise loads it on the Pythons that still have it."""

PAGE = (Path(__file__).parents[2] / "docs" / "alerts.md").read_text()


def by_mail(sink: MailSink, clock: MovableClock, language: str = "en") -> AppriseNotifier:
    url = f"mailto://127.0.0.1:{sink.port}?mode=insecure&from=bot@example.org&to=owner@example.org"
    return AppriseNotifier("mail", Secret(url), Owner(settings_language=language), clock)


def by_http(sink: HttpSink, clock: MovableClock) -> AppriseNotifier:
    return AppriseNotifier("hook", Secret(f"json://127.0.0.1:{sink.port}/canary"), Owner(), clock)


async def test_an_alert_arrives_as_mail(clock: MovableClock) -> None:
    async with MailSink().open() as sink:
        assert (await by_mail(sink, clock).notify(parcel(LOW))).outcome is Outcome.TAKEN
    (mail,) = sink.mails
    assert mail["to"] == "owner@example.org"
    assert "OpenRouter" in str(mail["subject"])
    assert "Top up, or: /tokens snooze 7 6h" in _text(mail)


async def test_a_digest_brings_its_picture(clock: MovableClock) -> None:
    async with MailSink().open() as sink:
        assert (await by_mail(sink, clock).notify(parcel(digest=DIGEST))).outcome is Outcome.TAKEN
    (mail,) = sink.mails
    lines = _text(mail).splitlines()
    assert lines[0].startswith("$41.80")
    assert lines[-1].startswith("⚠ OpenRouter $3.21")
    (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    bytes_ = picture.get_payload(decode=True)
    assert bytes_.startswith(b"\x89PNG\r\n\x1a\n")


async def test_the_owners_language_is_spoken(clock: MovableClock) -> None:
    async with MailSink().open() as sink:
        await by_mail(sink, clock, "de").notify(parcel(replace(LOW, state=AlertState.RESOLVED)))
    assert "nicht mehr unter" in _text(sink.mails[0])


async def test_a_mail_server_that_says_not_now_is_a_failure_that_passes(clock: MovableClock) -> None:
    async with MailSink(refuses=True).open() as sink:
        receipt = await by_mail(sink, clock).notify(parcel(LOW))
    assert receipt == Receipt(outcome=Outcome.FAILED, reason="apprise could not deliver it")


@pytest.mark.parametrize(
    ("alert", "tone"),
    [
        (LOW, "warning"),
        (replace(LOW, condition=replace(LOW.condition, severity=Severity.CRITICAL)), "failure"),
        (replace(LOW, state=AlertState.RESOLVED), "success"),
    ],
)
async def test_services_are_told_how_serious_it_is(clock: MovableClock, alert: object, tone: str) -> None:
    async with HttpSink().open() as sink:
        assert (await by_http(sink, clock).notify(parcel(alert))).outcome is Outcome.TAKEN
    assert json.loads(sink.received[0].body)["type"] == tone


async def test_an_address_that_apprise_does_not_know_is_refused(clock: MovableClock) -> None:
    wrong = AppriseNotifier("x", Secret("canary://nothing"), Owner(), clock)
    assert (await wrong.notify(parcel(LOW))).outcome is Outcome.REFUSED


@pytest.mark.parametrize("url", re.findall(r"\b(?:slack|discord|tgram|mailtos|ntfys)://[^`\" ]+", PAGE))
def test_apprise_takes_each_address_of_the_page(url: str) -> None:
    assert Apprise().add(url)


async def test_no_address_is_in_any_log(clock: MovableClock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with HttpSink(statuses=[500, 204]).open() as sink:
        for _ in range(2):
            await by_http(sink, clock).notify(parcel(LOW))
    ours = [record for record in caplog.records if not record.name.startswith("aiohttp")]
    assert "canary" not in " ".join(record.getMessage() for record in ours)


async def test_a_test_says_that_it_is_one(clock: MovableClock) -> None:
    async with HttpSink().open() as sink:
        await by_http(sink, clock).notify(parcel())
    assert json.loads(sink.received[0].body)["message"].startswith("A test of token-dashboard")


def _text(mail: Message) -> str:
    (part,) = [part for part in mail.walk() if part.get_content_maintype() == "text"]
    return part.get_payload(decode=True).decode()
