"""Bundles: a ledger's usage as one signed file, for machines that share a folder and no server.

A bundle begins with a line that says what it is, with the HMAC-SHA256 of that and of all bytes behind it,
made with a key that the machines share. Behind it is gzipped text: a line about the whole, lines with the
keys of imported requests that were taken back, and a line for each request. Bundles may be imported in any
order and any number of times: requests merge by their keys. They hold counts, costs and owners, never what
was said to a model.
"""

import gzip
import hashlib
import hmac
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryFile
from typing import IO, Any

from token_dashboard.engine.replication import REQUESTS_PER_BATCH, Identity, Told, own_id_of
from token_dashboard.ledger import Ledger
from token_dashboard.ledger.upkeep import Upkeep
from token_dashboard.ledger.withdrawals import withdraw
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.errors import BundleError
from token_dashboard.model.record import record
from token_dashboard.model.secret import Secret
from token_dashboard.model.usage import UsageEvent

_VERSION = b"token-dashboard bundle 1"
_FIRST_LINE = re.compile(rb"(token-dashboard bundle [0-9]{1,9}) ([0-9a-f]{64})\n")
_LONGEST_LINE = 2**24
"""Logs hold names of any length."""
_PART = ".part"
_LEFT_MS = 3_600_000
_BROKEN = (OSError, EOFError, zlib.error, ValueError, TypeError, KeyError)
"""What reading a file raises that is no bundle, or half of one."""


@record
class Bundle:
    """What a bundle says of itself."""

    machine: str
    """Who made it."""
    made_ms: int
    requests: int
    ledger: str | None = None
    """The id of its maker's ledger, as far as the maker's version says it."""
    withdrawn: tuple[int, ...] = ()
    """The keys of imported requests that were taken back: whoever has copies takes them back, too."""
    fields: tuple[str, ...] = UsageEvent._fields
    """What each line holds, in order; the owner is a list of ``owner``."""
    owner: tuple[str, ...] = Attribution._fields


@record
class Unpacked:
    """What came of a bundle."""

    bundle: Bundle
    new: int
    """Requests that count now and didn't before."""
    has_namesake: bool
    """Is it of another ledger, whose machine has this one's name? Then its requests count as this one's."""


async def pack(
    ledger: Ledger,
    identity: Identity,
    key: Secret,
    path: Path,
    now_ms: int,
    progress: Told = lambda _through, _all: None,
) -> Bundle:
    """Write all requests that the ledger has the detail of, those from others' bundles among them.

    Raises:
        BundleError: it can't be written there.
    """
    changed = [one for _, one in await ledger.journal.changed(0)]
    bundle = Bundle(
        machine=identity.machine,
        made_ms=now_ms,
        requests=len(changed),
        ledger=await own_id_of(ledger),
        withdrawn=tuple(await ledger.journal.withdrawn(0)),
    )
    with _replaced(path, now_ms) as file:
        begin = file.write(_first_line("0" * 64))
        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as out:
            out.write(_line(_head(bundle)))
            out.writelines(map(_line, _parts(bundle.withdrawn)))
            through = 0
            for keys in _parts(changed):
                out.writelines(_line(identity.owned(event)) for event in await ledger.journal.events(keys))
                through += len(keys)
                progress(through, len(changed))
        file.seek(begin)
        seal = _seal(file, key)
        file.seek(0)
        file.write(_first_line(seal))
    return bundle


async def unpack(
    path: Path,
    ledger: Ledger,
    identity: Identity,
    key: Secret,
    progress: Told = lambda _through, _all: None,
) -> Unpacked:
    """Record what a bundle holds. Its seal is checked before anything is recorded.

    Raises:
        BundleError: it is no bundle, of a newer version, cut short, or changed or made without the key.
    """
    new = through = 0
    try:
        with _opened(path, key) as (bundle, lines):
            if bundle.withdrawn:
                await withdraw(Upkeep.of(ledger), bundle.withdrawn)
            for events in _batches(lines, bundle):
                kept = await _as_kept(events, ledger, identity)
                new += (await ledger.usage.record(kept, are_copies=True)).new
                through += len(events)
                progress(through, bundle.requests)
    except _BROKEN as error:
        raise BundleError(path=str(path), reason=_reason(error)) from error
    is_namesakes = bundle.machine == identity.machine and bundle.ledger not in {None, await own_id_of(ledger)}
    return Unpacked(bundle=bundle, new=new, has_namesake=is_namesakes)


async def _as_kept(events: list[UsageEvent], ledger: Ledger, identity: Identity) -> list[UsageEvent]:
    """As this machine keeps them: what it has of its own stays its own, though another has a copy."""
    held = await ledger.journal.events([event.key for event in events])
    own = {event.key for event in held if event.attribution.machine is None}
    return [identity.kept(event, is_own=event.key in own) for event in events]


@contextmanager
def _replaced(path: Path, now_ms: int) -> Iterator[IO[bytes]]:
    """A file that takes the place of the bundle at a path when it is whole: others may be reading there."""
    path = path.resolve()
    try:
        if path.exists() and not _may_be_replaced(path):
            raise BundleError(
                path=str(path), reason="another file is there; name one of its own for the bundle"
            )
        _sweep(path, now_ms)
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", suffix=_PART, delete=False) as file:
            try:
                yield file
            except BaseException:
                Path(file.name).unlink()
                raise
        Path(file.name).replace(path)
    except OSError as error:
        raise BundleError(path=str(path), reason=error.strerror or str(error)) from error


def _sweep(path: Path, now_ms: int) -> None:
    """Delete what exports left here that were killed; one that is still written is younger."""
    for part in path.parent.glob(f".{escape(path.name)}.*{_PART}"):
        with suppress(FileNotFoundError):
            if part.stat().st_mtime * 1000 < now_ms - _LEFT_MS:
                part.unlink()


def _may_be_replaced(path: Path) -> bool:
    """Is it a bundle, whole or not, or an empty file?"""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        line = file.readline(_LONGEST_LINE)
    return not line or _FIRST_LINE.fullmatch(line) is not None


class _RefusedError(ValueError):
    """A bundle that can be read and isn't taken; the text says why."""


def _reason(error: Exception) -> str:
    """Why a bundle isn't taken: what it is, or what the system says of its file."""
    if isinstance(error, _RefusedError):
        return str(error)
    said = error.strerror if isinstance(error, OSError) else None
    return said or "it is no bundle, or not a whole one"


@contextmanager
def _opened(path: Path, key: Secret) -> Iterator[tuple[Bundle, gzip.GzipFile]]:
    """What a bundle says of itself, and the lines behind, once its seal has proved all of it."""
    with path.open("rb") as given, TemporaryFile() as file:
        found = _FIRST_LINE.fullmatch(given.readline(_LONGEST_LINE))
        if found is None:
            raise ValueError
        version, seal = found.groups()
        if version != _VERSION:
            raise _RefusedError("it was made by a newer version; upgrade token-dashboard")
        # What is sealed is what is read: whatever syncs the folder may write to the file meanwhile.
        if not hmac.compare_digest(seal, _seal(given, key, file).encode()):
            raise _RefusedError(
                "its seal is wrong: it isn't whole, was changed, or was made with another key"
            )
        file.seek(0)
        with gzip.GzipFile(fileobj=file) as lines:
            said: Mapping[str, Any] = json.loads(lines.readline(_LONGEST_LINE))
            yield (
                Bundle(
                    machine=str(said["machine"]),
                    made_ms=int(said["madeMs"]),
                    requests=int(said["requests"]),
                    ledger=said.get("ledger"),
                    withdrawn=_withdrawn(lines, int(said.get("withdrawn", 0))),
                    fields=tuple(said["fields"]),
                    owner=tuple(said["owner"]),
                ),
                lines,
            )


def _parts(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    return (keys[start : start + REQUESTS_PER_BATCH] for start in range(0, len(keys), REQUESTS_PER_BATCH))


def _withdrawn(lines: gzip.GzipFile, count: int) -> tuple[int, ...]:
    found: list[int] = []
    while len(found) < count:
        found += map(int, json.loads(lines.readline(_LONGEST_LINE)))
    return tuple(found)


def _batches(lines: gzip.GzipFile, bundle: Bundle) -> Iterator[list[UsageEvent]]:
    left = bundle.requests
    while left > 0:
        count = min(left, REQUESTS_PER_BATCH)
        yield [_event(json.loads(lines.readline(_LONGEST_LINE)), bundle) for _ in range(count)]
        left -= count


def _event(values: Sequence[Any], bundle: Bundle) -> UsageEvent:
    """The event of a line. What this version doesn't know is passed over; what a line lacks is not known."""
    told = _known(UsageEvent._fields, bundle.fields, values)
    told["attribution"] = Attribution(**_known(Attribution._fields, bundle.owner, told["attribution"]))
    return UsageEvent(**told)


def _known(known: Sequence[str], names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    return {name: value for name, value in zip(names, values, strict=True) if name in known}


def _head(bundle: Bundle) -> Mapping[str, object]:
    return {
        "machine": bundle.machine,
        "madeMs": bundle.made_ms,
        "requests": bundle.requests,
        "ledger": bundle.ledger,
        "withdrawn": len(bundle.withdrawn),
        "fields": bundle.fields,
        "owner": bundle.owner,
    }


def _first_line(seal: str) -> bytes:
    return _VERSION + f" {seal}\n".encode()


def _seal(file: IO[bytes], key: Secret, copy: IO[bytes] | None = None) -> str:
    """Of the version, and of the rest of a file, which may be copied on the way."""
    seal = hmac.new(key.reveal().encode(), _VERSION, hashlib.sha256)
    while some := file.read(2**20):
        seal.update(some)
        if copy is not None:
            copy.write(some)
    return seal.hexdigest()


def _line(said: object) -> bytes:
    return json.dumps(said, separators=(",", ":")).encode() + b"\n"
