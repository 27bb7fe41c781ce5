"""The ledger that is asked is the team's own when its address leads to the same database."""

import pytest

from token_dashboard.config.team_settings import TeamSettings
from token_dashboard.model.secret import Secret

TEAMS = "postgresql://usage:sesame@db.example.org/usage"


def leads_there(url: str, teams: str = TEAMS) -> bool:
    return TeamSettings(url=Secret(teams)).is_at(Secret(url))


@pytest.mark.parametrize(
    "url",
    [
        TEAMS,
        "postgres://finance:other@db.example.org/usage",
        "postgresql://usage:sesame@db.example.org:5432/usage",
        "postgresql://usage:sesame@DB.example.org/usage?sslmode=require",
        "postgresql://db.example.org/usage?sslrootcert=/home/u@x/ca.pem",
    ],
)
def test_who_asks_and_how_safely_makes_no_difference(url: str) -> None:
    assert leads_there(url)
    assert leads_there(TEAMS, teams=url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://usage:sesame@db.example.org:6432/usage",
        "postgresql://usage:sesame@db.example.org/usage2",
        "postgresql://usage:sesame@other.example.org/usage",
        "postgresql:///usage?host=/run/postgresql",
    ],
)
def test_another_server_port_or_database_is_another_ledger(url: str) -> None:
    assert not leads_there(url)


def test_a_socket_is_told_from_another_and_the_own_machine_from_none() -> None:
    socket = "postgresql:///usage?host=/run/postgresql"
    assert leads_there(f"{socket}&sslmode=disable", teams=socket)
    assert not leads_there("postgresql:///usage?host=/tmp", teams=socket)
    assert leads_there("postgresql://localhost/my%20usage", teams="postgresql:///my usage")
    assert not TeamSettings(url=Secret(TEAMS)).is_at(None)
    assert not TeamSettings().is_at(Secret(TEAMS))
