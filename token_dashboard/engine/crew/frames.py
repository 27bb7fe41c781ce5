"""How pieces of logs travel from a process that reads them to the one that stores them.

As plain values: ``marshal`` writes and reads those in a microsecond an event, ``pickle`` takes five times as
long for named tuples. Both ends are the same program, so its version matters to nobody.
"""

import marshal
import struct
from collections.abc import Sequence
from typing import Any, BinaryIO, TypeAlias

from token_dashboard.agents._contract import Scan
from token_dashboard.engine.log_pieces import Found
from token_dashboard.model.attribution import Attribution
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import UsageEvent

Numbered: TypeAlias = tuple[int, Found]
"""What was found, and the place of its file in the job."""

_LENGTH = struct.Struct("<Q")
_OWNER = UsageEvent._fields.index("attribution")
_UNPRICED = (None, None)
_new = tuple.__new__


def write(pipe: BinaryIO, message: bytes) -> None:
    pipe.write(_LENGTH.pack(len(message)))
    pipe.write(message)
    pipe.flush()


def read(pipe: BinaryIO) -> bytes | None:
    """The next message; ``None`` when whoever wrote them is gone, be it in the middle of one."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    message = pipe.read(length)
    return message if len(message) == length else None


def packed(found: Sequence[Numbered]) -> bytes:
    return marshal.dumps([(number, _plain(one)) for number, one in found])


def unpacked(message: bytes) -> list[Numbered]:
    return [(number, _whole(plain)) for number, plain in marshal.loads(message)]  # noqa: S302 - our own child's


def _plain(found: Found) -> Any:
    if found is None:
        return None
    if isinstance(found, Reject):
        return tuple(found)
    # Events share their owners: each travels once a piece, and stays one object at the other end.
    places: dict[Attribution, int] = {}
    events = [
        (*event[:_OWNER], places.setdefault(event.attribution, len(places)), *event[_OWNER + 1 : -2])
        for event in found.events
    ]
    return (
        (tuple(found.cursor.file), *found.cursor[1:]),
        [tuple(owner) for owner in places],
        events,
        [tuple(reject) for reject in found.rejects],
        *found[3:],
    )


def _whole(plain: Any) -> Found:
    if plain is None:
        return None
    if len(plain) == len(Reject._fields):
        return Reject(*plain)
    (file, *behind), told, events, rejects, *rest = plain
    owners = [Attribution(*owner) for owner in told]
    return Scan(
        Cursor(LogFile(*file), *behind),
        [
            _new(
                UsageEvent,
                (*event[:_OWNER], owners[event[_OWNER]], *event[_OWNER + 1 :], *_UNPRICED),
            )
            for event in events
        ],
        [Reject(*reject) for reject in rejects],
        *rest,
    )
