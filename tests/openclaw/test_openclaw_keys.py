"""Keys come from where the operator keeps them: our settings, OpenClaw's, and never a log."""

from openclaw_client import Client
from openclaw_machine import Change, Gateway
from openclaw_marks import ON_THE_GATEWAY
from openclaw_processes import command_line
from openclaw_vendor import Account
from openclaw_waiting import until

pytestmark = ON_THE_GATEWAY


class Doorman:
    """Watches which keys the vendor is shown."""

    def __init__(self, client: Client, account: Account) -> None:
        self._client = client
        self._requests = account.vendor.requests
        self._seen = len(self._requests)

    async def sees(self, key: str) -> None:
        """Have the account asked until this key is shown; from then on no other is."""

        async def is_shown() -> bool:
            await self._client.call("token-dashboard.status", refresh=True)
            return self._shown()[-1:] == [f"Bearer {key}"]

        await until(is_shown, 20)
        self._seen = len(self._requests)
        await self._client.call("token-dashboard.status", refresh=True)
        assert set(self._shown()) <= {f"Bearer {key}"}

    def _shown(self) -> list[str]:
        return [one.headers["authorization"] for one in self._requests[self._seen :]]


async def test_openclaws_key_is_used_and_a_new_one_from_then_on(
    gateway: Gateway, client: Client, account: Account
) -> None:
    def give(key: str) -> Change:
        provider = {"baseUrl": account.vendor.url, "apiKey": key, "models": []}
        return lambda config: config["models"]["providers"].update(openrouter=provider)

    doorman = Doorman(client, account)
    address = {"openrouter": {"baseUrl": account.vendor.url}}
    await gateway.set(providers=address, notify={"enabled": False})  # the vendor refuses these keys
    try:
        await gateway.change(give("canary-first-key"))
        await doorman.sees("canary-first-key")
        await gateway.change(give("canary-second-key"))
        await doorman.sees("canary-second-key")
    finally:
        await gateway.change(lambda config: config["models"]["providers"].pop("openrouter"))
        await gateway.set(**account.settings)


async def test_a_secret_reference_arrives_resolved(
    gateway: Gateway, client: Client, account: Account
) -> None:
    settings = account.settings
    reference = {"source": "env", "provider": "default", "id": "LOOPBACK_MANAGEMENT_KEY"}
    settings["providers"]["openrouter"]["managementKey"] = reference
    doorman = Doorman(client, account)
    await gateway.set(**settings)
    try:
        await doorman.sees(account.key)
    finally:
        await gateway.set(**account.settings)


async def test_no_key_stands_in_a_log_or_in_what_is_stored(gateway: Gateway, client: Client) -> None:
    await client.call("token-dashboard.status", refresh=True)
    files = [gateway.machine.home / "gateway.log", gateway.machine.home / "gateway.jsonl"]
    files += gateway.machine.ledger.parent.rglob("*")
    assert [file for file in files if file.is_file() and b"canary-" in file.read_bytes()] == []


async def test_no_key_stands_on_a_command_line(gateway: Gateway) -> None:
    lines = [command_line(pid) for pid in [gateway.process.pid, *gateway.children()]]
    assert not any(b"canary" in line for line in lines)
