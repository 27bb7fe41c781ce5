"""Codex threads that begin with a copy of another thread: what was copied is counted once, or not at all."""

from collections.abc import Callable
from functools import partial
from itertools import permutations
from pathlib import Path

import pytest
from codex_home import (
    CHILD,
    NOON_MS,
    PARENT,
    SIBLING,
    CodexHome,
    Line,
    at,
    copied,
    count,
    counts,
    line,
    meta,
    sums,
    turn,
    used,
)

from token_dashboard.model.cursor import LogFile

V7 = "{:08x}-{:04x}-7000-8000-00000000000{}"
FORK_S = 100
BEFORE = [(1_000, 10), (2_000, 20), (3_000, 30)]
PARENTS = counts(*BEFORE, (40_000, 400), start=1, step=30)
PARENTS[-1]["timestamp"] = at(121)
"""The parent's requests: three before the fork at second 100, and one after it."""
OWN = [(500, 5), (700, 7)]
TRUTH = (6, 47_200, 472)


@pytest.fixture
def codex(tmp_path: Path) -> CodexHome:
    return CodexHome(tmp_path / ".codex")


def v7(second: float, last: int = 0) -> str:
    """A UUID of version 7 that was made so many seconds after noon."""
    time = f"{int(NOON_MS + second * 1000):012x}"
    return f"{time[:8]}-{time[8:]}-7000-8000-{last:012d}"


def own(requests: list[tuple[int, int]], start: float = FORK_S + 60) -> list[Line]:
    """Requests of a fork; its totals go on from those that it copied."""
    sent, output = (sum(column) for column in zip(*BEFORE, strict=True))
    lines = counts((sent, output), *requests, start=start - 20, step=20)
    return lines[1:]


def fork(thread: str = CHILD, parent: str = PARENT) -> Line:
    return meta(thread, FORK_S, forked_from_id=parent)


def spawned(thread: str = CHILD, parent: str = PARENT) -> Line:
    return meta(
        thread, FORK_S, source={"subagent": {"thread_spawn": {"parent_thread_id": parent, "depth": 1}}}
    )


BURST = copied(PARENTS[:3], FORK_S + 0.02, 0.005)
TICKING = copied(PARENTS[:3], FORK_S + 0.02, 0.9)
LATE = copied(PARENTS[:3], FORK_S + 5, 0.005)
ORIGINAL = PARENTS[:3]
SLOW = copied(PARENTS[:3], FORK_S + 3, 4)
ALONE = {"burst": BURST, "ticking": TICKING, "late burst": LATE, "original times": ORIGINAL}


@pytest.mark.parametrize("header", [fork, spawned], ids=["fork", "subagent"])
@pytest.mark.parametrize("copy", [*ALONE.values(), SLOW], ids=[*ALONE, "slow"])
class TestParentPresent:
    def test_what_was_copied_counts_once_in_any_order_of_files(
        self, tmp_path: Path, header: Callable[[], Line], copy: list[Line]
    ) -> None:
        for backwards in (False, True):
            codex = CodexHome(tmp_path / str(backwards))
            codex.write(meta(), turn(), *PARENTS)
            codex.write(header(), meta(), turn(), *copy, *own(OWN), thread=CHILD)
            codex.reader.scan(partial(sorted, reverse=backwards))
            assert sums(codex.reader) == TRUTH

    def test_what_was_copied_counts_once_over_scans(
        self, codex: CodexHome, header: Callable[[], Line], copy: list[Line]
    ) -> None:
        lines = [header(), meta(), turn(), *copy, *own(OWN)]
        for end in range(1, len(lines) + 1):
            codex.write(*lines[:end], thread=CHILD)
            codex.read()
        codex.write(meta(), turn(), *PARENTS)
        assert sums(codex.read()) == TRUTH

    def test_it_counts_once_after_the_parent_is_gone(
        self, codex: CodexHome, header: Callable[[], Line], copy: list[Line]
    ) -> None:
        path = codex.write(meta(), turn(), *PARENTS)
        codex.read()
        path.unlink()
        codex.write(header(), turn(), *copy, *own(OWN), thread=CHILD)
        assert sums(codex.read()) == TRUTH


class TestParentGone:
    @pytest.mark.parametrize("copy", ALONE.values(), ids=ALONE)
    def test_what_was_copied_is_where_the_thread_s_totals_begin(
        self, codex: CodexHome, copy: list[Line]
    ) -> None:
        codex.write(fork(), turn(), *copy, *own(OWN), thread=CHILD)
        assert sums(codex.read()) == (2, 1_200, 12)

    def test_totals_alone_go_on_from_the_copied_ones(self, codex: CodexHome) -> None:
        codex.write(fork(), turn(), *map(_totals_alone, [*BURST, *own(OWN)]), thread=CHILD)
        assert sums(codex.read()) == (2, 1_200, 12)

    def test_a_copy_of_one_request_is_one(self, codex: CodexHome) -> None:
        codex.write(
            fork(), turn(), *BURST[:1], *counts((1_000, 10), *OWN, start=140, step=20)[1:], thread=CHILD
        )
        assert sums(codex.read()) == (2, 1_200, 12)

    def test_a_fork_without_a_request_of_its_own_has_none(self, codex: CodexHome) -> None:
        codex.write(fork(), meta(), turn(), *BURST, thread=CHILD)
        assert sums(codex.read()) == (0, 0, 0)


class TestTold:
    """Newer files say what is whose, and are believed."""

    def test_numbered_records_before_the_first_own_one_are_inherited(self, codex: CodexHome) -> None:
        copy, mine = copied(PARENTS[:3], FORK_S + 3, 9), own(OWN, FORK_S + 21.5)
        header = meta(CHILD, FORK_S, parent_thread_id=PARENT, subagent_history_start_ordinal=4)
        codex.write(header, *({**one, "ordinal": n} for n, one in enumerate([*copy, *mine], 1)), thread=CHILD)
        assert sums(codex.read()) == (2, 1_200, 12)

    def test_a_turn_that_is_older_than_its_thread_is_inherited(self, codex: CodexHome) -> None:
        thread = v7(FORK_S)
        old, new = turn(turn_id=v7(20)), turn(turn_id=v7(FORK_S + 1))
        codex.write(fork(thread), old, *SLOW, new, *own(OWN, FORK_S + 12), thread=thread)
        assert sums(codex.read()) == (2, 1_200, 12)

    def test_a_record_names_the_thread_that_it_belongs_to(self, codex: CodexHome) -> None:
        def record(thread: str) -> Line:
            return line("token_usage_record", {"thread_id": thread, "turn_id": "1"})

        copy = [one for request in SLOW for one in (record(PARENT), request)]
        codex.write(fork(), *copy, record(CHILD), *own(OWN, FORK_S + 12), thread=CHILD)
        assert sums(codex.read()) == (2, 1_200, 12)

    def test_the_thread_s_own_header_again_ends_the_copy(self, codex: CodexHome) -> None:
        codex.write(fork(), meta(), *BURST, fork(), *own(OWN, FORK_S + 0.5), thread=CHILD)
        assert sums(codex.read()) == (2, 1_200, 12)

    def test_a_copy_is_known_by_the_header_that_came_with_it(self, codex: CodexHome) -> None:
        codex.write(meta(), *PARENTS)
        codex.write(meta(CHILD, FORK_S), meta(), *SLOW, *own(OWN), thread=CHILD)
        codex.write(meta(SIBLING, FORK_S), meta(), *BURST, *own(OWN), thread=SIBLING)
        assert sums(codex.read()) == (8, 48_400, 484)

    def test_a_compaction_in_a_copy_is_its_parent_s(self, codex: CodexHome) -> None:
        record = {"thread_id": PARENT, "response_id": "resp_1", "usage": used(9_000, 90)}
        compaction = [
            line("token_usage_record", record, 70),
            line("compacted", {"compaction_response_id": "resp_1"}, 70),
        ]
        codex.write(meta(), *PARENTS, *compaction)
        codex.write(fork(), *BURST, *copied(compaction, FORK_S, 0), *own(OWN), thread=CHILD)
        assert sums(codex.read()) == (7, 56_200, 562)


class TestOwnRequests:
    def test_requests_of_one_size_after_a_fork_are_each_thread_s_own(self, codex: CodexHome) -> None:
        same = own([(500, 5)])
        codex.write(meta(), *PARENTS[:3], *same)
        for child in (CHILD, SIBLING):
            codex.write(fork(child), meta(), *BURST, *same, thread=child)
        assert sums(codex.read()) == (6, 7_500, 75)

    def test_subagents_that_copied_nothing_keep_all_of_theirs(self, codex: CodexHome) -> None:
        codex.write(meta(), *PARENTS)
        for second, last in ((FORK_S, 1), (FORK_S + 1, 2)):
            thread = v7(second, last)
            header = meta(thread, second, parent_thread_id=PARENT, source={"subagent": {"thread_spawn": {}}})
            codex.write(
                header,
                meta(),
                turn(turn_id=v7(second + 1)),
                *counts(*BEFORE, start=second + 5),
                thread=thread,
            )
        reader = codex.read()
        assert sums(reader) == (10, 58_000, 580)
        assert sorted({event.is_sidechain for event in reader.requests}) == [False, True]

    def test_requests_soon_after_a_copy_are_the_thread_s_own(self, codex: CodexHome) -> None:
        codex.write(meta(), *PARENTS)
        codex.write(fork(), meta(), *BURST, *own(OWN, FORK_S + 1.1), thread=CHILD)
        assert sums(codex.read()) == TRUTH

    def test_a_copy_that_pauses_adds_nothing(self, codex: CodexHome) -> None:
        codex.write(meta(), *PARENTS)
        codex.write(fork(), meta(), *BURST[:2], *copied(PARENTS[2:3], FORK_S + 2, 0), *own(OWN), thread=CHILD)
        assert sums(codex.read()) == TRUTH

    def test_a_fork_of_a_fork_counts_each_request_once_in_any_order(self, tmp_path: Path) -> None:
        mine, last = own(OWN), own([*OWN, (11, 1)], FORK_S + 400)[-1:]
        for copy in (BURST, SLOW):
            history = copied([*copy, *mine], FORK_S + 300, 0.01 if copy is BURST else 7)
            for number, order in enumerate(permutations(range(3))):
                codex = CodexHome(tmp_path / f"{len(history)}{copy is BURST}{number}")
                codex.write(meta(), *PARENTS)
                codex.write(fork(), meta(), *copy, *mine, thread=CHILD)
                grandchild = meta(SIBLING, FORK_S + 300, forked_from_id=CHILD)
                codex.write(grandchild, fork(), meta(), *history, *last, thread=SIBLING)
                codex.reader.scan(partial(_picked, order))
                assert sums(codex.reader) == (7, 47_211, 473)

    def test_the_parent_keeps_what_it_was_first_to_use(self, codex: CodexHome) -> None:
        codex.write(spawned(), meta(), turn(), *SLOW, *own(OWN), thread=CHILD)
        codex.write(meta(), turn(), *PARENTS)
        requests = codex.read().requests
        assert [event.attribution.session for event in requests] == [PARENT] * 4 + [CHILD] * 2
        assert [event.time_ms for event in requests[:3]] == [
            NOON_MS + 1_000,
            NOON_MS + 31_000,
            NOON_MS + 61_000,
        ]


def _picked(order: tuple[int, ...], files: list[LogFile]) -> list[LogFile]:
    return [files[index] for index in order]


def _totals_alone(one: Line) -> Line:
    info = {**one["payload"]["info"], "last_token_usage": None}
    return {**one, "payload": {**one["payload"], "info": info}}


def test_a_thread_that_names_itself_as_its_parent_loses_nothing(codex: CodexHome) -> None:
    codex.write(meta(forked_from_id=PARENT), *copied(PARENTS, 0, 0.001))
    assert sums(codex.read()) == (4, 46_000, 460)


def test_equal_requests_within_a_copy_are_kept_apart(codex: CodexHome) -> None:
    same = counts(*[(1_000, 10)] * 3, step=30)
    codex.write(meta(), *same)
    codex.write(
        fork(), *copied(same, FORK_S + 3, 4), count(used(1_000, 10), used(4_000, 40), 190), thread=CHILD
    )
    assert sums(codex.read()) == (4, 4_000, 40)
