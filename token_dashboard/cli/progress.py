"""What shows on stderr how far a long piece of work is: to a person at a terminal, and once it has lasted.

Work that is soon done makes no bar and doesn't load what draws one; a pipe gets nothing at all.
"""

import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import Lock, Timer
from typing import TYPE_CHECKING, TypeVar

from token_dashboard.cli.console import width

if TYPE_CHECKING:
    from rich.progress import Progress

    from token_dashboard.engine.log_batches import Progress as Told
    from token_dashboard.model.scan import Reading

_Request = TypeVar("_Request")

LASTING_S = 0.5
"""How long work lasts before anybody wonders how far it is."""


class Bar:
    """Whoever does the work says how far it is; a thread of its own draws that, when the time has come."""

    def __init__(self, title: str) -> None:
        self._words = title
        self._done: tuple[int, int | None] = (0, None)
        self._drawn: Progress | None = None
        self._is_over = False
        self._turn = Lock()

    def __call__(self, done: int, of_all: int | None, words: str | None = None) -> None:
        """So much is done, of all or of nobody knows how much; ``words`` change what stands behind it."""
        with self._turn:
            self._done, self._words = (done, of_all), self._words if words is None else words
            self._move()

    def show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        drawn = Progress(
            BarColumn(bar_width=None),
            TextColumn("{task.description}", markup=False),
            TimeRemainingColumn(compact=True),
            console=Console(stderr=True),
            transient=True,
            expand=True,
            redirect_stdout=False,  # which may be a file that the work writes
        )
        with self._turn:
            if not self._is_over:
                self._drawn = drawn
                self._move()
                drawn.start()

    def end(self) -> None:
        with self._turn:
            self._is_over = True
            if self._drawn is not None:
                self._drawn.stop()

    def _move(self) -> None:
        if self._drawn is None:
            return
        done, of_all = self._done
        for task in self._drawn.tasks:
            if (task.total is None) is (of_all is None):
                self._drawn.update(task.id, completed=done, total=of_all, description=self._words)
                return
            self._drawn.remove_task(task.id)  # rich lets no task forget how much there is
        self._drawn.add_task(self._words, completed=done, total=of_all)


@contextmanager
def progress_bar(title: str) -> Iterator[Bar]:
    """A bar with a few words behind it, for the work that is done meanwhile."""
    bar = Bar(title)
    if not sys.stderr.isatty():
        yield bar
        return
    timer = Timer(LASTING_S, bar.show)
    timer.daemon = True
    timer.start()
    try:
        yield bar
    finally:
        timer.cancel()
        bar.end()


@contextmanager
def scan_progress() -> "Iterator[Told | None]":
    """The bar of a reading of logs; nothing is told where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from token_dashboard.cli.spoken import spoken
    from token_dashboard.render.terminal.reading import reading_title, reading_words

    language = spoken()
    with progress_bar(reading_title(language)) as bar:

        def show(now: "Reading") -> None:
            bar(now.bytes_read, now.bytes_in_all, reading_words(now, language, width()))

        yield show


@contextmanager
def requests_progress() -> Iterator[Callable[[int, int, int | None], None]]:
    """The bar of requests on their way in or out; it is told (requests, done, of all)."""
    if not sys.stderr.isatty():
        yield lambda _requests, _done, _of_all: None
        return
    from token_dashboard.cli.spoken import spoken
    from token_dashboard.render.terminal.keeping import requests_passed

    language = spoken()
    with progress_bar(requests_passed(0, language)) as bar:
        yield lambda requests, done, of_all: bar(done, of_all, requests_passed(requests, language))


async def counted(
    pages: AsyncIterator[Sequence[_Request]], told: Callable[[int, _Request], None]
) -> AsyncIterator[Sequence[_Request]]:
    """The pages; when somebody is done with one, it tells how many requests have passed, and the last one."""
    passed = 0
    async for page in pages:
        yield page
        passed += len(page)
        told(passed, page[-1])
