"""Which providers there are, without loading them: a command that answers from the ledger needs few.

A provider's id is its module's name. Whether a key for it could be on this machine is read off the module's
text: the environment variables that it names, and the places below the home folder where it looks for a
login. That errs on one side only, and a test holds each module to it: one that is loaded for nothing has no
key.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from token_dashboard import discovery, providers
from token_dashboard.providers._contract import ENTRY_POINTS, Provider

_PACKAGE = "token_dashboard.providers"
_VARIABLE = re.compile(rb'"([A-Z][A-Z0-9_]+)"')
_LOGIN = re.compile(rb"\blogin=")
_PLACE = re.compile(rb'\bhome((?:\s*/\s*"[^"]+")+)')


def provider_ids() -> tuple[str, ...]:
    """The ids of all providers."""
    return tuple(sorted({*_modules(), *_strangers()}))


def find_provider(provider_id: str) -> Provider | None:
    """The provider of an id; its module is loaded now."""
    name = _modules().get(provider_id)
    if name is None:
        return _strangers().get(provider_id)
    provider: Provider = discovery.plug_in(_PACKAGE, name, "PROVIDER")
    return provider


def likely_here(environment: Mapping[str, str], home: Path) -> frozenset[str]:
    """The ids of those that could have a key, a login or an address here; strangers always could."""
    likely = {one for one, name in _modules().items() if _is_likely(name, environment, home)}
    return frozenset(likely | _strangers().keys())


def _is_likely(name: str, environment: Mapping[str, str], home: Path) -> bool:
    try:
        text = Path(providers.__path__[0], f"{name}.py").read_bytes()
    except OSError:  # an archive, or bytecode alone: loading it tells
        return True
    if any(environment.get(found.decode()) for found in _VARIABLE.findall(text)):
        return True
    if not _LOGIN.search(text):
        return False
    places = [re.findall(rb'"([^"]+)"', found) for found in _PLACE.findall(text)]
    return not places or any(home.joinpath(*map(bytes.decode, parts)).exists() for parts in places)


@cache
def _modules() -> Mapping[str, str]:
    return {name.replace("_", "-"): name for name in discovery.modules(_PACKAGE)}


@cache
def _strangers() -> Mapping[str, Provider]:
    own = _modules()
    return {one.id: one for one in discovery.strangers(ENTRY_POINTS) if one.id not in own}
