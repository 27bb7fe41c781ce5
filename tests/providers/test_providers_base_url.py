"""Which base URLs an operator may set, and where a key is never sent."""

import pytest
from provider_asking import ask
from vendor_server import VendorServer

from token_dashboard.model.errors import ProviderUnavailable
from token_dashboard.providers._base_url import check_base_url, is_loopback
from token_dashboard.providers._http import Attempt


@pytest.mark.parametrize(
    "text",
    [
        "https://gateway.example.com/v1",
        "https://8.8.8.8:8443",
        "http://localhost:4000",
        "http://127.0.0.1:11434/v1",
        "http://[::1]:4000",
        "http://192.168.1.20:4000",
        "http://10.0.0.7",
        "http://litellm:4000",
        "http://nas.local/v1",
        "http://host.docker.internal:4000",
    ],
)
def test_https_anywhere_and_http_at_home_are_taken(text: str) -> None:
    assert check_base_url(text) == text


def test_white_space_and_a_closing_slash_are_taken_off() -> None:
    assert check_base_url(" https://example.com/v1/ ") == "https://example.com/v1"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "must be a URL"),
        ("example.com/v1", "must be a URL"),
        ("file:///etc/passwd", "must be a URL"),
        ("https://", "must be a URL"),
        ("https://[::1", "must be a URL"),
        ("https://example.com:99999", "must be a URL"),
        ("http://example.com/v1", "must be https"),
        ("http://8.8.8.8", "must be https"),
        ("http://0x08080808", "must be https"),
        ("http://134744072", "must be https"),
        ("http://[::ffff:8.8.8.8]", "must be https"),
        ("http://localhost.example.com", "must be https"),
        ("https://me:hunter2@example.com", "must not hold a user name or password"),
        ("https://example.com/v1?key=hunter2", "must not hold a query"),
        ("https://example.com/v1?", "must not hold a query"),
        ("https://example.com/v1#top", "must not hold a query or a fragment"),
    ],
)
def test_anything_else_is_refused_with_a_reason_that_repeats_nothing_of_it(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as caught:
        check_base_url(text)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("host", ["localhost", "127.8.8.8", "::1", "api.localhost", "::ffff:127.0.0.1"])
def test_this_machine_is_known_by_all_its_names(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["192.168.1.20", "example.com", "localhost.example.com", "litellm", ""])
def test_no_other_host_passes_for_this_machine(host: str) -> None:
    assert not is_loopback(host)


async def test_a_management_key_is_never_sent_to_a_host_in_the_vendors_place(vendor: VendorServer) -> None:
    vendor.mood = "management-key-only"
    attempts: list[Attempt] = []
    with pytest.raises(ProviderUnavailable, match=r"management key is sent to openrouter\.ai only"):
        await ask(vendor, base_url="https://openrouter.example.com/api/v1", on_attempt=attempts.append)
    assert attempts == []


async def test_no_key_is_sent_over_plain_http_to_the_world(vendor: VendorServer) -> None:
    vendor.mood = "plain-key"
    attempts: list[Attempt] = []
    with pytest.raises(ProviderUnavailable, match="its base URL must be https"):
        await ask(vendor, base_url="http://openrouter.ai/api/v1", on_attempt=attempts.append)
    assert attempts == []


@pytest.mark.parametrize(
    "host", ["a..b.invalid", "x" * 64 + ".invalid", "no such.invalid", "unknown.invalid"]
)
async def test_a_host_that_cannot_be_found_is_told_in_our_words(vendor: VendorServer, host: str) -> None:
    vendor.mood = "plain-key"
    with pytest.raises(
        ProviderUnavailable, match=r"its base URL cannot be used|its host name could not be found"
    ):
        await ask(vendor, base_url=f"https://{host}/api/v1")
