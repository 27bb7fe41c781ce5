"""The answer of ``tokens scan`` as JSON, apart from ``wire``: most scans are over before that is loaded."""

from typing import Any

from token_dashboard.model.scan import Reject, ScanSummary

SCHEMA_VERSION = 1
"""The version of all answers."""


def scan(summary: ScanSummary) -> dict[str, Any]:
    return {
        "schemaVersion": SCHEMA_VERSION,
        "files": summary.files,
        "filesRead": summary.files_read,
        "bytesRead": summary.bytes_read,
        "newRequests": summary.new_requests,
        "rejects": [reject(one) for one in summary.rejects],
        "unreadable": [reject(one) for one in summary.unreadable],
    }


def reject(reject: Reject) -> dict[str, Any]:
    return {"path": reject.path, "line": reject.line, "reason": reject.reason}
