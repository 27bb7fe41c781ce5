"""Which configuration counts, and what holds without one."""

import os
import subprocess
import sys
from collections import ChainMap
from pathlib import Path

import pytest

from token_dashboard.config.finding import HOST, load
from token_dashboard.config.settings import Settings
from token_dashboard.model.errors import ConfigError
from token_dashboard.model.money import Money
from token_dashboard.model.secret import Secret

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    return {"HOME": str(home), "TZ": "Europe/Berlin"}


@pytest.fixture
def folder(home: Path) -> Path:
    made = home / ".config" / "token-dashboard"
    made.mkdir(parents=True)
    return made


def poll_interval(minutes: int) -> str:
    return f"{{ pollIntervalMinutes: {minutes} }}"


def test_without_a_file_everything_works_on_defaults(environment: dict[str, str], home: Path) -> None:
    loaded = load(None, environment)
    assert (loaded.is_default, loaded.file) == (True, None)
    assert loaded.settings.poll_interval_minutes == 15
    assert loaded.settings.history_retention_days == 90
    assert loaded.settings.time_zone == "Europe/Berlin"
    assert loaded.settings.ledger.path == home / ".local/state/token-dashboard/ledger.db"


def test_the_command_line_goes_before_the_variable_before_the_host_before_the_folder(
    environment: dict[str, str], folder: Path, tmp_path: Path
) -> None:
    (folder / "config.json5").write_text(poll_interval(1))
    handed = {"pollIntervalMinutes": 2}
    assert load(None, environment).settings.poll_interval_minutes == 1
    assert load(None, environment, handed).settings.poll_interval_minutes == 2
    assert load(None, environment, handed).origin == HOST

    by_variable = tmp_path / "variable.json5"
    by_variable.write_text(poll_interval(3))
    environment["TOKEN_DASHBOARD_CONFIG"] = str(by_variable)
    assert load(None, environment, handed).settings.poll_interval_minutes == 3

    by_name = tmp_path / "named.toml"
    by_name.write_text("pollIntervalMinutes = 4")
    loaded = load(by_name, environment, handed)
    assert (loaded.settings.poll_interval_minutes, loaded.file) == (4, by_name)


def test_a_named_file_that_is_missing_is_an_error_that_names_it(
    environment: dict[str, str], folder: Path
) -> None:
    (folder / "config.json5").write_text(poll_interval(1))
    with pytest.raises(ConfigError, match=r"^gone\.json5: --config names this file, but there is none\.$"):
        load(Path("gone.json5"), environment)
    environment["TOKEN_DASHBOARD_CONFIG"] = "~/gone.toml"
    with pytest.raises(ConfigError, match=r"^~/gone\.toml: TOKEN_DASHBOARD_CONFIG names this file"):
        load(None, environment)


def test_an_empty_variable_names_no_file(environment: dict[str, str]) -> None:
    environment["TOKEN_DASHBOARD_CONFIG"] = ""
    assert load(None, environment).is_default


def test_of_several_files_the_first_counts_and_the_others_are_told(
    environment: dict[str, str], folder: Path
) -> None:
    for minutes, name in enumerate(["config.json5", "config.json", "config.toml"], start=1):
        text = f"pollIntervalMinutes = {minutes}" if name.endswith("toml") else poll_interval(minutes)
        (folder / name).write_text(text)
    loaded = load(None, environment)
    assert loaded.settings.poll_interval_minutes == 1
    assert loaded.passed_over == (folder / "config.json", folder / "config.toml")
    (folder / "config.json5").unlink()
    assert load(None, environment).file == folder / "config.json"


def test_the_folder_of_the_xdg_variable_counts_unless_it_is_relative(
    environment: dict[str, str], folder: Path, tmp_path: Path
) -> None:
    (folder / "config.json5").write_text(poll_interval(1))
    other = tmp_path / "xdg" / "token-dashboard"
    other.mkdir(parents=True)
    (other / "config.toml").write_text("pollIntervalMinutes = 2")
    assert load(None, environment | {"XDG_CONFIG_HOME": str(other.parent)}).file == other / "config.toml"
    assert load(None, environment | {"XDG_CONFIG_HOME": "xdg"}).file == folder / "config.json5"


def test_a_host_that_says_nothing_but_defaults_leaves_the_operators_file_in_force(
    environment: dict[str, str], folder: Path
) -> None:
    (folder / "config.json5").write_text(poll_interval(1))
    for handed in ({}, {"pollIntervalMinutes": 15, "notify": {"enabled": True}}):
        assert load(None, environment, handed).file == folder / "config.json5"


def test_a_file_that_may_not_be_read_is_an_error_that_names_it(
    environment: dict[str, str], folder: Path
) -> None:
    (folder / "config.json5").mkdir()
    with pytest.raises(ConfigError, match=r"config\.json5: the file can't be read: Is a directory\.$"):
        load(None, environment)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(
    environment: dict[str, str], folder: Path
) -> None:
    (folder / "config.toml").write_bytes(b"\xef\xbb\xbfpollIntervalMinutes = 7\r\nlanguage = 'de'\r\n")
    settings = load(None, environment).settings
    assert (settings.poll_interval_minutes, settings.language) == (7, "de")


def test_an_empty_toml_file_is_the_defaults(environment: dict[str, str], folder: Path) -> None:
    (folder / "config.toml").write_text("# nothing yet\n")
    assert (
        load(None, environment).settings
        == load(None, {**environment, "XDG_CONFIG_HOME": "/nowhere"}).settings
    )


def test_paths_begin_in_the_home_and_the_state_folder(environment: dict[str, str], home: Path) -> None:
    handed = {"ledger": {"path": "mine.db"}, "agents": {"codex": {"paths": ["~/a", "b", "/c", "~"]}}}
    settings = load(None, environment | {"XDG_STATE_HOME": "/state"}, handed).settings
    assert settings.ledger.path == Path("/state/token-dashboard/mine.db")
    assert settings.agents["codex"].paths == (home / "a", home / "b", Path("/c"), home)
    ledger = load(None, environment, {"ledger": {"path": "~/l.db"}}).settings.ledger
    assert ledger.path == home / "l.db"


def test_a_ledger_is_a_file_or_in_the_database_that_an_address_names(environment: dict[str, str]) -> None:
    handed = {"ledger": {"url": "${LEDGER}"}}
    url = "postgresql://me:secret@db.example.com/usage"
    ledger = load(None, environment | {"LEDGER": url}, handed).settings.ledger
    assert ledger.place == ledger.url == Secret(url)
    ledger = load(None, environment | {"LEDGER": ""}, handed).settings.ledger
    assert ledger.place == ledger.path


def test_values_become_what_they_mean(environment: dict[str, str]) -> None:
    settings = load(
        None,
        environment,
        {
            "alertThresholds": {"openrouter": {"balanceUsd": 0.1, "windowPercent": [90, 75, 90]}},
            "providers": {"openrouter": {"apiKey": " key\n", "adminKey": "", "baseUrl": "https://x/v1/"}},
        },
    ).settings
    thresholds = settings.alert_thresholds["openrouter"]
    assert thresholds.balance_usd == Money(100_000_000)
    assert thresholds.window_percent == (75, 90)
    assert settings.providers["openrouter"].api_key == Secret("key")
    assert settings.providers["openrouter"].admin_key is None
    assert settings.providers["openrouter"].base_url == "https://x/v1"
    assert "key\n" not in repr(settings)


def test_a_reference_is_looked_up_in_the_hosts_block_and_then_in_the_environment(
    environment: dict[str, str],
) -> None:
    block = {"A_KEY": "from-host"}
    process = environment | {"A_KEY": "from-process", "B_KEY": "also-process", "EMPTY": ""}
    handed = {
        "providers": {
            "x": {
                "apiKey": "${A_KEY}",
                "adminKey": "${B_KEY}",
                "managementKey": "${EMPTY}",
                "label": "$${A_KEY} $5",
            }
        }
    }
    provider = load(None, ChainMap(block, process), handed).settings.providers["x"]
    assert provider.api_key == Secret("from-host")
    assert provider.admin_key == Secret("also-process")
    assert provider.management_key is None
    assert provider.label == "${A_KEY} $5"


def test_what_a_variable_holds_is_not_looked_up_again(environment: dict[str, str]) -> None:
    provider = load(
        None, environment | {"A": "${B}"}, {"providers": {"x": {"label": "${A}"}}}
    ).settings.providers
    assert provider["x"].label == "${B}"


def test_a_providers_own_thresholds_go_before_the_common_ones(environment: dict[str, str]) -> None:
    settings = load(
        None,
        environment,
        {
            "alertThresholds": {
                "*": {"balanceUsd": 5, "windowPercent": 80},
                "openrouter": {"balanceUsd": 10, "windowPercent": []},
            }
        },
    ).settings
    assert settings.thresholds_for("openrouter").balance_usd == Money(10_000_000_000)
    assert settings.thresholds_for("openrouter").window_percent == ()
    assert settings.thresholds_for("deepseek").balance_usd == Money(5_000_000_000)
    assert settings.thresholds_for("deepseek").window_percent == (80,)
    assert settings.thresholds_for("deepseek").daily_spend_usd is None


def test_a_provider_is_asked_unless_it_is_switched_off_or_left_out(environment: dict[str, str]) -> None:
    off = {"deepseek": {"enabled": False}}
    settings = load(None, environment, {"providers": off}).settings
    assert settings.is_provider_enabled("openrouter")
    assert not settings.is_provider_enabled("deepseek")
    listed = load(
        None, environment, {"enabledProviders": ["deepseek", "moonshot"], "providers": off}
    ).settings
    asked = [name for name in ("openrouter", "deepseek", "moonshot") if listed.is_provider_enabled(name)]
    assert asked == ["moonshot"]


def test_an_agent_is_read_unless_it_is_switched_off(environment: dict[str, str]) -> None:
    settings = load(None, environment, {"agents": {"codex": {"enabled": False}}}).settings
    assert (settings.agent("codex").enabled, settings.agent("claude-code").enabled) == (False, True)


@pytest.mark.parametrize("name", ["config.json5", "config.toml"])
def test_the_examples_can_be_used(environment: dict[str, str], name: str) -> None:
    assert load(EXAMPLES / name, environment).settings != load(None, environment).settings


def test_both_examples_say_the_same(environment: dict[str, str]) -> None:
    json5, toml = (load(EXAMPLES / f"config.{ending}", environment).settings for ending in ("json5", "toml"))
    assert json5 == toml


def loaded_libraries(code: str, home: Path) -> set[str]:
    """Which of the heavy libraries a bare interpreter has loaded after running some code."""
    asked = (
        "import sys; print(*({'pydantic', 'pydantic_core', 'jsonschema', 'pyjson5'} & sys.modules.keys()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{asked}"],
        env={"HOME": str(home), "PATH": os.environ["PATH"]},
        check=True,
        capture_output=True,
        text=True,
    )
    return set(done.stdout.split())


LOAD = "import os; from token_dashboard.config.finding import load; load(None, os.environ)"


def test_without_a_file_no_heavy_library_is_loaded(home: Path) -> None:
    assert loaded_libraries(LOAD, home) == set()


def test_a_good_file_is_read_without_the_schemas_library(home: Path, folder: Path) -> None:
    (folder / "config.json5").write_text(poll_interval(1))
    assert loaded_libraries(LOAD, home) == {"pydantic", "pydantic_core", "pyjson5"}


def test_settings_can_be_made_without_a_machine() -> None:
    assert (Settings().language, Settings().time_zone) == ("en", "UTC")


def test_a_pipe_in_the_place_of_the_file_does_not_hang(environment: dict[str, str], folder: Path) -> None:
    os.mkfifo(folder / "config.json5")
    with pytest.raises(ConfigError, match=r"config\.json5: the file is no regular file\.$"):
        load(None, environment)


def test_a_link_to_nowhere_is_not_taken_for_no_file(environment: dict[str, str], folder: Path) -> None:
    (folder / "config.json5").symlink_to(folder / "nowhere")
    with pytest.raises(ConfigError, match=r"config\.json5: the file can't be read: No such file"):
        load(None, environment)
