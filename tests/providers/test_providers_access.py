"""How a module asks: pages, places in a path, regions, kinds of key, and an operator's own addresses."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from provider_asking import PATIENCE_S, access_to
from vendor_server import VendorServer

from token_dashboard.model.errors import (
    CredentialsRejected,
    ProviderUnavailable,
    UnexpectedResponse,
    WrongKey,
)
from token_dashboard.model.key import Key
from token_dashboard.model.secret import Secret
from token_dashboard.model.snapshot import Snapshot
from token_dashboard.providers._access import Access
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability
from token_dashboard.providers._http import Attempt, open_http
from token_dashboard.providers._key_kinds import WELL_KNOWN, mistaken_for

API = "API key"


class Page(msgspec.Struct):
    items: list[int]
    next: str | None = None


async def _nothing(access: Access) -> Snapshot:
    raise access.unavailable("it is never asked as a whole")


def provider(**differences: Any) -> Provider:
    credential = Credential(kind=API, where="https://vendor.example/keys", variables=("VENDOR_API_KEY",))
    plain = Provider(
        id="vendor",
        name="Vendor",
        base_url="https://api.vendor.example",
        credentials=(credential,),
        capabilities=frozenset({Capability.BALANCE}),
        stability=Stability.DOCUMENTED,
        docs="https://vendor.example/docs",
        fetch=_nothing,
    )
    return replace(plain, **differences)


def credential(**differences: Any) -> Credential:
    return replace(provider().credentials[0], **differences)


def exchange(body: object, path: str = "/pages", **request: object) -> dict[str, Any]:
    return {"request": {"path": path, **request}, "response": {"body": body}}


@asynccontextmanager
async def playing(
    *exchanges: dict[str, Any], known: Provider | None = None
) -> AsyncIterator[tuple[VendorServer, Access]]:
    cases = {"good": {"about": "", "keys": [API], "exchanges": list(exchanges)}}
    async with VendorServer.playing(known or provider(), cases=cases) as vendor, open_http() as http:
        yield vendor, access_to(vendor, http)


async def all_items(access: Access) -> list[int]:
    pages = access.pages(
        "/pages", Page, key=API, query={"limit": 2}, cursor=lambda page: page.next, into="page"
    )
    async with asyncio.timeout(PATIENCE_S):
        return [item async for page in pages for item in page.items]


async def test_all_pages_are_followed_with_the_same_query() -> None:
    async with playing(
        exchange({"items": [1, 2], "next": "b"}, query={"limit": "2", "page": None}),
        exchange({"items": [3, 4], "next": "c"}, query={"limit": "2", "page": "b"}),
        exchange({"items": [5]}, query={"limit": "2", "page": "c"}),
    ) as (_, access):
        assert await all_items(access) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("cursor", ["b", ""])
async def test_a_cursor_that_repeats_or_is_missing_is_no_short_sum(cursor: str) -> None:
    async with playing(
        exchange({"items": [1], "next": "b"}, query={"page": None}),
        exchange({"items": [2], "next": cursor}, query={"page": "b"}),
    ) as (vendor, access):
        with pytest.raises(UnexpectedResponse, match="pages without an end"):
            await all_items(access)
        assert len(vendor.requests) == 2


async def test_pages_without_end_are_given_up() -> None:
    async with playing(exchange({"items": [1], "next": "0"})) as (vendor, access):
        vendor.mangle = lambda _: json.dumps({"items": [1], "next": str(len(vendor.requests))}).encode()
        with pytest.raises(UnexpectedResponse, match="pages without an end"):
            await all_items(access)
        assert len(vendor.requests) == 100


async def test_a_parameter_repeats_for_each_of_its_values() -> None:
    async with playing(exchange({"items": []})) as (vendor, access):
        await access.get("/pages", Page, key=API, query={"group_by[]": ["model", "tier"], "limit": 31})
        assert vendor.requests[0].query == {"group_by[]": ["model", "tier"], "limit": "31"}


async def test_a_place_in_the_path_is_quoted_and_watchers_see_its_name() -> None:
    seen: list[Attempt] = []
    async with playing(exchange({"items": []}, "/teams/../x?y/pages")) as (vendor, access):
        async with open_http(on_attempt=seen.append) as http:
            watched = replace(access, http=http)
            await watched.get("/teams/{team}/pages", Page, key=API, parts={"team": "../x?y"})
        assert [one.target for one in vendor.requests] == ["/teams/..%2Fx%3Fy/pages"]
    assert [(one.method, one.path, one.status) for one in seen] == [("GET", "/teams/{team}/pages", 200)]


@pytest.mark.parametrize("part", ["", ".", ".."])
async def test_a_place_in_the_path_never_leads_elsewhere(part: str) -> None:
    async with playing(exchange({"items": []})) as (vendor, access):
        with pytest.raises(UnexpectedResponse):
            await access.get("/teams/{team}/pages", Page, key=API, parts={"team": part})
        assert vendor.requests == []


async def test_a_post_carries_json_and_is_sent_once_even_when_it_fails() -> None:
    async with playing(exchange({"items": [7]}, method="POST", json={"month": 11})) as (vendor, access):
        assert (await access.post("/pages", Page, {"month": 11}, key=API)).items == [7]
        vendor.mood = "500"
        with pytest.raises(ProviderUnavailable):
            await access.post("/pages", Page, {}, key=API)
        assert [one.method for one in vendor.requests] == ["POST", "POST"]


@pytest.mark.parametrize(
    ("differences", "header", "value"),
    [
        ({}, "authorization", "Bearer <key>"),
        ({"scheme": ""}, "authorization", "<key>"),
        ({"scheme": "Token"}, "authorization", "Token <key>"),
        ({"scheme": "", "header": "x-api-key"}, "x-api-key", "<key>"),
        (
            {"sign": lambda request, access: {"x-sign": f"{request.method} {access.account}"}},
            "x-sign",
            "GET default",
        ),
    ],
)
async def test_a_key_goes_into_its_own_header(differences: dict[str, Any], header: str, value: str) -> None:
    known = provider(credentials=(credential(**differences),), needs_key=False)
    async with playing(exchange({"items": []}), known=known) as (vendor, access):
        await access.get("/pages", Page, key=API)
        sent = vendor.requests[0].headers
        assert sent[header] == value.replace("<key>", vendor.keys[API].reveal())
        assert header == "authorization" or "authorization" not in sent


async def test_a_key_may_be_a_user_name() -> None:
    known = provider(credentials=(credential(scheme="Basic"),))
    async with playing(exchange({"items": []}, key=API), known=known) as (vendor, access):
        await access.get("/pages", Page, key=API)
        assert vendor.requests[0].headers["authorization"].startswith("Basic ")


async def test_without_a_kind_no_key_is_sent() -> None:
    async with playing(exchange({"items": []}), known=provider(needs_key=False)) as (vendor, access):
        await access.get("/pages", Page)
        assert (vendor.requests[0].key, "authorization" in vendor.requests[0].headers) == (None, False)


@pytest.mark.parametrize("beginning", WELL_KNOWN)
async def test_a_key_of_another_vendor_is_told_and_not_sent(beginning: str) -> None:
    async with playing(exchange({"items": []})) as (vendor, access):
        keys = {API: Key(secret=Secret(f"{beginning}canary"), source="VENDOR_API_KEY")}
        with pytest.raises(WrongKey, match=r"Make one: https://vendor.example/keys") as caught:
            await replace(access, keys=keys).get("/pages", Page, key=API)
        assert caught.value.params["found"] == WELL_KNOWN[beginning]
        assert "canary" not in str(caught.value)
        assert vendor.requests == []


def test_the_longest_beginning_decides() -> None:
    own = credential(prefixes=("sk-",), wrong_prefixes={"sk-plan-": "Vendor plan key"})
    assert mistaken_for("sk-1234", own) is None
    assert mistaken_for("something", own) is None
    assert mistaken_for("sk-plan-1", own) == "Vendor plan key"
    assert mistaken_for("sk-proj-1", own) == WELL_KNOWN["sk-proj-"]
    assert mistaken_for("sk-proj-1", credential(prefixes=("sk-proj-",))) is None
    assert mistaken_for("xai-token-1", credential(prefixes=("xai-",))) == WELL_KNOWN["xai-token-"]


REGIONS = {"global": "https://api.vendor.example", "china": "https://api.vendor.cn/v1"}


@pytest.mark.parametrize(
    ("base_url", "region", "expected"),
    [
        (None, None, ("https://api.vendor.example", "global")),
        (None, "china", ("https://api.vendor.cn/v1", "china")),
        ("https://api.vendor.cn", None, ("https://api.vendor.cn", "china")),
        ("https://api.vendor.cn", "global", ("https://api.vendor.cn", "china")),
        ("https://proxy.example/x/v1/", "china", ("https://proxy.example/x", "china")),
    ],
)
def test_the_region_is_the_addresss_or_the_chosen_one(
    base_url: str | None, region: str | None, expected: tuple[str, str]
) -> None:
    assert provider(regions=REGIONS).address(base_url, region) == expected


@pytest.mark.parametrize(
    ("differences", "base_url", "region", "message"),
    [
        (
            {"regions": REGIONS},
            "https://proxy.example",
            None,
            "needs a region beside it, one of: global, china",
        ),
        ({"regions": REGIONS}, None, "mars", "must have a region of: global, china"),
        ({}, None, "china", "must have a region of: none"),
        ({"base_url": None}, None, None, "must be set"),
        ({}, "http://vendor.example", None, "must be https"),
    ],
)
def test_an_address_that_cannot_be_is_told_in_words(
    differences: dict[str, Any], base_url: str | None, region: str | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        provider(**differences).address(base_url, region)


def test_a_closing_v1_is_cut_unless_the_vendors_own_address_has_it() -> None:
    assert provider().address("http://localhost:4000/v1").base_url == "http://localhost:4000"
    own = provider(base_url="https://api.vendor.example/v1")
    assert own.address("http://localhost:4000/v1").base_url == "http://localhost:4000/v1"


async def test_a_key_of_a_region_goes_to_that_region_whichever_is_chosen() -> None:
    async with (
        playing(exchange({"items": []})) as (chosen, access),
        playing(exchange({"items": []})) as (own, _),
    ):
        regions = {"global": chosen.url, "china": own.url}
        known = provider(base_url=chosen.url, regions=regions, credentials=(credential(region="china"),))
        with pytest.raises(CredentialsRejected):  # it has no such key, but it was the one that was asked
            await replace(access, provider=known).get("/pages", Page, key=API)
        assert (len(chosen.requests), len(own.requests)) == (0, 1)


@pytest.mark.parametrize("value", ["../admin", "a b", "", "x" * 201, "a\nb"])
async def test_an_option_that_is_no_id_is_refused(value: str) -> None:
    async with playing(exchange({"items": []})) as (_, access):
        told = replace(access, options={"teamId": value})
        with pytest.raises(ProviderUnavailable, match="its option teamId is not an id"):
            told.option("teamId")
        assert replace(access, options={"teamId": "default"}).option("teamId") == "default"
        assert access.option("teamId") is None


async def test_days_are_asked_for_back_to_the_first_that_is_wanted() -> None:
    async with playing(exchange({"items": []})) as (_, access):
        assert str(access.today) == "2026-11-22"
        assert str(access.first_day) == "2026-10-22"
        assert str(replace(access, days_back=3).first_day) == "2026-11-19"


async def test_one_payer_has_one_wallet_and_another_providers_has_another() -> None:
    async with playing(exchange({"items": []})) as (_, access):
        assert access.wallet("org-1") == access.wallet("org-1") != access.wallet("org-2")
        assert access.wallet("org-1") != replace(access, provider=provider(id="other")).wallet("org-1")
        assert "org-1" not in access.wallet("org-1")
