"""Cursor's exports of usage: columns of two meanings, rows without ids."""

from pathlib import Path

import pytest
from agent_homes import read
from foreign_homes import clean, later, only, parts, refused

from token_dashboard.agents.cursor import AGENT

NEW = (
    "Date,Kind,Model,Max Mode,Input (w/ Cache Write),Input (w/o Cache Write),Cache Read,Output Tokens,"
    "Total Tokens,Cost"
)
OLD = (
    "Date,Model,Input (w/ Cache Write),Input (w/o Cache Write),Cache Read,Output Tokens,Total Tokens,"
    "Cost,Cost to you"
)
ROW = '"2025-11-13T18:36:05.846Z","Included","auto","No","28342","775","105891","21282","156290","0.19"'


def export(home: Path, *rows: str, header: str = NEW, name: str = "usage.csv", end: str = "\n") -> Path:
    home.mkdir(parents=True, exist_ok=True)
    path = home / name
    path.write_text("".join(row + end for row in (header, *rows)), newline="")
    return path


def new(counts: str, cost: str = "0.03", date: str = "2025-11-13T13:35:04.658Z") -> str:
    return f'"{date}","On-Demand","gpt-5-codex","No",{counts},"{cost}"'


class TestRows:
    def test_a_row_is_a_request(self, tmp_path: Path) -> None:
        export(tmp_path, ROW)
        event = only(AGENT, tmp_path)
        assert (event.time_ms, event.model, event.recorded_cost_nanos) == (
            1_763_058_965_846,
            "auto",
            190_000_000,
        )

    @pytest.mark.parametrize(
        ("counts", "expected"),
        [
            ('"28342","775","105891","21282","156290"', (135_008, 105_891, 28_342, 21_282, 0)),
            ('"28342","775","105891","21282","155515"', (134_233, 105_891, 27_567, 21_282, 0)),
            ('"0","8263","66964","1612","76839"', (75_227, 66_964, 0, 1_612, 0)),
            ('"500","500","0","10","510"', (500, 0, 0, 10, 0)),
            ('"1,000","200","0","10",""', (1_000, 0, 800, 10, 0)),
        ],
        ids=["beside each other", "one within the other", "nothing written", "the same twice", "no total"],
    )
    def test_the_total_says_how_the_columns_of_input_are_meant(
        self, tmp_path: Path, counts: str, expected: tuple[int, ...]
    ) -> None:
        export(tmp_path, new(counts))
        assert parts(only(AGENT, tmp_path)) == expected

    def test_columns_are_told_by_their_names(self, tmp_path: Path) -> None:
        export(tmp_path, "2025-02-01T09:00:00Z,gpt-4o,10,5,0,15,30,$0.10,$0.05", header=OLD)
        event = only(AGENT, tmp_path)
        assert (parts(event), event.recorded_cost_nanos) == ((15, 0, 10, 15, 0), 100_000_000)

    @pytest.mark.parametrize(
        ("cost", "nanos"),
        [("$1,234.56", 1_234_560_000_000), ("Included", None), ("-", None), ("NaN", None), ("", None)],
    )
    def test_a_cost_is_kept_where_there_is_one(self, tmp_path: Path, cost: str, nanos: int | None) -> None:
        export(tmp_path, new('"0","5","0","1","6"', cost))
        assert only(AGENT, tmp_path).recorded_cost_nanos == nanos

    def test_a_row_counts_once_however_many_exports_hold_it(self, tmp_path: Path) -> None:
        export(tmp_path, ROW)
        reader = read(AGENT, tmp_path)
        export(tmp_path, new('"0","5","0","1","6"'), ROW, name="usage.other.csv")
        assert len(later(reader)) == 2

    @pytest.mark.parametrize("end", ["\r\n", "\n\n"])
    def test_line_ends_and_a_byte_order_mark_do_no_harm(self, tmp_path: Path, end: str) -> None:
        path = export(tmp_path, ROW, ROW, end=end)
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
        assert len(clean(AGENT, tmp_path)) == 1


class TestRefused:
    @pytest.mark.parametrize(
        "bad",
        [
            new('"0","5","0","1","7"'),
            new('"0","-5","0","1","6"'),
            new('"0","5.5","0","1","6"'),
            new('"0","many","0","1","6"'),
            new('"0","1000000000000000000","0","1","6"'),
            new('"0","5","0","1","6"', date="2025-11-13"),
            new('"0","5","0","1","6"', cost="-3"),
            new('"0","5","0","1"'),
            new('"0","5","0","1","6'),
            "\0\0\0",
            '"' + "x" * 200_000 + '"',
        ],
    )
    def test_a_bad_row_takes_no_good_one_along(self, tmp_path: Path, bad: str) -> None:
        export(tmp_path, bad, ROW)
        events, lines = refused(AGENT, tmp_path)
        assert ([event.model for event in events], lines) == (["auto"], [2])

    @pytest.mark.parametrize("header", ["Date,Model,Tokens", "\0", "", '"'])
    def test_another_table_is_one_reject(self, tmp_path: Path, header: str) -> None:
        export(tmp_path, ROW, ROW, header=header)
        events, lines = refused(AGENT, tmp_path)
        assert (events, len(lines)) == ([], 1)

    def test_an_empty_file_is_no_reject(self, tmp_path: Path) -> None:
        (tmp_path / "usage.csv").write_bytes(b"")
        assert clean(AGENT, tmp_path) == []


def test_exports_lie_in_tokscales_cache(tmp_path: Path) -> None:
    assert AGENT.homes({}, tmp_path) == (tmp_path / ".config/tokscale/cursor-cache",)
    assert AGENT.homes({"XDG_CONFIG_HOME": "/c"}, tmp_path) == (Path("/c/tokscale/cursor-cache"),)
