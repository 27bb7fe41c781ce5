"""Who the owner is and where the owner's chat is, by what OpenClaw's configuration says."""

from typing import Any

import pytest

from token_dashboard.gateway.host import Origin
from token_dashboard.gateway.openclaw.facts import read_facts
from token_dashboard.gateway.openclaw.owner import chat_address, is_owner, owner_route

ON = {"enabled": True, "allowFrom": []}
OFF = {"enabled": False, "allowFrom": []}


def route(owners: list[Any], channels: dict[str, Any], session: str | None = "agent:main:main") -> str | None:
    found = owner_route(read_facts({"owners": owners, "channels": channels, "webChatSession": session}))
    if found is None:
        return None
    return " ".join(filter(None, (found.channel, found.to or found.session, found.account)))


@pytest.mark.parametrize(
    ("owners", "channels", "found"),
    [
        (["telegram:42"], {"telegram": ON}, "telegram 42"),
        (["tg:42"], {"telegram": ON}, "telegram 42"),
        (["telegram:42", "signal:+1"], {"signal": ON, "telegram": ON}, "telegram 42"),
        (["whatsapp:+1", "telegram:42"], {"telegram": ON}, "telegram 42"),
        (["telegram:1", "signal:+1"], {"telegram": OFF, "signal": ON}, "signal +1"),
        (["*", "telegram:*", "telegram:42"], {"telegram": ON}, "telegram 42"),
        (
            ["telegram:-100123", "telegram:group:5", "telegram:@news", "telegram:42"],
            {"telegram": ON},
            "telegram 42",
        ),
        (["42"], {"telegram": ON}, "telegram 42"),
        (["42"], {"telegram": ON, "signal": ON}, None),
        ([42], {"telegram": ON}, "telegram 42"),
        (["discord:5"], {"discord": ON}, "discord user:5"),
        (["discord:channel:5"], {"discord": ON}, None),
        (["slack:user:U5"], {"slack": ON}, "slack user:U5"),
        (["matrix:@a:b.org"], {"matrix": ON}, "matrix @a:b.org"),
        (["matrix:!a:b.org"], {"matrix": ON}, None),
        (["whatsapp:12@g.us"], {"whatsapp": ON}, None),
        ([], {"telegram": {"allowFrom": ["*", 7, 8]}}, "telegram 7"),
        ([], {"telegram": {"allowFrom": [-100, 8]}}, None),
        ([], {"telegram": ON, "signal": {"allowFrom": ["+1"]}}, "signal +1"),
        ([], {"telegram": {"accounts": {"a": {"allowFrom": []}, "b": {"allowFrom": [7]}}}}, "telegram 7 b"),
        ([], {"telegram": {"accounts": {"a": {"enabled": False, "allowFrom": [7]}}}}, None),
        ([], {"telegram": ON}, None),
        ([], {}, "webchat agent:main:main"),
        (["telegram:42"], {"telegram": OFF}, "webchat agent:main:main"),
    ],
)
def test_the_owners_chat_is_the_first_that_is_certain_to_be_theirs(
    owners: list[Any], channels: dict[str, Any], found: str | None
) -> None:
    assert route(owners, channels) == found


def test_without_channels_and_sessions_there_is_no_way() -> None:
    assert route([], {}, session=None) is None


@pytest.mark.parametrize("given", [None, [], "x", {"owners": 5, "channels": [], "models": {"a": 1}}])
def test_facts_of_another_shape_say_nothing(given: Any) -> None:
    assert owner_route(read_facts(given)) is None


@pytest.mark.parametrize(
    ("sender", "channel", "owners", "is_one"),
    [
        ("42", "telegram", ["telegram:42"], True),
        ("42", "telegram", ["tg:42"], True),
        ("42", "telegram", ["42"], True),
        ("U5", "slack", ["slack:user:u5"], True),
        ("42", "telegram", ["signal:42"], False),
        ("42", "telegram", ["whatsapp:42"], False),
        ("42", "telegram", ["*"], False),
        ("42", "telegram", ["telegram:*"], False),
        ("4", "telegram", ["telegram:42"], False),
        (None, "telegram", ["telegram:42"], False),
        ("42", None, ["42"], False),
    ],
)
def test_an_owner_is_who_is_listed_by_name(
    sender: str | None, channel: str | None, owners: list[str], is_one: bool
) -> None:
    facts = read_facts({"owners": owners, "channels": {"telegram": ON, "signal": ON}})
    assert is_owner(sender, channel, facts) is is_one


@pytest.mark.parametrize(
    ("channel", "sender", "to", "address"),
    [
        ("telegram", "telegram:42", "telegram:42", "42"),
        ("telegram", "telegram:42", "slash:42", "42"),
        ("telegram", "telegram:group:-100", "telegram:-100", "telegram:-100"),
        ("whatsapp", "+491", "+49222", "+491"),
        ("whatsapp", "12@g.us", "+49222", "12@g.us"),
        ("slack", "slack:U5", "user:U5", "user:U5"),
        ("slack", "slack:channel:C5", "channel:C5", "channel:C5"),
        ("discord", "discord:channel:5", "slash:7", None),
        ("webchat", None, "webchat:x", None),
        ("telegram", None, None, None),
    ],
)
def test_a_chat_is_answered_unasked_where_its_messages_come_from(
    channel: str, sender: str | None, to: str | None, address: str | None
) -> None:
    assert chat_address(channel, sender, to) == address


def test_a_route_is_a_chat_of_one_person() -> None:
    facts = read_facts({"owners": ["telegram:42"], "channels": {"telegram": ON}})
    assert owner_route(facts) == Origin(channel="telegram", to="42")
