"""Ask a running gateway how things stand, over its WebSocket: a whole client in one page.

    tokens serve &
    python examples/embedded_gateway/status.py

It needs ``aiohttp``, which comes with token-dashboard. ``TOKEN_DASHBOARD_URL`` says where the gateway is, and
``TOKEN_DASHBOARD_TOKEN`` what it wants to be shown.
"""
# ruff: noqa: INP001, T201 - a script that prints

import asyncio
import json
import os
import sys
from typing import Any

import aiohttp

URL = os.environ.get("TOKEN_DASHBOARD_URL", "http://127.0.0.1:18790")


async def call(socket: aiohttp.ClientWebSocketResponse, method: str, params: dict[str, Any]) -> Any:
    """One request; events and answers to others that come meanwhile are passed over."""
    await socket.send_json({"type": "req", "id": method, "method": method, "params": params})
    async for message in socket:
        frame = json.loads(message.data)
        if frame.get("id") == method:
            if not frame["ok"]:
                sys.exit(f"{method}: {frame['error']['message']}")
            return frame["payload"]
    sys.exit("the gateway closed the connection")


async def main() -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(URL, max_msg_size=0) as socket:
        hello = {
            "minProtocol": 4,
            "maxProtocol": 4,
            "role": "operator",
            "scopes": ["operator.read"],
            "client": {"id": "gateway-client", "mode": "backend", "version": "1.0", "platform": sys.platform},
        }
        if token := os.environ.get("TOKEN_DASHBOARD_TOKEN"):
            hello["auth"] = {"token": token}
        await call(socket, "connect", hello)
        status = await call(socket, "token-dashboard.status", {})

    for account in status["accounts"]:
        snapshot = account["snapshot"]
        for balance in snapshot["balances"] if snapshot else []:
            money = balance["money"]
            print(f"{account['name']}: {money['amount']} {money['currency']} left")
        if account["problem"]:
            print(f"{account['name']}: not known ({account['problem']['key']})")
    today = status["today"]
    cost = (
        f"{today['listCost']['amount']} {today['listCost']['currency']}" if today["listCost"] else "unpriced"
    )
    print(f"today: {today['inputTokens'] + today['outputTokens']} tokens, {cost}")


if __name__ == "__main__":
    asyncio.run(main())
