"""What a home of Kimi tells about a session beside its log: the folder, and the model that is configured."""

from hashlib import md5
from pathlib import Path

import msgspec

from token_dashboard.agents._json import Typed
from token_dashboard.agents._regular_file import opened
from token_dashboard.model.errors import AgentLogError

_LARGEST_BYTES = 1 << 20


class _Model(msgspec.Struct):
    model: str | None = None


class _Config(msgspec.Struct):
    model: str | None = None
    default_model: str | None = None
    models: dict[str, _Model] | None = None


class _WorkDir(msgspec.Struct):
    path: str | None = None


class _Metadata(msgspec.Struct):
    work_dirs: list[_WorkDir] | None = None


_config = Typed(_Config).decode
_metadata = Typed(_Metadata).decode


class SessionPlace:
    """Where a session's log lies: ``sessions/<group>/<session>/…/wire.jsonl`` in a home."""

    def __init__(self, log: Path) -> None:
        parts = log.parts
        last = len(parts) - 1 - parts[::-1].index("sessions") if "sessions" in parts else -1
        inside = parts[last + 1 : -1] if last >= 0 else parts[-2:-1]
        self._home = Path(*parts[:last]) if last > 0 else log.parent
        self._group = inside[0] if len(inside) > 1 else None
        self.session = inside[1] if len(inside) > 1 else log.parent.name
        self.agent = "/".join(inside[2:])
        """The agent within the session; empty for the only one."""

    @property
    def is_subagent(self) -> bool:
        return self.agent not in {"", "agents/main"}

    def project(self) -> str | None:
        """The folder that was worked in. Sessions are grouped by its MD5 digest; a file lists the folders."""
        try:
            folders = _metadata(_content(self._home / "kimi.json")).work_dirs or []
        except (AgentLogError, ValueError):
            folders = []
        paths = (folder.path for folder in folders if folder.path)
        digests = {md5(path.encode(), usedforsecurity=False).hexdigest(): path for path in paths}
        return digests.get(self._group or "", self._group)

    def model(self) -> str | None:
        """The configured model, which Kimi CLI's log doesn't name."""
        for name, decode in (("config.json", _config), ("config.toml", _toml_config)):
            try:
                config = decode(_content(self._home / name))
            except (AgentLogError, ValueError):
                continue
            chosen = (config.models or {}).get(config.default_model or "")
            return config.model or (chosen.model if chosen else None) or config.default_model
        return None


def _toml_config(content: bytes) -> _Config:
    return msgspec.toml.decode(content, type=_Config)


def _content(path: Path) -> bytes:
    with opened(str(path)) as (source, _):
        return source.read(_LARGEST_BYTES) or b""
