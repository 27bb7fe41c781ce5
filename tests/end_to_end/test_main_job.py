"""The main job: a person types /tokens and sees the truth, through every door the same."""

from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from machine import Machine, Replies
from vendor_server import VendorServer


def earlier_today(hours: float = 0.5) -> datetime:
    """A moment of today (UTC), not in the future, however soon after midnight the test runs."""
    now = datetime.now(UTC)
    return max(now - timedelta(hours=hours), now.replace(hour=0, minute=0, second=0, microsecond=0))


async def test_the_report_equals_an_independent_calculation(machine: Machine, replies: Replies) -> None:
    replies.write("one", datetime(2026, 11, 3, 12, tzinfo=UTC), 40)
    replies.write("two", datetime(2026, 11, 4, 12, tzinfo=UTC), 25)
    total = (await machine.run("report", "--json")).json["total"]
    assert (total["requests"], total["inputTokens"], total["outputTokens"]) == (
        65,
        replies.all_input,
        replies.output_tokens,
    )
    assert total["cacheReadInputTokens"] == replies.cache_read
    assert total["cacheCreationInputTokens"] == replies.cache_write_5m + replies.cache_write_1h
    assert total["cacheCreation1hInputTokens"] == replies.cache_write_1h
    assert float(total["listCost"]["amount"]) == pytest.approx(replies.dollars, abs=1e-9)
    assert total["unpricedTokens"] == 0


async def test_every_door_shows_the_same_right_figures(machine: Machine, replies: Replies) -> None:
    replies.write("today", earlier_today(), 10, every=timedelta(seconds=1))
    dollars = f"${replies.dollars:.2f}"
    async with VendorServer.playing("openrouter") as vendor:
        machine.use(vendor)
        status = (await machine.run("status", "--json")).json
        balance = status["accounts"][0]["snapshot"]["balances"][0]["money"]
        typed = (await machine.run("chat", "/tokens")).out
        table = (await machine.run("status")).out
        async with machine.serving() as url, aiohttp.ClientSession() as client:
            async with client.post(f"{url}/rpc/token-dashboard.status") as answer:
                by_http = (await answer.json())["payload"]
            by_socket, chatted = await over_the_websocket(client, url)
    for one in (status, by_http, by_socket):
        assert float(one["today"]["listCost"]["amount"]) == pytest.approx(replies.dollars, abs=1e-9)
        assert one["today"]["inputTokens"] == replies.all_input
        assert one["accounts"][0]["snapshot"]["balances"][0]["money"] == balance
    shown = f"${float(balance['amount']):.2f}"
    for text in (typed, table, chatted):
        assert dollars in text
        assert shown in text


async def over_the_websocket(client: aiohttp.ClientSession, url: str) -> tuple[dict[str, object], str]:
    """The answer of the method and the chat's reply to /tokens."""
    async with client.ws_connect(url) as socket:
        challenge = await socket.receive_json()
        assert challenge["event"] == "connect.challenge"
        await socket.send_json(
            {
                "type": "req",
                "id": "1",
                "method": "connect",
                "params": {
                    "minProtocol": 4,
                    "maxProtocol": 4,
                    "role": "operator",
                    "scopes": ["operator.read", "operator.write"],
                    "client": {
                        "id": "gateway-client",
                        "version": "1",
                        "platform": "linux",
                        "mode": "backend",
                    },
                },
            }
        )
        await until(socket, lambda frame: frame.get("id") == "1")
        await socket.send_json({"type": "req", "id": "2", "method": "token-dashboard.cached", "params": {}})
        cached = await until(socket, lambda frame: frame.get("id") == "2")
        await socket.send_json(
            {
                "type": "req",
                "id": "3",
                "method": "chat.send",
                "params": {"sessionKey": "main", "message": "/tokens", "idempotencyKey": "k"},
            }
        )
        final = await until(socket, lambda frame: frame.get("event") == "chat")
    return cached["payload"], final["payload"]["message"]["content"][0]["text"]


async def until(socket: aiohttp.ClientWebSocketResponse, wanted: object) -> dict[str, object]:
    while not wanted(frame := await socket.receive_json(timeout=20)):
        pass
    return frame


async def test_a_second_scan_opens_no_file_and_an_appended_reply_is_all_that_is_read(
    machine: Machine, replies: Replies
) -> None:
    log = replies.write("one", datetime(2026, 11, 3, 12, tzinfo=UTC), 40)
    first = (await machine.run("scan", "--json")).json
    second = (await machine.run("scan", "--json")).json
    before = log.stat().st_size
    replies.write("one", datetime(2026, 11, 3, 14, tzinfo=UTC), 1)
    third = (await machine.run("scan", "--json")).json
    assert (first["newRequests"], second["newRequests"]) == (40, 0)
    assert (second["filesRead"], second["bytesRead"]) == (0, 0)
    # The session's first reply has the same ids: it is a repeat, and the log says so.
    assert third["bytesRead"] == log.stat().st_size - before
    assert third["newRequests"] == 0


async def test_logs_that_are_deleted_stay_counted(machine: Machine, replies: Replies) -> None:
    log = replies.write("one", datetime(2026, 11, 3, 12, tzinfo=UTC), 5)
    before = (await machine.run("report", "--json")).json["total"]
    log.unlink()
    assert (await machine.run("report", "--json")).json["total"] == before


async def test_days_are_days_of_the_zone_that_is_asked_for(machine: Machine, replies: Replies) -> None:
    replies.write("late", datetime(2026, 11, 3, 23, 30, tzinfo=UTC), 1)
    rows = {
        zone: (await machine.run("report", "--by", "day", "--time-zone", zone, "--json")).json["rows"]
        for zone in ("UTC", "Asia/Kathmandu", "America/New_York")
    }
    assert {zone: row[0]["day"] for zone, row in rows.items()} == {
        "UTC": "2026-11-03",
        "Asia/Kathmandu": "2026-11-04",
        "America/New_York": "2026-11-03",
    }


async def test_nothing_of_a_prompt_and_no_key_is_kept(machine: Machine, replies: Replies) -> None:
    replies.write("one", earlier_today(), 3, every=timedelta(seconds=1))
    async with VendorServer.playing("openrouter") as vendor:
        machine.use(vendor)
        ran = [await machine.run(*words) for words in (["status"], ["status", "--json"], ["config", "show"])]
        keys = [key.reveal() for key in vendor.keys.values()]
    kept = b"".join(file.read_bytes() for file in machine.ledger.parent.iterdir() if file.is_file())
    for secret in ("canary prompt text", *keys):
        assert secret.encode() not in kept
        assert all(secret not in one.out + one.err for one in ran)


async def test_the_ledger_is_the_owners_alone(machine: Machine, replies: Replies) -> None:
    replies.write("one", earlier_today(), 1)
    await machine.run("scan")
    assert machine.ledger.parent.stat().st_mode & 0o777 == 0o700
    assert all(file.stat().st_mode & 0o077 == 0 for file in machine.ledger.parent.iterdir())
