"""What ``tokens doctor`` says of agents that delete their logs."""

from pathlib import Path

import pytest

from token_dashboard.cli.log_deletion import claude_code_deletion


@pytest.mark.parametrize(
    ("settings", "days"),
    [('{"cleanupPeriodDays": 365}', 365), ('{"cleanupPeriodDays": 1}', 1)],
)
def test_a_period_that_somebody_set_is_told_and_nothing_advised(
    tmp_path: Path, settings: str, days: int
) -> None:
    (tmp_path / "settings.json").write_text(settings)
    check = claude_code_deletion(tmp_path, "~/.claude")
    assert (check.is_ok, check.code, check.values["count"]) == (True, "logs_deleted", days)


@pytest.mark.parametrize(
    "settings",
    [
        None,
        "",
        "{",
        "[]",
        "\udc80",
        "[" * 100_000,
        '{"cleanupPeriodDays": -1}',
        '{"cleanupPeriodDays": null}',
        '{"cleanupPeriodDays": true}',
        '{"cleanupPeriodDays": "60"}',
        '{"cleanupPeriodDays": 1.5}',
    ],
    ids=lambda text: repr(text)[:30],
)
def test_without_one_it_is_thirty_days_and_where_to_change_that(tmp_path: Path, settings: str | None) -> None:
    if settings is not None:
        (tmp_path / "settings.json").write_bytes(settings.encode(errors="surrogateescape"))
    check = claude_code_deletion(tmp_path, "~/.claude")
    assert check.code == "logs_deleted_by_default"
    assert check.values == {"count": 30, "path": "~/.claude/settings.json"}
