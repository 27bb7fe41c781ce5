"""Finds the configuration and loads it.

The first of these counts, and nothing is mixed: the file that the command line names, the file that
``TOKEN_DASHBOARD_CONFIG`` names, what a host hands over, ``config.json5``, ``config.json`` or ``config.toml``
in the config folder. Without any of them everything works on defaults.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from token_dashboard.config.files import parse
from token_dashboard.config.machine import language, time_zone
from token_dashboard.config.nearness import nearest
from token_dashboard.config.places import (
    CONFIG_FILES,
    CONFIG_VARIABLE,
    anchored,
    config_dir,
    config_files,
    home_dir,
    is_there,
    state_dir,
)
from token_dashboard.config.reading import read
from token_dashboard.config.references import Step, json_path
from token_dashboard.config.settings import Settings
from token_dashboard.model.errors import ConfigError
from token_dashboard.model.period import zone
from token_dashboard.model.record import record

HOST = "the host's configuration"


@record
class Loaded:
    """The settings that hold, and where they came from."""

    settings: Settings
    origin: str
    """The document's name in sentences: a path or ``HOST``; without a document, where one would be."""
    file: Path | None = None
    is_default: bool = False
    """There is no document."""
    passed_over: tuple[Path, ...] = ()
    """Config files that lie beside ``file`` and do not count."""

    def refusal(self, steps: Sequence[Step], reason: str) -> ConfigError:
        """The error of a setting: where it stands or could be written, and what is wrong with it."""
        path = json_path(steps)
        if self.is_default:
            return ConfigError(
                file=f"{self.origin} (not there yet)", path=path.removeprefix("$."), reason=reason
            )
        return ConfigError(file=self.origin, path=path, reason=reason)


def load(
    explicit: Path | None, environment: Mapping[str, str], handed: Mapping[str, Any] | None = None
) -> Loaded:
    """The configuration that counts.

    ``environment`` is also where ``${VAR}`` is looked up: a host's env block goes before the process's own
    variables in it (``ChainMap``). ``handed`` is what a host has for us; when it says nothing but defaults,
    the operator's own file still counts.

    Raises:
        ConfigError: a named file is missing, or the document can't be used.
    """
    here = _Here(environment, Settings(language=language(environment), time_zone=time_zone(environment)))
    if explicit is not None:
        return here.load_named(explicit, "--config")
    if named := environment.get(CONFIG_VARIABLE):
        return here.load_named(Path(named), CONFIG_VARIABLE)
    if handed and (settings := here.settings_of(handed, HOST)) != here.defaults:
        return Loaded(settings=settings, origin=HOST)
    present = config_files(environment)
    if not present:
        place = config_dir(environment) / CONFIG_FILES[0]
        return Loaded(settings=here.defaults, origin=str(place), is_default=True)
    return here.load_file(present[0], passed_over=tuple(present[1:]))


class _Here:
    """This machine: what it fills in where a document says nothing, and where relative paths begin."""

    def __init__(self, environment: Mapping[str, str], machine: Settings) -> None:
        self._environment = environment
        self._machine = machine
        self._home = home_dir(environment)
        self.defaults = self._with_absolute_paths(machine)

    def load_named(self, named: Path, by: str) -> Loaded:
        file = anchored(named, self._home, Path())
        if not is_there(file):
            raise ConfigError(file=str(named), path=by, reason="names this file, but there is none.")
        return self.load_file(file, passed_over=())

    def load_file(self, file: Path, passed_over: tuple[Path, ...]) -> Loaded:
        origin = str(file)
        settings = self.settings_of(parse(file, origin), origin)
        return Loaded(settings=settings, origin=origin, file=file, passed_over=passed_over)

    def settings_of(self, document: Any, origin: str) -> Settings:
        settings = read(document, self._environment, origin, self._machine)
        try:
            zone(settings.time_zone)
        except ValueError:
            # As it was written: a variable may hold what isn't for showing.
            reason = f'is "{document["timeZone"]}", which is no time zone; {_near_zone(settings.time_zone)}'
            raise ConfigError(file=origin, path="$.timeZone", reason=reason) from None
        return self._with_absolute_paths(settings)

    def _with_absolute_paths(self, settings: Settings) -> Settings:
        ledger = anchored(settings.ledger.path, self._home, state_dir(self._environment))
        agents = {
            name: agent
            if agent.paths is None
            else replace(agent, paths=tuple(anchored(path, self._home, self._home) for path in agent.paths))
            for name, agent in settings.agents.items()
        }
        return replace(settings, ledger=replace(settings.ledger, path=ledger), agents=agents)


def _near_zone(name: str) -> str:
    from zoneinfo import available_timezones  # noqa: PLC0415 - walks the whole zone folder

    near = nearest(name, sorted(available_timezones()))
    return f"did you mean {near}?" if near else "use a name like Europe/Berlin."
