"""Alerts on their way through real channels: what fails is tried again, what can't arrive is kept."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from message_sinks import HttpSink, MailSink
from movable_clock import MovableClock
from notify_world import LOW, Owner

from token_dashboard.analysis.thresholds import Judgement
from token_dashboard.engine.alert_desk import AlertDesk
from token_dashboard.engine.courier import FIRST_PAUSE_MS, GIVE_UP_MS, Courier
from token_dashboard.engine.ports import Channel, Notifier
from token_dashboard.ledger import open_ledger
from token_dashboard.model.alert import AlertKind, Condition, Severity
from token_dashboard.model.secret import Secret
from token_dashboard.model.undelivered import Undelivered
from token_dashboard.notify.apprise_service import AppriseNotifier
from token_dashboard.notify.webhook import WebhookNotifier

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

FIRST_PAUSE_S, GIVE_UP_S = FIRST_PAUSE_MS // 1000, GIVE_UP_MS // 1000
CRITICAL = replace(LOW.condition, severity=Severity.CRITICAL)


@dataclass(slots=True)
class Post:
    """A process that has something to tell, and its channels."""

    desk: AlertDesk
    courier: Courier
    undelivered: Sequence[Undelivered] = ()

    async def tell(self, condition: Condition) -> None:
        judgement = Judgement()
        judgement.hold(condition)
        await self.desk.settle(judgement)
        await self.courier.deliver()


@asynccontextmanager
async def post(path: Path, clock: MovableClock, *channels: Channel) -> AsyncIterator[Post]:
    async with open_ledger(path / "ledger.db", clock) as ledger:
        courier = Courier(ledger, clock)
        for channel in channels:
            courier.add(channel)
        opened = Post(AlertDesk(ledger, clock, courier), courier)
        yield opened
        opened.undelivered = await ledger.outbox.undelivered()


def by_mail(sink: MailSink, clock: MovableClock) -> Notifier:
    url = f"mailto://127.0.0.1:{sink.port}?mode=insecure&from=bot@example.org&to=owner@example.org"
    return AppriseNotifier("mail", Secret(url), Owner(), clock)


def by_http(name: str, sink: HttpSink, clock: MovableClock) -> Notifier:
    return AppriseNotifier(name, Secret(f"json://127.0.0.1:{sink.port}/"), Owner(), clock)


def by_webhook(sink: HttpSink, clock: MovableClock) -> Notifier:
    return WebhookNotifier("ops", Secret(sink.url), Secret("a long secret"), clock)


async def test_a_mail_that_the_server_puts_off_arrives_once_after_a_restart(
    tmp_path: Path, clock: MovableClock
) -> None:
    async with MailSink(refuses=True).open() as sink:
        async with post(tmp_path, clock, Channel(notifier=by_mail(sink, clock))) as before:
            await before.tell(LOW.condition)
        sink.refuses = False
        async with post(tmp_path, clock, Channel(notifier=by_mail(sink, clock))) as after:
            await after.courier.deliver()
            assert sink.mails == []  # its time hasn't come
            clock.move(FIRST_PAUSE_S)
            for _ in range(3):
                await after.courier.deliver()
                clock.move(GIVE_UP_S)
    assert [mail["subject"] is not None for mail in sink.mails] == [True]
    assert after.undelivered == ()


async def test_a_webhook_that_fails_for_a_day_is_given_up(tmp_path: Path, clock: MovableClock) -> None:
    async with (
        HttpSink(statuses=[503] * 100).open() as sink,
        post(tmp_path, clock, Channel(notifier=by_webhook(sink, clock))) as opened,
    ):
        await opened.tell(LOW.condition)
        for _ in range(60):
            clock.move(1800)
            await opened.courier.deliver()
    assert 48 <= len(sink.received) < 60  # half an hour apart, for a day
    assert len({one.headers["webhook-id"] for one in sink.received}) == 1
    [dead] = opened.undelivered
    assert (dead.channel, dead.fate, dead.reason) == ("ops", "gave_up", "HTTP 503")


async def test_what_a_webhook_refuses_is_not_sent_again(tmp_path: Path, clock: MovableClock) -> None:
    async with (
        HttpSink(statuses=[410]).open() as sink,
        post(tmp_path, clock, Channel(notifier=by_webhook(sink, clock))) as opened,
    ):
        await opened.tell(LOW.condition)
        clock.move(GIVE_UP_S)
        await opened.courier.deliver()
    assert len(sink.received) == 1
    assert [(dead.fate, dead.reason) for dead in opened.undelivered] == [("refused", "HTTP 410")]


async def test_a_channel_gets_the_severities_and_kinds_that_it_wants(
    tmp_path: Path, clock: MovableClock
) -> None:
    async with HttpSink().open() as pager, HttpSink().open() as finance, HttpSink().open() as everything:
        channels = (
            Channel(notifier=by_http("pager", pager, clock), severities=frozenset({Severity.CRITICAL})),
            Channel(notifier=by_http("finance", finance, clock), kinds=frozenset({AlertKind.BUDGET_STEP})),
            Channel(notifier=by_http("everything", everything, clock)),
        )
        async with post(tmp_path, clock, *channels) as opened:
            await opened.tell(LOW.condition)
            await opened.tell(CRITICAL)
    assert [tone(pager), tone(finance), tone(everything)] == [["failure"], [], ["warning", "failure"]]


def tone(sink: HttpSink) -> list[str]:
    """How serious each of the messages is said to be."""
    return [json.loads(one.body)["type"] for one in sink.received]
