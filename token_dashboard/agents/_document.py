"""Reading a JSON file that its program rewrites as a whole."""

from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from typing import Generic, TypeVar

from token_dashboard.agents._contract import Scan
from token_dashboard.agents._json import Typed
from token_dashboard.agents._regular_file import opened
from token_dashboard.model.cursor import Cursor, LogFile
from token_dashboard.model.scan import Reject
from token_dashboard.model.usage import UsageEvent

LARGEST_BYTES = 256 << 20
"""A larger file is refused without being read."""

_BOM = b"\xef\xbb\xbf"

Document = TypeVar("Document")
Item = TypeVar("Item")


class JsonDocument(Generic[Document]):
    """A log that is one JSON value of one type."""

    def __init__(self, document_type: type[Document]) -> None:
        self._typed = Typed(document_type)

    def read(
        self,
        file: LogFile,
        cursor: Cursor | None,
        find: Callable[[Document], Iterable[UsageEvent | Reject]],
    ) -> Iterator[Scan]:
        """All that ``find`` finds in the file, anew each time that its content is another one.

        A file that is no such document is one reject, which is void when the file has changed: one that was
        caught in the middle of being written is whole a moment later. A ``ValueError`` of ``find`` is one,
        too; ``found_in`` is for documents whose items are judged one by one.

        Raises:
            AgentLogError: the file cannot be opened or read, or is no regular file.
        """
        with opened(file.path) as (source, now):
            text = source.read(now.size) or b"" if now.size <= LARGEST_BYTES else None
        digest = blake2b(f"{now.size}".encode() if text is None else text, digest_size=16).digest()
        is_new = cursor is None or cursor.tail != digest
        found = self._found(text, file.path, find) if is_new else []
        yield Scan(
            cursor=Cursor(now, now.size, 0, digest),
            events=[one for one in found if isinstance(one, UsageEvent)],
            rejects=[one for one in found if isinstance(one, Reject)],
            bytes_read=now.size if is_new else 0,
            is_restart=is_new,
        )

    def _found(
        self, text: bytes | None, path: str, find: Callable[[Document], Iterable[UsageEvent | Reject]]
    ) -> list[UsageEvent | Reject]:
        if text is None:
            return [Reject(path=path, line=0, reason=f"larger than {LARGEST_BYTES >> 20} MiB")]
        try:
            return list(find(self._typed.decode(text.removeprefix(_BOM))))
        except ValueError as error:
            return [Reject(path=path, line=0, reason=str(error))]


def found_in(
    items: Iterable[Item], path: str, find: Callable[[Item], Iterable[UsageEvent]]
) -> Iterator[UsageEvent | Reject]:
    """What ``find`` finds in each item; one that it refuses with ``ValueError`` is a reject.

    The reject's ``line`` is the item's number, counted from 1.
    """
    for number, item in enumerate(items, 1):
        try:
            yield from list(find(item))
        except ValueError as error:
            yield Reject(path=path, line=number, reason=str(error))
