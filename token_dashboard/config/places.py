"""Where things lie on this machine: the folders of the XDG Base Directory Specification.

On Windows the roaming and the local application folder stand in for them. Everything is worked out from the
environment that is handed in.
"""

from collections.abc import Mapping
from pathlib import Path

from token_dashboard.model.errors import ConfigError

CONFIG_VARIABLE = "TOKEN_DASHBOARD_CONFIG"
CONFIG_FILES = ("config.json5", "config.json", "config.toml")
LEDGER_FILE = "ledger.db"

_OURS = "token-dashboard"


def home_dir(environment: Mapping[str, str]) -> Path:
    """The user's home folder.

    Raises:
        ConfigError: the user has none.
    """
    for variable in ("HOME", "USERPROFILE"):
        if named := environment.get(variable):
            return Path(named)
    try:
        return Path.home()
    except RuntimeError as error:
        raise ConfigError(
            file="environment", path="HOME", reason="is not set, and this user has no home folder; set it."
        ) from error


def config_dir(environment: Mapping[str, str]) -> Path:
    """The folder of the config file."""
    return _folder(environment, ("XDG_CONFIG_HOME", "APPDATA"), ".config")


def config_files(environment: Mapping[str, str]) -> list[Path]:
    """Those config files that are there, the one that counts first."""
    folder = config_dir(environment)
    return [file for name in CONFIG_FILES if is_there(file := folder / name)]


def is_there(file: Path) -> bool:
    try:
        return file.is_symlink() or file.exists()
    except OSError:  # a folder that may not be entered: reading the file says so
        return True


def state_dir(environment: Mapping[str, str]) -> Path:
    """The folder of the ledger."""
    return _folder(environment, ("XDG_STATE_HOME", "LOCALAPPDATA"), ".local/state")


def anchored(path: Path, home: Path, start: Path) -> Path:
    """An absolute path of a written one: ``~`` is the home folder, a relative one begins at ``start``."""
    if path.parts[:1] == ("~",):
        return home.joinpath(*path.parts[1:])
    return start / path


def _folder(environment: Mapping[str, str], variables: tuple[str, ...], below_home: str) -> Path:
    for variable in variables:
        # The specification has relative paths ignored.
        if (named := Path(environment.get(variable, ""))).is_absolute():
            return named / _OURS
    return home_dir(environment) / below_home / _OURS
