from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_dashboard.analysis.thresholds import Judgement
from token_dashboard.analysis.watchers.accounts import Pulse, watch_accounts
from token_dashboard.analysis.watchers.idle import watch_idle
from token_dashboard.analysis.watchers.loop import watch_loops
from token_dashboard.analysis.watchers.reset import watch_reset
from token_dashboard.analysis.watchers.silence import watch_silence
from token_dashboard.analysis.watchers.spike import KEY, watch_spike
from token_dashboard.analysis.watchers.usual import busy
from token_dashboard.model.alert import AlertKind, CauseKind, Condition, Severity
from token_dashboard.model.money import Money
from token_dashboard.model.period import BUCKET_MS, DAY_MS, HOUR_MS, MINUTE_MS
from token_dashboard.model.series import UsageSlice
from token_dashboard.model.service import Health, Incident, ServiceStatus
from token_dashboard.model.snapshot import UsageWindow

NOW = 1_795_358_700_000
"""Sunday 2026-11-22 14:45 UTC."""
CENT = 10_000_000
POLL_S = 900
PULSE = Pulse(provider="openrouter", account="default", attempted_ms=NOW, checked_ms=NOW)


def used(at_ms: int, cents: int | None, **more: object) -> UsageSlice:
    plain = UsageSlice(
        start_ms=at_ms,
        agent="bot",
        session="main",
        provider="anthropic",
        model="sonnet",
        trigger=None,
        requests=10,
        input_tokens=100_000,
        cache_read_input_tokens=90_000,
        output_tokens=1_000,
        cost_nanos=None if cents is None else cents * CENT,
        human_turns=1,
    )
    return replace(plain, **more)


def workdays(until_ms: int = NOW - 3 * HOUR_MS) -> list[UsageSlice]:
    """Two weeks of a dollar an hour, eight hours a day."""
    starts = range(NOW - 14 * DAY_MS, until_ms, BUCKET_MS)
    return [used(at, 25) for at in starts if at % DAY_MS // HOUR_MS in range(7, 15)]


def now_used(**more: object) -> list[UsageSlice]:
    """The last two hours, a quarter of an hour at a time."""
    return [used(at, 25, **more) for at in range(NOW - 7 * BUCKET_MS, NOW + 1, BUCKET_MS)]


def spikes(slices: list[UsageSlice]) -> list[Condition]:
    judgement = Judgement()
    watch_spike(judgement, slices, NOW)
    return judgement.conditions


def test_an_ordinary_hour_is_no_spike_and_ends_one() -> None:
    judgement = Judgement()
    watch_spike(judgement, [*workdays(), *now_used()], NOW)
    assert (judgement.conditions, judgement.judged) == ([], {KEY})


def test_many_times_the_usual_spend_is_a_spike_of_the_session_that_made_it() -> None:
    (spike,) = spikes([*workdays(), *now_used(cost_nanos=200 * CENT, requests=80, session="busy")])
    assert (spike.money, spike.threshold, spike.session) == (Money(1600 * CENT), Money(200 * CENT), "busy")
    assert [one.kind for one in spike.causes] == [CauseKind.SESSION]


def test_a_new_model_that_costs_several_times_as_much_is_named() -> None:
    (spike,) = spikes([*workdays(), *now_used(cost_nanos=100 * CENT, model="ultra")])
    assert (spike.causes[0].kind, spike.causes[0].name) == (CauseKind.MODEL, "ultra")
    assert spike.causes[0].money == Money(600 * CENT)


def test_a_context_that_grew_several_times_is_named_with_its_figures() -> None:
    grown = {"input_tokens": 500_000, "cache_read_input_tokens": 450_000}
    (spike,) = spikes([*workdays(), *now_used(cost_nanos=125 * CENT, **grown)])
    assert spike.causes[0].kind is CauseKind.CONTEXT
    assert (spike.causes[0].before, spike.causes[0].after) == (Decimal(10_000), Decimal(50_000))


def test_a_spike_of_cents_is_no_news() -> None:
    cheap = [replace(one, cost_nanos=CENT // 10) for one in workdays()]
    assert spikes([*cheap, *now_used(cost_nanos=5 * CENT)]) == []


def test_without_a_past_or_prices_there_is_no_spike() -> None:
    assert spikes(now_used(cost_nanos=200 * CENT)) == []
    assert spikes([*workdays(), *now_used(cost_nanos=None)]) == []
    judgement = Judgement()
    watch_spike(judgement, now_used(cost_nanos=200 * CENT), NOW)
    assert judgement.judged == set()


def loops(slices: list[UsageSlice], now_ms: int = NOW) -> list[Condition]:
    judgement = Judgement()
    watch_loops(judgement, slices, now_ms)
    return judgement.conditions


def test_a_session_that_races_without_a_person_is_a_loop() -> None:
    racing = used(NOW - BUCKET_MS, 900, input_tokens=1_000_000, requests=100, session="run", human_turns=0)
    (loop,) = loops([*workdays(), racing])
    assert (loop.session, loop.tokens, loop.threshold_tokens) == ("run", 1_001_000 // 15, 101_000 // 15)
    assert loop.causes[0].name == "sonnet"
    assert loops([*workdays(), replace(racing, human_turns=1)]) == []


def test_a_loop_is_seen_five_minutes_after_it_began() -> None:
    racing = used(NOW, 400, input_tokens=400_000, requests=40, session="run", human_turns=0)
    assert loops([*workdays(), racing], NOW + 4 * MINUTE_MS) == []
    assert len(loops([*workdays(), racing], NOW + 5 * MINUTE_MS)) == 1


def beats(cents: int, every_ms: int = HOUR_MS // 2, hours: int = 12) -> list[UsageSlice]:
    starts = range(NOW - hours * HOUR_MS, NOW + 1, every_ms)
    return [used(at, cents, trigger="heartbeat", human_turns=0) for at in starts]


def idles(slices: list[UsageSlice]) -> list[Condition]:
    judgement = Judgement()
    watch_idle(judgement, slices, NOW)
    return judgement.conditions


def test_heartbeats_that_cost_dollars_a_day_are_idle_burn() -> None:
    (idle,) = idles(beats(10))
    assert (idle.subject, idle.money, idle.per_day) == ("bot", Money(40 * CENT), Money(480 * CENT))
    assert (idle.causes[0].kind, idle.causes[0].name) == (CauseKind.TRIGGER, "heartbeat")


def test_a_conversation_of_the_same_cost_is_none_and_judges_nothing() -> None:
    talk = [replace(one, trigger="human", human_turns=1) for one in beats(10)]
    judgement = Judgement()
    watch_idle(judgement, talk, NOW)
    assert judgement == Judgement()


def test_a_single_job_and_cheap_heartbeats_are_no_idle_burn() -> None:
    job = used(NOW - HOUR_MS, 300, trigger="cron", human_turns=0)
    assert idles(sorted([*beats(1), job], key=lambda one: one.start_ms)) == []


def test_a_session_whose_person_left_hours_ago_is_idle_burn_and_one_nobody_knows_of_is_not() -> None:
    begun = used(NOW - 8 * HOUR_MS, 10, session="left")
    works = [replace(one, trigger=None, session="left") for one in beats(10, hours=7)]
    assert [one.session for one in idles([begun, *works])] == ["left"]
    assert idles([replace(one, human_turns=None) for one in works]) == []


def test_a_source_that_never_sleeps_is_missed_and_one_that_sleeps_is_not() -> None:
    steady = list(range(NOW - 9 * DAY_MS, NOW - 3 * HOUR_MS, HOUR_MS))
    judgement = Judgement()
    watch_silence(judgement, "bot", steady, NOW, NOW)
    (stopped,) = judgement.conditions
    assert stopped.taken_ms == steady[-1] + BUCKET_MS
    sleeps = [at for at in steady if at % DAY_MS > 8 * HOUR_MS]
    for quarters, read_ms in ((sleeps, NOW), (steady, steady[-1]), (steady[-24:], NOW), ([], NOW)):
        judgement = Judgement()
        watch_silence(judgement, "bot", quarters, NOW, read_ms)
        assert judgement.conditions == []


def watched(*pulses: Pulse, now_ms: int = NOW) -> list[Condition]:
    judgement = Judgement()
    watch_accounts(judgement, pulses, now_ms, POLL_S)
    return judgement.conditions


def failing(problem: str, hours: float, *, failures: int = 5, provider: str = "openrouter") -> Pulse:
    since = NOW - int(hours * HOUR_MS)
    return replace(
        PULSE,
        provider=provider,
        checked_ms=since,
        problem=problem,
        problem_since_ms=since,
        failures=failures,
    )


@pytest.mark.parametrize(
    ("pulse", "kind", "severity"),
    [
        (PULSE, None, None),
        (failing("provider_unavailable", 0.5), None, None),
        (failing("provider_unavailable", 1), AlertKind.PROVIDER_OUTAGE, Severity.WARNING),
        (failing("provider_unavailable", 7), AlertKind.PROVIDER_OUTAGE, Severity.CRITICAL),
        (failing("credentials_rejected", 0.6), AlertKind.DATA_STOPPED, Severity.WARNING),
        (failing("credentials_rejected", 9, failures=1), None, None),
        (failing("rate_limited", 9), None, None),
        (replace(failing("credentials_rejected", 9), attempted_ms=NOW - 9 * HOUR_MS), None, None),
        (replace(PULSE, key_expires_ms=NOW + 8 * DAY_MS), None, None),
        (replace(PULSE, key_expires_ms=NOW + 7 * DAY_MS), AlertKind.KEY_EXPIRING, Severity.WARNING),
        (replace(PULSE, key_expires_ms=NOW + DAY_MS), AlertKind.KEY_EXPIRING, Severity.CRITICAL),
    ],
)
def test_what_an_owner_hears_of_an_account(
    pulse: Pulse, kind: AlertKind | None, severity: Severity | None
) -> None:
    assert [(one.kind, one.severity) for one in watched(pulse)] == ([(kind, severity)] if kind else [])


def test_when_nobody_answers_it_is_our_own_network() -> None:
    both = [failing("provider_unavailable", 2, provider=name) for name in ("openrouter", "deepseek")]
    (offline,) = watched(*both)
    assert (offline.key, offline.taken_ms) == ("data_stopped:*", NOW - 2 * HOUR_MS)
    assert [one.kind for one in watched(both[0], PULSE)] == [AlertKind.PROVIDER_OUTAGE]


def test_an_outage_that_the_provider_tells_of_lasts_from_its_own_beginning() -> None:
    told = Incident(title="API errors", health=Health.MAJOR_OUTAGE, since_ms=NOW - 2 * HOUR_MS)
    status = ServiceStatus(health=Health.MAJOR_OUTAGE, page="", checked_ms=NOW, incidents=(told,))
    (outage,) = watched(replace(PULSE, status=status))
    assert (outage.severity, outage.taken_ms) == (Severity.CRITICAL, NOW - 2 * HOUR_MS)
    assert watched(replace(PULSE, status=replace(status, health=Health.DEGRADED))) == []


def window(used_percent: int, resets_in_h: float | None) -> UsageWindow:
    resets_ms = None if resets_in_h is None else NOW + int(resets_in_h * HOUR_MS)
    return UsageWindow(name="5h", used_percent=Decimal(used_percent), resets_ms=resets_ms)


@pytest.mark.parametrize(
    ("before", "after", "is_reset"),
    [
        (window(95, -0.1), window(3, 4.9), True),
        (window(95, None), window(3, None), True),
        (window(95, 2), window(3, 2), False),
        (window(42, -0.1), window(3, 4.9), False),
        (window(95, -0.1), window(70, 4.9), False),
        (window(85, None), window(82, None), False),
    ],
)
def test_a_reset_is_news_to_whoever_waited_for_it(
    before: UsageWindow, after: UsageWindow, *, is_reset: bool
) -> None:
    judgement = Judgement()
    watch_reset(judgement, "claude", "default", before, after, NOW)
    assert bool(judgement.conditions) is is_reset
    assert judgement.judged == {"window_reset:claude:default:5h:"}


def test_a_reset_before_its_time_says_so() -> None:
    judgement = Judgement()
    watch_reset(judgement, "claude", "default", window(95, 3), window(0, 5), NOW)
    assert judgement.conditions[0].causes[0].name == "early"


@given(st.lists(st.integers(0, 10**9), min_size=1), st.integers(0, 200))
def test_idle_hours_never_make_a_busy_one_less_usual(figures: list[int], idle_hours: int) -> None:
    pairs = [(one, one) for one in figures]
    assert busy([*pairs, *[(0, 0)] * idle_hours]) == busy(pairs) or not any(figures)


@given(st.integers(0, 10**6), st.integers(1, 40))
def test_no_watcher_speaks_without_data(offset_ms: int, cents: int) -> None:
    judgement = Judgement()
    now = NOW + offset_ms
    watch_spike(judgement, [], now)
    watch_loops(judgement, [], now)
    watch_idle(judgement, [], now)
    watch_silence(judgement, "bot", [], now, now)
    watch_accounts(judgement, [], now, POLL_S)
    watch_spike(judgement, now_used(cost_nanos=cents * CENT), now)
    assert judgement.conditions == []
