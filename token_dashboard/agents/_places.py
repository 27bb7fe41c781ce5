"""Where programs keep their files on Linux, macOS and Windows."""

from collections.abc import Mapping
from pathlib import Path


def named(environ: Mapping[str, str], variable: str, home: Path) -> list[Path]:
    """The folders that a variable names: a list with commas, ``~/`` for the user's home folder."""
    names = [name.strip() for name in environ.get(variable, "").split(",") if name.strip()]
    return [home / name[2:] if name.startswith("~/") else Path(name) for name in names]


def data_folder(environ: Mapping[str, str], home: Path) -> Path:
    """Where programs that follow the XDG rules keep data, on each system."""
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")


def config_folder(environ: Mapping[str, str], home: Path) -> Path:
    """Where programs that follow the XDG rules keep settings, on each system."""
    return Path(environ.get("XDG_CONFIG_HOME") or home / ".config")


def application_support(home: Path) -> Path:
    """Where programs keep data on macOS."""
    return home / "Library" / "Application Support"


def roaming_data(environ: Mapping[str, str], home: Path) -> Path:
    """Where programs keep a user's data on Windows."""
    return Path(environ.get("APPDATA") or home / "AppData" / "Roaming")


def local_data(environ: Mapping[str, str], home: Path) -> Path:
    """Where programs keep data of one machine on Windows."""
    return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local")


def within(folder: Path, name: str) -> Path:
    """The folder of that name in another one, which may also be named itself."""
    return folder if folder.name == name else folder / name


_EDITORS = ("Code", "Code - Insiders", "Cursor", "VSCodium", "Windsurf")
_SERVERS = (".vscode-server", ".vscode-server-insiders", ".cursor-server", ".windsurf-server")


def extension_folders(environ: Mapping[str, str], home: Path, extension: str) -> list[Path]:
    """Where an extension of VS Code, or of an editor made from it, keeps its data, as far as it does."""
    settings = (config_folder(environ, home), application_support(home), roaming_data(environ, home))
    editors = [folder / editor for folder in settings for editor in _EDITORS]
    editors += [home / server / "data" for server in _SERVERS]
    folders = [editor / "User" / "globalStorage" / extension for editor in editors]
    return [folder for folder in folders if folder.is_dir()]
