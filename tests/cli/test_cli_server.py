import json
import os
from pathlib import Path

import pytest

from token_dashboard.cli.server import announced, ask
from token_dashboard.model.secret import Secret


def test_a_gateway_leaves_its_address_while_it_runs_for_its_owner_alone(tmp_path: Path) -> None:
    note = tmp_path / "state" / "gateway.json"
    with announced(note, url="http://127.0.0.1:9", token=Secret("t")):
        assert json.loads(note.read_bytes())["url"] == "http://127.0.0.1:9"
        assert note.stat().st_mode & 0o777 == 0o600
    assert not note.exists()


def test_the_note_of_a_gateway_that_was_killed_is_replaced(tmp_path: Path) -> None:
    note = tmp_path / "gateway.json"
    note.write_text('{"url": "http://127.0.0.1:1", "pid": 1}')
    note.chmod(0o644)
    with announced(note, url="http://127.0.0.1:9", token=None):
        assert note.stat().st_mode & 0o777 == 0o600


def test_a_gateway_that_stops_leaves_the_note_of_its_successor(tmp_path: Path) -> None:
    note = tmp_path / "gateway.json"
    with announced(note, url="http://127.0.0.1:9", token=None):
        note.write_text(json.dumps({"url": "http://127.0.0.1:10", "pid": os.getpid() + 1}))
    assert note.exists()


@pytest.mark.parametrize(
    "left",
    [None, "", "[]", "{", '{"url": 5}', '{"url": "http://127.0.0.1:1"}', '{"url": "no address"}'],
)
def test_where_no_gateway_answers_none_is_asked(tmp_path: Path, left: str | None) -> None:
    note = tmp_path / "gateway.json"
    if left is not None:
        note.write_text(left)
    assert ask(note, "token-dashboard.cached", {}) is None
