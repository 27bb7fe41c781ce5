"""Telegram's Bot API on this machine, as far as OpenClaw's Telegram channel uses it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from aiohttp import web
from openclaw_waiting import until

BOT_TOKEN = "777:AAAA_loopback_fake_token_000000000000"
OWNER, FRIEND, STRANGER = 424242, 515151, 999
"""Who the bot belongs to, who may write to it too, and who may not."""
_BOT = {
    "id": 777,
    "is_bot": True,
    "first_name": "Fake",
    "username": "fake_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}


@dataclass(slots=True)
class Telegram:
    """Chats with one bot: what people write to it, and what it sends."""

    port: int = 0
    sent: list[dict[str, Any]] = field(default_factory=list)
    """The parameters of each message that the bot sent, in order."""
    menus: dict[str, dict[str, str]] = field(default_factory=dict)
    """The commands that the bot offers, with what they are for, by language; ``""`` is any other."""
    _runner: web.AppRunner | None = None
    _updates: list[dict[str, Any]] = field(default_factory=list)
    _written: asyncio.Condition = field(default_factory=asyncio.Condition)
    _ids: Any = field(default_factory=lambda: count(100))

    @classmethod
    @asynccontextmanager
    async def serving(cls) -> AsyncIterator["Telegram"]:
        telegram = cls()
        await telegram.start()
        try:
            yield telegram
        finally:
            await telegram.stop()

    async def start(self) -> None:
        """Listen; after a stop on the same port again."""
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.05)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Be unreachable."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def channel(self) -> dict[str, Any]:
        """OpenClaw's configuration for this bot: the owner may write to it, and a friend."""
        return {
            "enabled": True,
            "botToken": BOT_TOKEN,
            "apiRoot": f"http://127.0.0.1:{self.port}",
            "dmPolicy": "allowlist",
            "allowFrom": [OWNER, FRIEND],
            "network": {"dangerouslyAllowPrivateNetwork": True},
        }

    async def write(self, text: str, sender: int = OWNER) -> None:
        """Somebody writes to the bot."""
        number = next(self._ids)
        is_command = text.startswith("/")
        message = {
            "message_id": number,
            "date": int(time.time()),
            "text": text,
            "chat": {"id": sender, "type": "private", "first_name": "O"},
            "from": {"id": sender, "is_bot": False, "first_name": "O"},
            "entities": [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
            if is_command
            else [],
        }
        async with self._written:
            self._updates.append({"update_id": number, "message": message})
            self._written.notify_all()

    async def reply_to(self, text: str, sender: int = OWNER, *, seconds: float = 20) -> str:
        """What the bot answers to somebody who writes this."""
        before = len(self.sent)
        await self.write(text, sender)
        return (await self.messages_to(sender, 1, since=before, seconds=seconds))[0]

    async def messages_to(self, chat: int, number: int, *, since: int = 0, seconds: float = 20) -> list[str]:
        """The first messages that the bot sent to a chat, once there are so many."""
        await until(lambda: len(self.texts(chat, since)) >= number, seconds)
        return self.texts(chat, since)

    def texts(self, chat: int, since: int = 0) -> list[str]:
        return [one["text"] for one in self.sent[since:] if str(one["chat_id"]) == str(chat)]

    async def _answer(self, request: web.Request) -> web.Response:
        given: dict[str, Any] = dict(request.query)
        if request.content_type == "application/json" and request.can_read_body:
            given |= await request.json()
        else:
            given |= {name: str(text) for name, text in (await request.post()).items()}
        method = request.match_info["method"]
        return web.json_response({"ok": True, "result": await self._result(method, given)})

    async def _result(self, method: str, given: dict[str, Any]) -> Any:
        match method:
            case "getMe":
                return _BOT
            case "setMyCommands":
                offered = {one["command"]: one["description"] for one in given["commands"]}
                self.menus[given.get("language_code", "")] = offered
            case "getUpdates":
                return await self._unread(int(given.get("offset", 0)), float(given.get("timeout", 0)))
            case "sendMessage" | "editMessageText":
                self.sent.append(given)
                return {
                    "message_id": next(self._ids),
                    "date": int(time.time()),
                    "chat": {"id": int(given["chat_id"]), "type": "private"},
                    "from": _BOT,
                    "text": given.get("text", ""),
                }
        return True

    async def _unread(self, offset: int, seconds: float) -> list[dict[str, Any]]:
        async with self._written:
            self._updates = [one for one in self._updates if one["update_id"] >= offset]
            try:
                async with asyncio.timeout(min(seconds, 20)):
                    await self._written.wait_for(lambda: self._updates)
            except TimeoutError:
                pass
            return list(self._updates)
