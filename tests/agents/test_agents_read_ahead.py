"""What is announced to the system changes nothing of what is read."""

import os
from pathlib import Path

import pytest

from token_dashboard.agents._read_ahead import reading_ahead
from token_dashboard.agents._walk import walk
from token_dashboard.model.cursor import LogFile


def test_files_come_in_their_order(tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.jsonl").write_bytes(b"{}\n" * number)
    files = walk(tmp_path, ".jsonl")
    assert list(reading_ahead(files)) == files


@pytest.mark.parametrize("happened", ["gone", "fifo", "folder"])
def test_a_file_that_is_none_any_more_is_passed_on(tmp_path: Path, happened: str) -> None:
    path = tmp_path / "a.jsonl"
    file = LogFile(str(path), 1, 2, 3, 4)
    if happened == "fifo":
        os.mkfifo(path)
    elif happened == "folder":
        path.mkdir()
    assert list(reading_ahead([file])) == [file]


def test_no_more_is_asked_for_than_some_files_ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = [LogFile(str(tmp_path / f"{number}.jsonl"), 1, number, 20 << 20, 4) for number in range(9)]
    for file in files:
        Path(file.path).touch()
    asked: list[int] = []
    monkeypatch.setattr(os, "POSIX_FADV_WILLNEED", 3, raising=False)
    monkeypatch.setattr(
        os, "posix_fadvise", lambda opened, *_: asked.append(os.fstat(opened).st_ino), raising=False
    )
    ahead = reading_ahead(files)
    next(ahead)
    assert len(asked) == 2
    next(ahead)
    assert len(asked) == 3
