"""How vendors are asked: tries, waits, limits, and what stays on this side."""

import asyncio
import logging
import subprocess
import sys

import pytest
from provider_asking import ask
from vendor_server import VendorServer

from token_dashboard.model.errors import ProviderError, ProviderUnavailable, RateLimited
from token_dashboard.model.key import Key
from token_dashboard.model.secret import Secret
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import discover
from token_dashboard.providers._http import Attempt, download, open_http

CREDITS = ("GET", "/credits")
KEY = ("GET", "/key")
ACTIVITY = ("GET", "/activity")


def asked(vendor: VendorServer) -> list[tuple[str, str]]:
    return [(request.method, request.path) for request in vendor.requests]


@pytest.mark.parametrize("fault", ["500", "cut"])
async def test_a_passing_fault_is_tried_again_and_forgotten(vendor: VendorServer, fault: str) -> None:
    vendor.play(fault, fault, "good")
    snapshot = await ask(vendor)
    assert snapshot.balances
    assert asked(vendor) == [CREDITS, CREDITS, CREDITS, KEY, ACTIVITY]


async def test_a_lasting_fault_is_tried_three_times_in_all(vendor: VendorServer) -> None:
    vendor.mood = "500"
    with pytest.raises(ProviderUnavailable):
        await ask(vendor)
    assert asked(vendor) == [CREDITS] * 3


@pytest.mark.parametrize(
    "mood", ["401", "404", "429", "503-later", "redirect", "html", "truncated", "gigantic"]
)
async def test_an_answer_that_would_not_change_is_asked_for_once(vendor: VendorServer, mood: str) -> None:
    vendor.mood = mood
    with pytest.raises(ProviderError):
        await ask(vendor)
    assert asked(vendor) == [CREDITS]


async def test_all_tries_share_one_time_budget(vendor: VendorServer) -> None:
    vendor.play("500", "hang")
    begun = asyncio.get_running_loop().time()
    with pytest.raises(ProviderUnavailable, match=r"no answer within 0\.3 s"):
        await ask(vendor, timeout_s=0.3)
    assert asyncio.get_running_loop().time() - begun < 1.5
    assert asked(vendor) == [CREDITS] * 2


async def test_a_host_where_nobody_listens_is_no_connection(vendor: VendorServer, unused_port: int) -> None:
    with pytest.raises(ProviderUnavailable, match="no connection"):
        await ask(vendor, base_url=f"http://127.0.0.1:{unused_port}/api/v1")


async def test_a_host_without_tls_where_tls_is_asked_for_is_told(vendor: VendorServer) -> None:
    with pytest.raises(ProviderUnavailable, match=r"no connection|the connection broke off"):
        await ask(vendor, base_url=vendor.url.replace("http:", "https:"))


@pytest.mark.parametrize(
    ("mood", "retry_after_s"),
    [("429", None), ("429-seconds", 120), ("429-ms", 2.5)],
)
async def test_the_vendors_wish_to_wait_is_handed_on(
    vendor: VendorServer, mood: str, retry_after_s: float | None
) -> None:
    vendor.mood = mood
    with pytest.raises(RateLimited) as caught:
        await ask(vendor)
    assert caught.value.retry_after_s == retry_after_s


async def test_a_date_to_wait_for_is_read_by_the_vendors_clock(vendor: VendorServer) -> None:
    vendor.mood = "429-date"
    with pytest.raises(RateLimited) as caught:
        await ask(vendor)
    assert caught.value.retry_after_s == 3600


async def test_a_cancelled_question_ends_at_once_and_stays_cancelled(vendor: VendorServer) -> None:
    vendor.mood = "hang"
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await ask(vendor, timeout_s=60)
    assert asked(vendor) == [CREDITS]


async def test_each_try_can_be_watched(vendor: VendorServer) -> None:
    attempts: list[Attempt] = []
    vendor.play("500", "good")
    await ask(vendor, on_attempt=attempts.append)
    assert [(one.provider, one.path, one.status) for one in attempts] == [
        ("OpenRouter", "/credits", 500),
        ("OpenRouter", "/credits", 200),
        ("OpenRouter", "/key", 200),
        ("OpenRouter", "/activity", 200),
    ]
    assert all(one.elapsed_ms >= 0 for one in attempts)


async def test_a_request_says_who_asks_and_carries_nothing_else_of_us(vendor: VendorServer) -> None:
    await ask(vendor)
    headers = vendor.requests[0].headers
    assert headers["user-agent"].startswith("token-dashboard/")
    assert headers["accept-encoding"] == "identity"  # a small body cannot unpack to a gigantic one
    assert set(headers) == {"host", "user-agent", "accept", "accept-encoding", "connection", "authorization"}


async def test_a_cookie_of_the_vendor_is_not_brought_back(vendor: VendorServer) -> None:
    for exchange in vendor.cases["good"]["exchanges"]:
        exchange["response"]["headers"] = {"Set-Cookie": "session=abc; Path=/"}
    await ask(vendor)
    assert len(vendor.requests) == 3
    assert not any("cookie" in request.headers for request in vendor.requests)


async def test_this_machine_is_not_asked_through_a_proxy(
    vendor: VendorServer, unused_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{unused_port}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    assert (await ask(vendor)).balances


async def test_the_world_is_asked_through_the_proxy_of_the_environment(
    vendor: VendorServer, unused_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{unused_port}")
    vendor.mood = "plain-key"
    with pytest.raises(ProviderUnavailable, match="no connection"):
        await ask(vendor, base_url="http://vendor.internal/api/v1")


@pytest.mark.parametrize("text", ["", "sk-or v1", "sk-or-v1\nX-Evil: 1", "sk-or-ключ"])
async def test_a_key_that_cannot_stand_in_a_header_is_not_sent_and_not_shown(
    vendor: VendorServer, text: str
) -> None:
    provider = next(one for one in discover() if one.id == "openrouter")
    keys = {"API key": Key(secret=Secret(text), source="a test")}
    async with open_http() as http:
        access = Access(provider=provider, keys=keys, base_url=vendor.url, http=http, now_ms=0)
        with pytest.raises(ProviderUnavailable, match="API key is empty or holds a character") as caught:
            await provider.fetch(access)
    assert not text or text not in str(caught.value)
    assert vendor.requests == []


async def test_loggers_of_the_client_stay_quiet_about_urls(vendor: VendorServer) -> None:
    await ask(vendor)
    assert logging.getLogger("httpx").level == logging.WARNING
    assert logging.getLogger("httpcore").level == logging.WARNING


async def test_a_retry_is_no_news(vendor: VendorServer, caplog: pytest.LogCaptureFixture) -> None:
    vendor.play("500", "good")
    await ask(vendor)
    assert [record.name for record in caplog.records if record.name.startswith(("stamina", "httpx"))] == []


def test_finding_the_providers_loads_no_http_client() -> None:
    code = (
        "import sys; from token_dashboard.providers._contract import discover; discover();"
        "print(sorted({'httpx', 'stamina', 'anyio', 'http.cookiejar', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_a_public_file_is_brought_without_any_key(vendor: VendorServer) -> None:
    vendor.mood = "gigantic"
    with pytest.raises(ProviderUnavailable, match=r"127\.0\.0\.1 could not be asked: its answer is larger"):
        await download(f"{vendor.url}/prices.json")
    vendor.mood = "array"
    assert await download(f"{vendor.url}/prices.json") == b"[]"
    assert all("authorization" not in request.headers for request in vendor.requests)


@pytest.mark.parametrize("mood", ["404", "redirect", "500"])
async def test_a_public_file_that_is_not_there_is_told(vendor: VendorServer, mood: str) -> None:
    vendor.mood = mood
    with pytest.raises(ProviderUnavailable, match="it answered"):
        await download(f"{vendor.url}/prices.json")
    assert vendor.elsewhere == []


async def test_a_public_file_is_not_brought_over_plain_http_from_the_world() -> None:
    with pytest.raises(ProviderUnavailable, match=r"example\.com could not be asked: its URL must be https"):
        await download("http://example.com/prices.json")
