"""One provider closely: what was asked, with which kind of key, and how a test goes in every mood."""

from dataclasses import replace

from engine_wiring import Wiring, account_at
from vendor_server import VendorServer

from token_dashboard.model.provider_detail import ProviderDetail
from token_dashboard.model.secret import Secret
from token_dashboard.render import wire


def asked(detail: ProviderDetail) -> list[tuple[str, str, int | None, str | None]]:
    return [
        (one.method, one.path, one.status, one.key)
        for account in detail.accounts
        if account.asking
        for one in account.asking.questions
    ]


async def test_what_a_poll_asked_is_remembered_with_the_kinds_of_keys_and_without_the_keys(
    wiring: Wiring, vendor: VendorServer
) -> None:
    async with wiring.running() as engine:
        await engine.dashboard.status()
        requests = len(vendor.requests)
        detail = await engine.dashboard.provider("openrouter")
    assert asked(detail) == [
        ("GET", "/credits", 200, "management key"),
        ("GET", "/key", 200, "API key"),
        ("GET", "/activity", 200, "management key"),
    ]
    assert len(vendor.requests) == requests
    (account,) = detail.accounts
    assert account.info is not None
    assert dict(zip(account.info.kinds, account.info.sources, strict=True)) == dict.fromkeys(
        ("management key", "API key"), "a test"
    )
    assert (account.host, account.held_back_by) == ("127.0.0.1", None)
    told = str(wire.provider(detail))
    assert not any(secret.reveal() in told for secret in vendor.keys.values())


async def test_a_test_asks_now_and_lists_each_request(wiring: Wiring, vendor: VendorServer) -> None:
    async with wiring.running() as engine:
        await engine.dashboard.status()
        vendor.mood = "500"
        detail = await engine.dashboard.test("openrouter")
        assert [status for _, _, status, _ in asked(detail)] == [500]
        assert detail.accounts[0].account.problem is not None
        vendor.mood = "good"
        detail = await engine.dashboard.test("openrouter")
        assert detail.accounts[0].account.problem is None
        assert [status for _, _, status, _ in asked(detail)] == [200, 200, 200]


async def test_a_test_leaves_a_vendor_alone_that_asked_for_it(wiring: Wiring, vendor: VendorServer) -> None:
    vendor.mood = "429-seconds"
    async with wiring.running() as engine:
        await engine.dashboard.status()
        requests = len(vendor.requests)
        (account,) = (await engine.dashboard.test("openrouter")).accounts
        assert len(vendor.requests) == requests
        assert account.asking is None
        assert account.account.problem is not None


async def test_a_test_leaves_an_account_alone_that_the_operator_did_not_allow(
    wiring: Wiring, vendor: VendorServer
) -> None:
    wiring.accounts[:] = [account_at(vendor, held_back_by="allowUndocumented")]
    async with wiring.running() as engine:
        (account,) = (await engine.dashboard.test("openrouter")).accounts
        assert (account.held_back_by, account.asking) == ("allowUndocumented", None)
        assert vendor.requests == []


async def test_a_test_of_one_account_asks_that_one(wiring: Wiring, vendor: VendorServer) -> None:
    wiring.accounts.append(account_at(vendor, "work"))
    async with wiring.running() as engine:
        detail = await engine.dashboard.test("openrouter", only="work")
        assert [one.account.account for one in detail.accounts] == ["work"]
        assert len(vendor.requests) == 3


async def test_a_key_of_the_wrong_kind_is_known_before_anything_is_sent(
    wiring: Wiring, vendor: VendorServer
) -> None:
    wrong = Secret("sk-ant-api-canary")
    keys = {kind: replace(key, secret=wrong) for kind, key in vendor.found.items()}
    wiring.accounts[:] = [account_at(vendor, keys=keys)]
    async with wiring.running() as engine:
        detail = await engine.dashboard.test("openrouter")
        (account,) = detail.accounts
        assert account.asking is not None
        assert (account.asking.questions, vendor.requests) == ((), [])
        assert account.account.problem is not None
        assert account.account.problem.key == "wrong_key"
        assert "canary" not in str(wire.provider(detail))
