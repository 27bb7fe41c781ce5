"""What holds for every provider, whoever wrote it: it is asked through the loopback vendor, in each mood."""

import inspect
import random
import re
import sys
from dataclasses import fields, is_dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from provider_answers import assert_sound, mangling
from provider_asking import NOW_MS, PROVIDERS, access_to, ask
from vendor_moods import MOODS
from vendor_server import FIXTURES, VendorServer, read_fixture

from token_dashboard.contract import read_contract
from token_dashboard.model import errors
from token_dashboard.model.money import Money
from token_dashboard.model.snapshot import Snapshot
from token_dashboard.providers._contract import Capability, Provider
from token_dashboard.providers._finding import find_provider, likely_here, provider_ids
from token_dashboard.providers._http import open_http
from token_dashboard.providers._login import find_login

CASES = [
    pytest.param(provider, name, id=f"{provider}-{name}")
    for provider in PROVIDERS
    if (FIXTURES / f"{provider}.json").exists()  # one that lacks it fails by itself and spoils no other
    for name in read_fixture(provider)["cases"]
]

OUTCOMES: dict[str, type[errors.ProviderError]] = {
    "401": errors.CredentialsRejected,
    "403": errors.PermissionMissing,
    "404": errors.NotFound,
    "429": errors.RateLimited,
    "429-seconds": errors.RateLimited,
    "429-date": errors.RateLimited,
    "429-ms": errors.RateLimited,
    "500": errors.ProviderUnavailable,
    "503-later": errors.ProviderUnavailable,
    "hang": errors.ProviderUnavailable,
    "drip": errors.ProviderUnavailable,
    "cut": errors.ProviderUnavailable,
    "html": errors.ProviderUnavailable,
    "403-html": errors.ProviderUnavailable,
    "redirect": errors.ProviderUnavailable,
    "truncated": errors.UnexpectedResponse,
    "no-json": errors.UnexpectedResponse,
    "empty": errors.UnexpectedResponse,
    "empty-object": errors.UnexpectedResponse,
    "array": errors.UnexpectedResponse,
    "nan": errors.UnexpectedResponse,
    "nan-text": errors.UnexpectedResponse,
    "infinity-text": errors.UnexpectedResponse,
    "booleans": errors.UnexpectedResponse,
    "nested": errors.UnexpectedResponse,
    "gigantic": errors.ProviderUnavailable,
}

MANGLED = 60
"""Spoilt answers a provider: each field taken away or spoilt once or twice, in most fixtures."""

every_provider = pytest.mark.parametrize("vendor", PROVIDERS, indirect=True)


def test_each_mood_of_the_vendor_has_an_outcome_here() -> None:
    assert set(OUTCOMES) == set(MOODS)


def test_each_provider_has_a_fixture_and_each_fixture_a_provider() -> None:
    assert {path.stem for path in FIXTURES.glob("*.json")} == set(PROVIDERS)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_fixture_keeps_to_its_schema(provider: str) -> None:
    Draft202012Validator(read_contract("schemas/recorded-exchange.schema.json")).validate(
        read_fixture(provider)
    )


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=PROVIDERS)
def test_the_provider_describes_itself(provider: Provider) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9-]*", provider.id)
    addresses = [*provider.regions.values(), *([provider.base_url] if provider.base_url else [])]
    for address in addresses:
        assert address.startswith("https://") or not provider.needs_key
        assert not address.endswith("/")
    assert addresses or provider.address_variables or provider.is_host
    assert next(iter(provider.regions.values()), provider.base_url) == provider.base_url
    assert provider.docs.startswith("https://")
    assert provider.capabilities
    assert provider.credentials or not provider.needs_key
    for credential in provider.credentials:
        assert credential.variables or credential.login
        assert credential.where.startswith("https://")
        assert all(name.isupper() for name in credential.variables)
        assert credential.region is None or credential.region in provider.regions
    for option in provider.options:
        assert option.variables or option.about


def test_the_module_says_what_somebody_with_one_key_must_know() -> None:
    for provider in PROVIDERS.values():
        prose = inspect.cleandoc(sys.modules[provider.fetch.__module__].__doc__ or "")
        assert prose.startswith(f"{provider.name}: "), provider.id
        assert len(prose.splitlines()) > 3, provider.id


@pytest.mark.parametrize(("provider", "case"), CASES)
async def test_each_recorded_case_ends_as_it_should(provider: str, case: str) -> None:
    async with VendorServer.playing(provider, case) as vendor:
        if raises := vendor.case.get("raises"):
            with pytest.raises(errors.ProviderError) as caught:
                await ask(vendor)
            assert type(caught.value) is getattr(errors, raises)
        else:
            taken = await ask(vendor)
            assert (taken.provider, taken.account, taken.taken_ms) == (provider, "default", NOW_MS)
            assert_sound(taken)
            assert figures_of(taken) == vendor.case["gives"]
            unused = [one for at, one in enumerate(vendor.case["exchanges"]) if at not in vendor.played]
            assert [one["request"] for one in unused if not one.get("unasked")] == []


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=PROVIDERS)
async def test_the_declared_capabilities_are_the_delivered_ones(provider: Provider) -> None:
    delivered = set()
    async with VendorServer.playing(provider.id) as vendor:
        for name, case in vendor.cases.items():
            if "raises" not in case:
                vendor.mood = name
                delivered |= kinds_of(await ask(vendor))
    assert delivered == provider.capabilities


@every_provider
async def test_each_bad_mood_raises_our_own_error_and_shows_no_key(vendor: VendorServer) -> None:
    raised = {}
    for mood in MOODS:
        vendor.mood = mood
        with pytest.raises(errors.ProviderError) as caught:
            await ask(vendor, timeout_s=0.1 if mood in {"hang", "drip"} else 5.0)
        raised[mood] = type(caught.value)
        assert str(caught.value).startswith(PROVIDERS[vendor.provider].name), mood
        assert not vendor.elsewhere, "a key followed a redirect"
    assert raised == OUTCOMES | refusals(vendor)


def refusals(vendor: VendorServer) -> dict[str, type[errors.ProviderError]]:
    """What a refusal means where the vendor isn't one with a key of its own that works everywhere."""
    known = vendor.known
    if not vendor.found and not known.is_host:
        return {"401": errors.KeyWanted, "403": errors.KeyWanted}
    if vendor.case.get("logins"):
        return {"401": errors.LoginExpired}
    is_of_any = any(known.credential(kind).region is None for kind in vendor.found)
    return {"401": errors.RegionRejected} if known.regions and is_of_any else {}


@every_provider
async def test_a_login_that_is_absent_is_none_and_one_being_written_is_told(vendor: VendorServer) -> None:
    for kind, login in vendor.case.get("logins", {}).items():
        credential = PROVIDERS[vendor.provider].credential(kind)
        path = vendor.home / login["path"]
        whole = path.read_bytes()
        path.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(errors.ProviderUnavailable):
            find_login(credential, {}, vendor.home, vendor.provider)
        path.unlink()
        assert find_login(credential, {}, vendor.home, vendor.provider) is None


@every_provider
async def test_a_login_that_has_expired_is_not_sent(vendor: VendorServer) -> None:
    vendor.found = {kind: replace(key, expires_ms=NOW_MS - 3_600_000) for kind, key in vendor.found.items()}
    if vendor.found:
        with pytest.raises(errors.LoginExpired):
            await ask(vendor)
        assert vendor.requests == []


@pytest.mark.parametrize("vendor", ["claude-oauth"], indirect=True)
async def test_a_login_is_not_called_stale_for_a_clock_that_is_minutes_off(vendor: VendorServer) -> None:
    vendor.found = {kind: replace(key, expires_ms=NOW_MS - 240_000) for kind, key in vendor.found.items()}
    assert (await ask(vendor)).windows


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=PROVIDERS)
async def test_a_key_that_may_do_more_than_read_is_sent_to_its_vendor_only(provider: Provider) -> None:
    async with VendorServer.playing(provider.id) as vendor, open_http(timeout_s=0.3) as http:
        access = access_to(vendor, http, "https://stranger.invalid")
        for credential in provider.credentials:
            if provider.base_url and (credential.is_vendor_only or credential.login):
                with pytest.raises(errors.ProviderUnavailable, match="is sent to"):
                    await access.get("/", dict, key=credential.kind)


@every_provider
async def test_a_key_goes_into_headers_and_never_into_a_url(vendor: VendorServer) -> None:
    await ask(vendor)
    assert vendor.requests
    for request in vendor.requests:
        assert request.key or not PROVIDERS[vendor.provider].needs_key
        assert not any(key.reveal() in request.target for key in vendor.keys.values())


@every_provider
async def test_however_an_answer_is_mangled_it_gives_our_error_or_a_sound_snapshot(
    vendor: VendorServer,
) -> None:
    chance = random.Random(vendor.provider)
    async with open_http(timeout_s=5.0) as http:
        access = access_to(vendor, http)
        for turn in range(MANGLED):
            vendor.mangle = mangling(turn, chance)
            try:
                snapshot = await access.provider.fetch(access)
            except errors.ProviderError:
                continue
            assert_sound(snapshot)


@every_provider
async def test_its_module_is_loaded_wherever_one_of_its_keys_or_logins_is(
    vendor: VendorServer, tmp_path: Path
) -> None:
    provider = vendor.known
    named = [name for one in provider.credentials for name in one.variables]
    for name in [*named, *provider.address_variables]:
        assert provider.id in likely_here({name: "k"}, tmp_path), name
    for case in vendor.cases:
        vendor.mood = case
        if "logins" in vendor.case:
            assert provider.id in likely_here({}, vendor.home)
            break


def test_no_module_is_loaded_on_an_empty_machine(tmp_path: Path) -> None:
    assert likely_here({"HOME": str(tmp_path), "PATH": "/bin", "LANG": "C"}, tmp_path) == set()
    assert list(provider_ids()) == list(PROVIDERS)
    assert [find_provider(one) for one in provider_ids()] == list(PROVIDERS.values())
    assert find_provider("no-such-provider") is None


def figures_of(snapshot: Snapshot) -> dict[str, Any]:
    """What a snapshot says, as fixtures write it: what has its default value is left out."""
    told = spelled(snapshot)
    return {name: told[name] for name in told if name not in {"provider", "account", "taken_ms"}}


def spelled(value: Any) -> Any:
    if isinstance(value, Money):
        return f"{value.amount} {value.currency}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [spelled(one) for one in value]
    if not is_dataclass(value):
        return value
    told = {one.name: (getattr(value, one.name), one.default) for one in fields(value)}
    return {
        name: iso(found) if name.endswith("_ms") else spelled(found)
        for name, (found, default) in told.items()
        if found != default
    }


def iso(time_ms: int) -> str:
    return (datetime(1970, 1, 1) + timedelta(milliseconds=time_ms)).isoformat() + "Z"  # noqa: DTZ001 - shorter


def kinds_of(snapshot: Snapshot) -> set[Capability]:
    told = {
        Capability.BALANCE: snapshot.balances,
        Capability.SPEND: snapshot.spends,
        Capability.WINDOW: snapshot.windows,
        Capability.CAP: snapshot.caps,
        Capability.ALLOWANCE: snapshot.allowances,
        Capability.RATE_LIMIT: snapshot.rate_limits,
        Capability.DAILY_USAGE: snapshot.daily_usage,
        Capability.DAILY_COST: snapshot.daily_costs,
        Capability.MODELS: snapshot.models,
        Capability.LOAD: snapshot.loads,
    }
    return {kind for kind, figures in told.items() if figures}
