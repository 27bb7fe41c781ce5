import itertools

from hypothesis import given
from hypothesis import strategies as st

from token_dashboard.model.attribution import Attribution
from token_dashboard.model.usage import MEMBER_MASK, UsageEvent, event_key, group_of, merge, merge_group


def record(
    key: int = 32768, time_ms: int = 0, output: int = 1, session: str = "a", **other: object
) -> UsageEvent:
    return UsageEvent(
        key=key,
        time_ms=time_ms,
        source="log",
        agent="claude-code",
        provider="anthropic",
        model="claude-opus-4-5",
        input_tokens=100,
        output_tokens=output,
        attribution=Attribution(session=session),
        **other,
    )


def test_a_key_depends_on_the_sources_own_ids_alone() -> None:
    assert event_key("claude-code", "msg_1", "req_1") == event_key("claude-code", "msg_1", "req_1")
    keys = {
        event_key(agent, request, member)
        for agent, request, member in itertools.product(
            ("claude-code", "codex"), ("m1", "m2"), ("", "r1", "r2")
        )
    }
    assert len(keys) == 12
    assert all(0 <= key < 2**63 for key in keys)


def test_members_of_one_request_lie_in_one_group() -> None:
    first, second = event_key("claude-code", "m", "r1"), event_key("claude-code", "m", "r2")
    assert group_of(first) == group_of(second) == group_of(event_key("claude-code", "m"))
    assert group_of(first) <= first <= group_of(first) | MEMBER_MASK


def test_a_request_without_members_has_all_bits_of_its_key() -> None:
    keys = {event_key("pi", f"request {number}") for number in range(100)}
    assert len({key & MEMBER_MASK for key in keys}) > 90


def test_of_a_streamed_reply_the_fullest_record_counts_at_the_earliest_time() -> None:
    grown = merge(record(time_ms=10, output=1), record(time_ms=20, output=412))
    assert (grown.output_tokens, grown.time_ms) == (412, 10)


def test_a_copy_in_a_resumed_session_stays_with_the_session_seen_first() -> None:
    assert merge(record(session="first"), record(session="resumed")).attribution.session == "first"


def test_the_main_thread_owns_what_a_sidechain_repeats() -> None:
    side, main = record(session="side", is_sidechain=True), record(session="main")
    assert merge(side, main).attribution.session == "main"
    assert not merge(main, side).is_sidechain


def test_a_sidechains_replay_under_another_request_id_does_not_count_twice() -> None:
    main, replay = record(key=32769), record(key=32770, is_sidechain=True)
    assert merge_group([main, replay]) == merge_group([replay, main]) == [main]


def test_two_requests_of_the_main_thread_that_share_a_message_id_both_count() -> None:
    assert len(merge_group([record(key=32769), record(key=32770)])) == 2


records = st.lists(
    st.builds(
        record,
        key=st.sampled_from([32769, 32770, 32771]),
        time_ms=st.integers(0, 5),
        output=st.integers(0, 5),
        is_sidechain=st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


@given(records, st.randoms(use_true_random=False))
def test_counts_and_times_do_not_depend_on_the_order_of_arrival(
    events: list[UsageEvent], random: object
) -> None:
    shuffled = list(events)
    random.shuffle(shuffled)

    def counted(group: list[UsageEvent]) -> set[tuple[int, int, int]]:
        return {(one.key, one.output_tokens, one.time_ms) for one in merge_group(group)}

    assert counted(events) == counted(shuffled)
    assert counted(merge_group(events) + shuffled) == counted(events)


def test_what_an_owner_doesnt_know_is_taken_from_another_record_of_the_same_session() -> None:
    live = record()._replace(attribution=Attribution(session="a", trigger="heartbeat"))
    logged = record()._replace(attribution=Attribution(session="a", project="/shop", trigger="human"))
    assert merge(live, logged).attribution == Attribution(session="a", project="/shop", trigger="heartbeat")
    assert merge(logged, live).attribution == Attribution(session="a", project="/shop", trigger="human")


def test_a_copy_in_another_session_adds_nothing_to_the_owner() -> None:
    copied = record(session="b")._replace(attribution=Attribution(session="b", branch="main"))
    assert merge(record(session="a"), copied).attribution == Attribution(session="a")


def test_a_later_sum_of_a_session_replaces_the_earlier_one_and_keeps_its_date() -> None:
    earlier, later = record(time_ms=5, output=10), record(time_ms=9, output=12)._replace(input_tokens=900)
    for merged in (merge(earlier, later), merge(later, earlier)):
        assert (merged.time_ms, merged.input_tokens, merged.output_tokens) == (5, 900, 12)
