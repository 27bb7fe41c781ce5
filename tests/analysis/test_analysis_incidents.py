from incident_accounts import Week
from incident_kinds import cold_cache
from incident_scores import SEED, overall, play, scores
from incident_usage import Owner, Random

from token_dashboard.model.alert import AlertKind, CauseKind


def test_of_ten_alerts_nine_are_right_and_of_ten_incidents_nine_are_found() -> None:
    found = scores(SEED)
    whole = overall(found.values())
    assert whole.incidents == 50
    assert whole.precision >= 0.9
    assert whole.recall >= 0.9
    assert {kind for kind, score in found.items() if score.precision < 0.9 or score.recall < 0.9} == set()


def test_a_cache_that_stops_serving_is_named_with_its_session_and_the_extra_money() -> None:
    random = Random("a cold cache")
    owner = Owner.drawn(random)
    incident = cold_cache(owner)
    told = [
        one
        for at, one in play(owner, Week.drawn(random))
        if one.kind is AlertKind.SPEND_SPIKE and at >= incident.start_ms
    ]
    cache, session = told[0].causes
    assert (cache.kind, session.kind, session.name) == (CauseKind.CACHE, CauseKind.SESSION, "changed")
    assert cache.before is not None
    assert cache.after is not None
    assert cache.before > 75
    assert cache.after < 30
    assert cache.money is not None
    assert told[0].money is not None
    assert 0 < cache.money.nanos < told[0].money.nanos
