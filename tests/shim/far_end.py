#!/usr/bin/env python3
"""Stands where Python stands on the bridge: does what the test asks of it, by the name of an ``rpc``."""

import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

Json = dict[str, Any]


def say(message: Json) -> None:
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


class FarEnd:
    def __init__(self) -> None:
        self.mode: Json = {}
        self.told: list[Json] = []
        self.introduced: Json = {}

    def run(self) -> None:
        for line in sys.stdin:
            message = json.loads(line)
            if "method" not in message:
                continue
            if "id" not in message:
                self.told.append(message["params"])
                continue
            answer = self.answer(message["method"], message.get("params") or {}, message["id"])
            if answer is not None:
                say({"id": message["id"], **answer})
        if self.mode.get("deaf"):
            time.sleep(60)

    def answer(self, method: str, params: Json, call_id: int) -> Json | None:
        if method == "initialize":
            self.introduced, self.mode = params, params["config"]
            with Path(self.mode["log"]).open("a") as log:
                log.write(f"{os.getpid()}\n")
            if self.mode.get("deaf"):
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
            if self.mode.get("crash"):
                os._exit(7)
            if self.mode.get("refuse"):
                return {"error": {"code": -32010, "message": self.mode["refuse"]}}
            time.sleep(self.mode.get("slow", 0))
            return {"result": {"protocol": 1, "version": "0"}}
        if method == "shutdown":
            return None if self.mode.get("deaf") else {"result": {}}
        if method == "rpc":
            return self.rpc(params, call_id)
        if method == "command" and params["args"] == "die":
            os._exit(1)
        if method == "page":
            return {"result": {"status": 200, "headers": {"x-asked": json.dumps(params)}, "body": "<p>"}}
        return {"result": {"asked": method, **params}}

    def rpc(self, whole: Json, call_id: int) -> Json | None:
        given = whole["params"]
        match given.get("do"):
            case "pid":
                return {"result": {"pid": os.getpid(), "introduced": self.introduced}}
            case "big":
                return {"result": {"text": "é" * given["size"]}}
            case "junk":
                sys.stdout.write('not json\n\n7\n{"jsonrpc":"2.0","id":99999,"result":1}\n')
                sys.stdout.write("x" * (17 << 20) + "\n")
                return {"result": "survived"}
            case "die":
                marker = Path(self.mode["log"] + ".died")
                if given.get("always") or not marker.exists():
                    marker.touch()
                    os._exit(3)
                return {"result": "answered after a crash"}
            case "sleep":
                time.sleep(given["seconds"])
                return {"result": len(given.get("padding", ""))}
            case "hang":
                return None
            case "fail":
                refusal = {"code": "FORBIDDEN", "message": "no"}
                return {"error": {"code": -32000, "message": "no", "data": refusal}}
            case "told":
                return {"result": self.told}
            case "ask":
                say({"id": "mine", "method": given["method"], "params": given.get("params", {})})
                answer = json.loads(sys.stdin.readline())
                return {"result": {"id": call_id, **answer}}
            case "log":
                say({"method": "log", "params": given["entry"]})
        return {"result": whole}


if __name__ == "__main__":
    if "bridge" in sys.argv:
        FarEnd().run()
    else:
        sys.stdout.write(json.dumps({"words": sys.argv[1:]}))
        sys.stderr.write("progress\n")
        sys.exit(3)
