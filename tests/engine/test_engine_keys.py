"""Keys that change, keys that are kept elsewhere, and what is remembered of them."""

from dataclasses import replace

from engine_wiring import INTERVAL_S, Wiring
from movable_clock import MovableClock
from own_providers import API, answer, holding, provider_that, records
from vendor_server import VendorServer

from token_dashboard.model.errors import ProviderUnavailable
from token_dashboard.model.key import Key
from token_dashboard.model.secret import Secret
from token_dashboard.model.snapshot import Snapshot
from token_dashboard.providers._access import Access


async def test_a_key_that_was_changed_is_asked_about_at_once(
    wiring: Wiring, vendor: VendorServer, clock: MovableClock
) -> None:
    vendor.mood = "401"
    async with wiring.running() as engine:
        for _ in range(3):
            await engine.collector.collect(everyone=True)
        assert (await records(engine))["default"].failures == 3
        vendor.requests.clear()
        await engine.collector.collect()
        assert not vendor.requests
        changed = Key(secret=Secret("sk-or-v1-another"), source="a test")
        wiring.accounts[0] = replace(wiring.accounts[0], keys={API: changed})
        await engine.collector.collect()
        assert vendor.requests
        assert (await records(engine))["default"].failures == 1


async def test_a_changed_key_is_asked_about_though_the_one_before_was_told_to_wait(
    wiring: Wiring, vendor: VendorServer
) -> None:
    vendor.mood = "429-seconds"
    async with wiring.running() as engine:
        await engine.collector.collect()
        vendor.mood = "good"
        changed = Key(secret=Secret("sk-or-v1-another"), source="a test")
        wiring.accounts[0] = replace(wiring.accounts[0], keys={API: changed})
        vendor.requests.clear()
        await engine.collector.collect()
        assert vendor.requests


async def test_one_project_instead_of_the_organization_is_asked_about_at_once_and_from_a_month_back(
    wiring: Wiring,
) -> None:
    days: list[int] = []

    async def fine(access: Access) -> Snapshot:
        days.append((access.today - access.first_day).days)
        return answer(access)

    wiring.accounts = [holding(provider_that(fine))]
    async with wiring.running() as engine:
        await engine.collector.collect()
        wiring.accounts[0] = holding(provider_that(fine), options={"projectId": "proj_a"})
        await engine.collector.collect()
    assert days == [31, 31]


async def test_two_accounts_with_one_key_wait_together(wiring: Wiring) -> None:
    asked: list[str] = []

    async def limited(access: Access) -> Snapshot:
        asked.append(access.account)
        raise access.limited(600)

    wiring.accounts = [holding(provider_that(limited))]
    async with wiring.running() as engine:
        await engine.collector.collect()
        wiring.accounts += [
            holding(provider_that(limited), "same"),
            holding(provider_that(limited), "new", "n"),
        ]
        await engine.collector.collect(everyone=True)
    assert asked == ["default", "new"]


async def test_the_ledger_knows_a_key_by_nothing_that_leads_back_to_it(wiring: Wiring) -> None:
    async def fine(access: Access) -> Snapshot:
        return answer(access)

    wiring.accounts = [holding(provider_that(fine), one, "canary-key") for one in ("a", "b")]
    async with wiring.running() as engine:
        await engine.collector.collect()
        digests = {one.credential for one in (await records(engine)).values()}
    (digest,) = digests
    assert len(digest) == 16
    assert b"canary" not in engine.ledger.path.read_bytes()
    again = Wiring(wiring.folder / "elsewhere", wiring.clock, accounts=wiring.accounts)
    async with again.running() as engine:
        await engine.collector.collect()
        assert digests.isdisjoint(one.credential for one in (await records(engine)).values())


async def test_a_login_that_its_program_renews_is_the_same_key(wiring: Wiring, clock: MovableClock) -> None:
    asked = 0

    async def fine(access: Access) -> Snapshot:
        nonlocal asked
        asked += 1
        return answer(access)

    def login(token: str, lasts_s: int) -> dict[str, Key]:
        expires_ms = clock.now_ms() + lasts_s * 1000
        return {API: Key(secret=Secret(token), source="~/.login", expires_ms=expires_ms)}

    wiring.accounts = [replace(holding(provider_that(fine)), keys=login("first", 3600))]
    async with wiring.running() as engine:
        await engine.collector.collect()
        wiring.accounts[0] = replace(wiring.accounts[0], keys=login("second", 7200))
        await engine.collector.collect()
    assert asked == 1


async def test_a_key_that_is_kept_elsewhere_is_fetched_for_each_question(wiring: Wiring) -> None:
    shown: list[str] = []
    given = iter(["first", "second"])

    async def fetch() -> Key:
        return Key(secret=Secret(next(given)), source="a test")

    async def note(access: Access) -> Snapshot:
        shown.append(access.keys[API].secret.reveal())
        return answer(access)

    wiring.accounts = [replace(holding(provider_that(note)), keys={}, kept_keys={API: fetch})]
    async with wiring.running() as engine:
        for _ in range(2):
            await engine.collector.collect(everyone=True)
            await engine.collector.collect()  # nobody is due, and nothing is fetched for it
    assert shown == ["first", "second"]


async def test_a_refused_key_that_is_kept_elsewhere_is_looked_for_again_each_interval(
    wiring: Wiring, clock: MovableClock
) -> None:
    async def fetch() -> Key:
        return Key(secret=Secret("k"), source="a test")

    async def refuse(access: Access) -> Snapshot:
        raise access.rejected(API, "401")

    wiring.accounts = [replace(holding(provider_that(refuse)), keys={}, kept_keys={API: fetch})]
    async with wiring.running() as engine:
        for _ in range(5):
            await engine.collector.collect(everyone=True)
        waits_ms = (await records(engine))["default"].next_check_ms - clock.now_ms()
    assert waits_ms <= 1.1 * INTERVAL_S * 1000


async def test_a_key_that_cannot_be_fetched_is_this_accounts_trouble_alone(
    wiring: Wiring, vendor: VendorServer
) -> None:
    async def fetch() -> Key:
        raise ProviderUnavailable(provider="Some", reason="providers.some.apiKey names a program that failed")

    async def nothing() -> None:
        return None

    async def unasked(access: Access) -> Snapshot:
        raise AssertionError(access)

    provider = provider_that(unasked)
    wiring.accounts += [
        replace(holding(provider, "failed"), keys={}, kept_keys={API: fetch}),
        replace(
            holding(provider, "empty"), keys={}, kept_keys={API: nothing}, kept_at=("providers.some.apiKey",)
        ),
    ]
    async with wiring.running() as engine:
        await engine.collector.collect()
        found = await records(engine)
    assert found["default"].problem is None
    assert found["failed"].problem is not None
    assert "names a program that failed" in found["failed"].problem.params["reason"]
    assert found["empty"].problem is not None
    assert found["empty"].problem.params["needed"] == "providers.some.apiKey"
