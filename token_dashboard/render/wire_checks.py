"""The answers of ``tokens doctor`` as JSON: codes for programs, and the English sentences."""

from collections.abc import Sequence
from typing import Any

from token_dashboard.model.scan import Reject
from token_dashboard.model.status import Check
from token_dashboard.render.check_words import advice, finding
from token_dashboard.render.language import language
from token_dashboard.render.wire_scan import SCHEMA_VERSION, reject


def checks(found: Sequence[Check]) -> dict[str, Any]:
    return {"schemaVersion": SCHEMA_VERSION, "checks": [_check(one) for one in found]}


def rejects(found: Sequence[Reject]) -> dict[str, Any]:
    return {"schemaVersion": SCHEMA_VERSION, "rejects": [reject(one) for one in found]}


def _check(check: Check) -> dict[str, Any]:
    english = language("en")
    return {
        "name": check.name,
        "subject": check.subject,
        "ok": check.is_ok,
        "code": check.code,
        "finding": _plain(finding(check, english)),
        "advice": advice(check, english),
    }


def _plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")
