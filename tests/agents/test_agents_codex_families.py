"""Families of Codex threads, drawn at random: each request counts once, whatever is read when."""

import random
from functools import partial

import pytest
from codex_home import CHILD, PARENT, CodexHome, copied, counts, meta, sums, turn
from hypothesis import given, settings
from hypothesis import strategies as st

from token_dashboard.model.cursor import LogFile


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6))
def test_a_family_of_threads_counts_each_request_once_in_any_order_of_files_and_scans(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    dice = random.Random(seed)
    codex = CodexHome(tmp_path_factory.mktemp("family"))
    history: list[tuple[int, int]] = [
        (dice.randint(1, 9_000), dice.randint(1, 900)) for _ in range(dice.randint(1, 8))
    ]
    files = [(PARENT, [meta(), turn(), *counts(*history, step=10)])]
    truth = list(history)
    for number in range(dice.randint(1, 4)):
        thread, second = f"{number}{CHILD[1:]}", 200 + 100 * number
        begin = dice.randint(1, len(history))
        mine = [(dice.randint(1, 9_000), dice.randint(1, 900)) for _ in range(dice.randint(0, 3))]
        copy = counts(*history[:begin], *mine)
        kept = (
            copy[:begin]
            if dice.random() < 0.3
            else copied(copy[:begin], second, dice.choice([0.001, 0.3, 0.9, 1, 2, 8]))
        )
        after = copied(copy[begin:], second + 80, 5)
        header = meta(thread, second, forked_from_id=PARENT)
        files.append((thread, [header, *([meta()] if dice.random() < 0.5 else []), turn(), *kept, *after]))
        truth += mine
    pieces = [
        (thread, lines, end)
        for thread, lines in files
        for end in sorted({len(lines), dice.randint(0, len(lines))})
    ]
    dice.shuffle(pieces)
    written: dict[str, int] = {}
    for thread, lines, end in pieces:
        if end > written.get(thread, -1):
            written[thread] = end
            codex.write(*lines[:end], thread=thread)
            codex.reader.scan(partial(_shuffled, dice))
    sent, output = (sum(column) for column in zip(*truth, strict=True))
    assert sums(codex.reader) == (len(truth), sent, output)


def _shuffled(dice: random.Random, files: list[LogFile]) -> list[LogFile]:
    return dice.sample(files, len(files))
