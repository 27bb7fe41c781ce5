"""The language, the time zone and the folders of the machine."""

from pathlib import Path

import pytest

from token_dashboard.config.machine import language, time_zone
from token_dashboard.config.places import config_dir, home_dir, state_dir
from token_dashboard.model.errors import ConfigError


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"LANG": "de_DE.UTF-8"}, "de"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh"}, "zh"),
        ({"LANG": "de-AT"}, "de"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LANG": "den_CA"}, "en"),
        ({"LANG": "de_DE", "LC_MESSAGES": "zh_TW"}, "zh"),
        ({"LANG": "de_DE", "LC_MESSAGES": "zh_TW", "LC_ALL": "en_US"}, "en"),
        ({"LANG": "de_DE", "LC_ALL": ""}, "de"),
        ({"LANG": "de_DE", "LC_ALL": "C.UTF-8"}, "en"),
    ],
)
def test_the_first_locale_variable_that_is_set_says_the_language(
    environment: dict[str, str], expected: str
) -> None:
    assert language(environment) == expected


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ("Asia/Tokyo", "Asia/Tokyo"),
        (":Asia/Tokyo", "Asia/Tokyo"),
        (":/usr/share/zoneinfo/posix/Asia/Tokyo", "Asia/Tokyo"),
        ("CET-1CEST,M3.5.0,M10.5.0/3", "Europe/Berlin"),
        ("../../etc/passwd", "Europe/Berlin"),
        ("", "Europe/Berlin"),
    ],
)
def test_tz_goes_before_the_machines_link(tmp_path: Path, named: str, expected: str) -> None:
    (tmp_path / "localtime").symlink_to("/usr/share/zoneinfo/Europe/Berlin")
    assert time_zone({"TZ": named}, tmp_path) == expected


def test_a_machine_without_a_link_may_name_its_zone_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "localtime").write_bytes(b"TZif2")
    (tmp_path / "timezone").write_text("America/New_York\n")
    assert time_zone({}, tmp_path) == "America/New_York"


@pytest.mark.parametrize("content", [b"", b"Nowhere/Atall\n", b"\xff\xfe"])
def test_a_machine_that_names_no_zone_counts_in_utc(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "timezone").write_bytes(content)
    assert time_zone({}, tmp_path) == "UTC"


def test_folders_are_those_of_the_xdg_variables_else_below_the_home() -> None:
    home = {"HOME": "/home/nobody"}
    assert config_dir(home) == Path("/home/nobody/.config/token-dashboard")
    assert state_dir(home) == Path("/home/nobody/.local/state/token-dashboard")
    named = {"XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s"}
    assert [place(home | named) for place in (config_dir, state_dir)] == [
        Path("/c/token-dashboard"),
        Path("/s/token-dashboard"),
    ]


def test_windows_folders_stand_in_for_them() -> None:
    windows = {"USERPROFILE": "/users/nobody", "APPDATA": "/roaming", "LOCALAPPDATA": "/local"}
    assert config_dir(windows) == Path("/roaming/token-dashboard")
    assert state_dir(windows) == Path("/local/token-dashboard")
    assert home_dir(windows) == Path("/users/nobody")


def test_without_the_variable_the_home_is_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    assert home_dir({}) == Path("/home/somebody")


def test_a_user_without_a_home_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", no_home)
    with pytest.raises(ConfigError, match="environment: HOME is not set, and this user has no home folder"):
        home_dir({})
