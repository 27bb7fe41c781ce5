"""What holds for every provider, whoever wrote it: it is asked through the loopback vendor, in each mood."""

import asyncio
import json
import re
from dataclasses import fields
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from provider_asking import PROVIDERS, access_to, ask
from syrupy.assertion import SnapshotAssertion
from vendor_server import FIXTURES, MOODS, VendorServer, read_fixture

from token_dashboard.contract import read_contract
from token_dashboard.model import errors
from token_dashboard.model.money import MAX_NANOS, Money
from token_dashboard.model.snapshot import Snapshot
from token_dashboard.providers._contract import Capability, Provider
from token_dashboard.providers._http import open_http

CASES = [
    pytest.param(provider, name, id=f"{provider}-{name}")
    for provider in PROVIDERS
    for name in read_fixture(provider)["cases"]
]

OUTCOMES: dict[str, type[errors.ProviderError]] = {
    "401": errors.CredentialsRejected,
    "403": errors.PermissionMissing,
    "404": errors.ProviderUnavailable,
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
    assert provider.base_url.startswith("https://")
    assert not provider.base_url.endswith("/")
    assert provider.docs.startswith("https://")
    assert provider.capabilities
    for credential in provider.credentials:
        assert credential.variables
        assert credential.where.startswith("https://")


@pytest.mark.parametrize(("provider", "case"), CASES)
async def test_each_recorded_case_ends_as_it_should(
    provider: str, case: str, snapshot: SnapshotAssertion
) -> None:
    async with VendorServer.playing(provider, case) as vendor:
        if raises := vendor.cases[case].get("raises"):
            with pytest.raises(getattr(errors, raises)) as caught:
                await ask(vendor)
            assert str(caught.value) == snapshot
        else:
            assert await ask(vendor) == snapshot


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=PROVIDERS)
async def test_the_declared_capabilities_are_the_delivered_ones(provider: Provider) -> None:
    delivered = set()
    async with VendorServer.playing(provider.id) as vendor:
        for name, case in vendor.cases.items():
            if "raises" not in case:
                vendor.mood = name
                delivered |= kinds_of(await ask(vendor))
    assert delivered == provider.capabilities


@pytest.mark.parametrize("mood", MOODS)
@every_provider
async def test_each_bad_mood_raises_our_own_error_and_shows_no_key(
    vendor: VendorServer, mood: str, snapshot: SnapshotAssertion
) -> None:
    vendor.mood = mood
    with pytest.raises(errors.ProviderError) as caught:
        await ask(vendor, timeout_s=0.3 if mood in {"hang", "drip"} else 5.0)
    assert type(caught.value) is OUTCOMES[mood]
    assert str(caught.value) == snapshot
    assert not vendor.elsewhere, "a key followed a redirect"


@every_provider
async def test_a_key_goes_into_headers_and_never_into_a_url(vendor: VendorServer) -> None:
    await ask(vendor)
    assert vendor.requests
    for request in vendor.requests:
        assert request.key
        assert not any(key.reveal() in f"{request.path}{request.query}" for key in vendor.keys.values())


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=PROVIDERS)
def test_however_an_answer_is_mangled_it_gives_our_error_or_a_sound_snapshot(provider: Provider) -> None:
    with asyncio.Runner() as runner:
        playing = VendorServer.playing(provider.id)
        vendor = runner.run(playing.__aenter__())
        opening = open_http(timeout_s=5.0)
        http = runner.run(opening.__aenter__())
        access = access_to(vendor, http)

        async def fetch() -> Snapshot | None:
            try:
                return await provider.fetch(access)
            except errors.ProviderError:
                return None

        @settings(
            max_examples=120,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            derandomize=True,
            database=None,
        )
        @given(st.data())
        def mangled(data: st.DataObject) -> None:
            vendor.mangle = lambda body: mangle(body, data)
            snapshot = runner.run(fetch())
            if snapshot is not None:
                assert_sound(snapshot)

        try:
            mangled()
        finally:
            runner.run(opening.__aexit__(None, None, None))
            runner.run(playing.__aexit__(None, None, None))


def kinds_of(snapshot: Snapshot) -> set[Capability]:
    told = {
        Capability.BALANCE: snapshot.balances,
        Capability.SPEND: snapshot.spends,
        Capability.WINDOW: snapshot.windows,
        Capability.CAP: snapshot.caps,
    }
    return {kind for kind, figures in told.items() if figures}


ODD_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**17, max_value=10**400),
    st.floats(),
    st.decimals().map(str),
    st.text(max_size=8),
    st.sampled_from(
        ["NaN", "-Infinity", "1e999999999", "1e-999999999", "0e999999", "1_000", "٣", "$1", "", " 1 "]
    ),
    st.sampled_from(["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999-23:59", "2026-13-01T00:00:00Z"]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
)


def mangle(body: bytes, data: st.DataObject) -> bytes:
    """The body with a few of its fields taken away or given other values."""
    document = json.loads(body)
    places = list(places_in(document))
    for holder, key in data.draw(st.lists(st.sampled_from(places), min_size=1, max_size=3)):
        if isinstance(holder, dict) and data.draw(st.booleans()):
            holder.pop(key, None)
        else:
            holder[key] = data.draw(ODD_VALUES)
    return json.dumps(document).encode()


def places_in(document: object) -> list[tuple]:
    if isinstance(document, dict):
        return [place for key, inner in document.items() for place in [(document, key), *places_in(inner)]]
    if isinstance(document, list):
        return [place for at, inner in enumerate(document) for place in [(document, at), *places_in(inner)]]
    return []


def assert_sound(value: object) -> None:
    """No float, no NaN, no amount out of range anywhere within."""
    assert not isinstance(value, float)
    if isinstance(value, Decimal):
        assert value.is_finite()
    elif isinstance(value, Money):
        assert abs(value.nanos) <= MAX_NANOS
        assert re.fullmatch("[A-Z]{3}", value.currency)
    elif isinstance(value, tuple):
        for inner in value:
            assert_sound(inner)
    elif hasattr(value, "__dataclass_fields__"):
        for one in fields(value):
            assert_sound(getattr(value, one.name))
