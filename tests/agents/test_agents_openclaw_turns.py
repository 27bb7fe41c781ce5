"""Which of OpenClaw's paid answers it shows: branches, silence, failures, sessions that were put away."""

from pathlib import Path
from typing import Any

import pytest
from foreign_homes import TIME_MS
from test_agents_openclaw import store, transcript
from transcript_homes import Json, asked, head, said, text_of, usage

from token_dashboard.agents._openclaw_turns import Turn, turns_in
from token_dashboard.agents.openclaw import AGENT

Kept = dict[str, Turn]


def answer(number: int, parent: str | None, text: str = "Done.", **message: Any) -> Json:
    entry = said(
        f"m{number}",
        response=f"resp_{number}",
        used=usage(cost=0.00075),
        timestamp=TIME_MS + number,
        content=[{"type": "text", "text": text}],
        **message,
    )
    return {**entry, "parentId": parent}


def turns(home: Path) -> list[Turn]:
    return [turn for file in AGENT.find(home) for turn in turns_in(file)]


def active(home: Path) -> list[int]:
    """The numbers of the answers on the active branch."""
    return [turn.event.time_ms - TIME_MS for turn in turns(home) if turn.is_active]


@pytest.mark.parametrize("write", [transcript, store])
class TestBranches:
    def test_answers_behind_a_place_that_was_gone_back_to_are_on_another_branch(
        self, tmp_path: Path, write: Any
    ) -> None:
        write(tmp_path, head(), answer(1, None), answer(2, "m1"), answer(3, "m2"), answer(4, "m1"))
        assert active(tmp_path) == [1, 4]

    def test_a_leaf_entry_chooses_a_branch(self, tmp_path: Path, write: Any) -> None:
        leaf = {"type": "leaf", "id": "l1", "parentId": "m3", "targetId": "m1"}
        write(tmp_path, head(), answer(1, None), answer(2, "m1"), answer(3, "m2"), leaf)
        assert active(tmp_path) == [1]

    def test_what_follows_a_leaf_entry_follows_what_it_chose(self, tmp_path: Path, write: Any) -> None:
        leaf = {"type": "leaf", "id": "l1", "parentId": "m2", "targetId": "m1"}
        write(tmp_path, head(), answer(1, None), answer(2, "m1"), leaf, answer(3, "l1"))
        assert active(tmp_path) == [1, 3]

    def test_a_leaf_entry_that_names_nothing_known_chooses_nothing(self, tmp_path: Path, write: Any) -> None:
        leaf = {"type": "leaf", "id": "l1", "parentId": "m2", "targetId": "m9"}
        write(tmp_path, head(), answer(1, None), answer(2, "m1"), leaf)
        assert active(tmp_path) == [1, 2]

    def test_entries_that_name_no_parents_have_no_branches(self, tmp_path: Path, write: Any) -> None:
        write(tmp_path, head(), *(without_parent(answer(number, None)) for number in (1, 2, 3)))
        assert active(tmp_path) == [1, 2, 3]

    def test_what_is_appended_sideways_is_not_the_leaf(self, tmp_path: Path, write: Any) -> None:
        side = {**answer(2, "m1"), "appendMode": "side"}
        write(tmp_path, head(), answer(1, None), side, answer(3, "m1"))
        assert active(tmp_path) == [1, 3]

    def test_a_reset_cannot_be_gone_back_behind(self, tmp_path: Path, write: Any) -> None:
        reset = {"type": "reset", "id": "r1", "parentId": "m1"}
        leaf = {"type": "leaf", "id": "l1", "parentId": "m2", "targetId": "m1"}
        write(tmp_path, head(), answer(1, None), reset, answer(2, "r1"), leaf)
        assert active(tmp_path) == [1, 2]

    def test_a_parent_that_is_not_there_is_the_leaf(self, tmp_path: Path, write: Any) -> None:
        write(tmp_path, head(), answer(1, None), answer(2, "lost"))
        assert active(tmp_path) == [1, 2]

    def test_entries_that_are_each_others_parents_end_the_branch(self, tmp_path: Path, write: Any) -> None:
        write(tmp_path, head(), answer(1, "m2"), answer(2, "m1"))
        assert active(tmp_path) == [1, 2]


def without_parent(entry: Json) -> Json:
    return {name: value for name, value in entry.items() if name != "parentId"}


@pytest.mark.parametrize(
    ("content", "is_silent"),
    [
        ([{"type": "text", "text": " NO_REPLY\n"}], True),
        ("HEARTBEAT_OK", True),
        ([{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "NO_REPLY"}], True),
        ([{"type": "text", "text": "I will say NO_REPLY"}], False),
        ([{"type": "text", "text": "NO_REPLY"}, {"type": "toolCall", "name": "x"}], False),
        ([{"type": "text", "text": 7}, "NO_REPLY"], False),
        ("Done.", False),
    ],
)
def test_an_answer_that_says_nothing_is_silent(tmp_path: Path, content: Any, is_silent: bool) -> None:
    transcript(tmp_path, head(), said(content=content))
    [turn] = turns(tmp_path)
    assert turn.is_silent is is_silent


@pytest.mark.parametrize(("reason", "is_failed"), [("error", True), ("aborted", True), ("stop", False)])
def test_an_answer_that_ended_in_an_error_failed(tmp_path: Path, reason: str, is_failed: bool) -> None:
    transcript(tmp_path, head(), asked(), said(stopReason=reason))
    [turn] = turns(tmp_path)
    assert turn.is_failed is is_failed


def test_sessions_that_were_deleted_or_reset_are_put_away(tmp_path: Path) -> None:
    transcript(tmp_path, head(), answer(1, None), name="s1.jsonl.deleted.2026-11-20T12-00-00.000Z")
    transcript(tmp_path, head(), answer(2, None), name="s1.jsonl.reset.2026-11-20T12-00-00.000Z")
    transcript(tmp_path, head(), answer(3, None))
    found = {turn.event.time_ms - TIME_MS: turn.is_put_away for turn in turns(tmp_path)}
    assert found == {1: True, 2: True, 3: False}


def test_an_archive_in_the_database_is_put_away(tmp_path: Path) -> None:
    blob = text_of([head(), answer(1, None)]).encode().hex()
    archive = f"insert into session_transcript_archives values ('s1', 'g1', 'k', 'plain', x'{blob}');"
    store(tmp_path, more=archive)
    [turn] = turns(tmp_path)
    assert turn.is_put_away


def test_a_summary_is_not_counted_by_openclaw(tmp_path: Path) -> None:
    summary = {"type": "compaction", "id": "c1", "timestamp": "2026-11-20T12:00:00Z", "usage": usage()}
    transcript(tmp_path, head(), summary)
    [turn] = turns(tmp_path)
    assert (turn.is_counted, turn.event.attribution.trigger) == (False, "compaction")


def test_a_compressed_row_stands_in_the_tree(tmp_path: Path) -> None:
    store(tmp_path, head(), answer(1, None), answer(2, "m1"), answer(3, "m1"), compressed=True)
    assert active(tmp_path) == [1, 3]
