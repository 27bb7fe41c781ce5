"""The tab "Tokens" of the Control UI."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from openclaw_client import Client
from openclaw_machine import TOKEN, Gateway
from openclaw_marks import ON_THE_GATEWAY
from openclaw_processes import end_group
from openclaw_vendor import RICH

pytestmark = ON_THE_GATEWAY

PATH = "/plugins/token-dashboard"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
LOOK = Path(__file__).parent / "openclaw_browser.mjs"


async def ask(gateway: Gateway, method: str = "GET", query: str = "", **headers: str) -> tuple[int, Any, str]:
    async with (
        aiohttp.ClientSession() as http,
        http.request(method, f"{gateway.url}{PATH}/panel{query}", headers=headers) as answer,
    ):
        return answer.status, answer.headers, await answer.text()


async def test_the_gateway_advertises_the_tab(client: Client) -> None:
    [tab] = [one for one in client.hello["controlUiTabs"] if one["pluginId"] == "token-dashboard"]
    assert (tab["label"], tab["slug"], tab["requiresGatewayAuth"]) == ("Tokens", "tokens", True)


async def test_without_the_gateways_token_there_is_no_page(gateway: Gateway) -> None:
    status, _, body = await ask(gateway)
    assert status == 401
    assert "OpenRouter" not in body


async def test_the_page_is_one_document_that_may_load_nothing(gateway: Gateway, client: Client) -> None:
    await client.call("token-dashboard.status", refresh=True)
    status, headers, body = await ask(gateway, **BEARER)
    assert status == 200
    assert headers["Content-Type"].startswith("text/html")
    assert RICH in body
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    addresses = re.findall(r"""(?:src|href|action)\s*=\s*["']?([^"'\s>]+)|url\(([^)]*)\)""", body)
    assert [
        one for pair in addresses for one in pair if one and not one.startswith(("?", "#", "data:"))
    ] == []


@pytest.mark.parametrize("query", ["?range=7d", "?range=century", "?range=%3Cscript%3Ealert(1)", "?x=1"])
async def test_whatever_stands_behind_its_address_it_is_a_page(gateway: Gateway, query: str) -> None:
    status, _, body = await ask(gateway, query=query, **BEARER)
    assert status == 200
    assert "alert(1)" not in body


async def test_a_head_request_gets_no_body_and_other_methods_are_refused(gateway: Gateway) -> None:
    status, _, body = await ask(gateway, "HEAD", **BEARER)
    assert (status, body) == (200, "")
    for method in ("POST", "PUT", "DELETE"):
        status, headers, _ = await ask(gateway, method, **BEARER)
        assert status == 405
        assert headers["Allow"] == "GET, HEAD"


async def test_in_a_browser_it_is_drawn_in_light_and_dark_and_loads_nothing_from_outside(
    gateway: Gateway, client: Client, tmp_path: Path
) -> None:
    await client.call("token-dashboard.status", refresh=True)
    seen = await looked_at(gateway, tmp_path)
    for scheme in ("light", "dark"):
        assert RICH in seen[scheme]["text"]
        assert seen[scheme]["complaints"] == []
        assert seen[scheme]["sideways"] is False
        hosts = {
            urlsplit(url).netloc for url in seen[scheme]["requests"] if not url.startswith(("data:", "blob:"))
        }
        assert hosts == {f"127.0.0.1:{gateway.port}"}
        picture = (tmp_path / f"{scheme}.png").read_bytes()
        assert picture.startswith(b"\x89PNG")
        assert len(picture) > 10_000
    assert seen["light"]["background"] != seen["dark"]["background"]


async def looked_at(gateway: Gateway, folder: Path) -> dict[str, Any]:
    """What a browser shows of the tab, by colour scheme; pictures of it are in the folder then."""
    installation = gateway.machine.installation
    task = {
        "browser": str(installation.browser),
        "url": f"{gateway.url}/tokens#token={TOKEN}",
        "path": PATH,
        "folder": str(folder),
    }
    process = await asyncio.create_subprocess_exec(
        str(installation.node),
        str(LOOK),
        json.dumps(task),
        cwd=installation.folder,
        env={**installation.browser_environment(), "HOME": str(folder)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(120):
            out, err = await process.communicate()
    finally:
        end_group(process.pid)
    assert process.returncode == 0, err.decode()
    seen: dict[str, Any] = json.loads(out)
    return seen
