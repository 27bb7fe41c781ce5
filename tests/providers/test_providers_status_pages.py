"""What vendors' status pages say, in each of the shapes they come in; what can't be read is unknown."""

import json
from typing import Any

import pytest
from status_page_server import StatusPageServer

from token_dashboard.model.service import Health, StatusPage
from token_dashboard.providers._http import open_http
from token_dashboard.providers._status_pages import read_status_page

NOW = 1_795_357_920_000
"""2026-11-22T14:32:00Z."""
AN_HOUR_AGO = "Sun, 22 Nov 2026 13:32:00 GMT"


async def page_of(body: str | bytes, **answer: Any) -> StatusPage:
    async with StatusPageServer.playing(body) as server, open_http(timeout_s=0.5) as http:
        for name, value in answer.items():
            setattr(server, name, value)
        return await read_status_page(http, server.url, None, NOW)


def statuspage(indicator: str = "none", **told: Any) -> str:
    page = {"page": {"name": "Vendor"}, "status": {"indicator": indicator, "description": "…"}}
    return json.dumps(page | {"components": [], "incidents": [], "scheduled_maintenances": []} | told)


COMPONENTS = [
    {"name": "API", "status": "partial_outage"},
    {"name": "Website", "status": "operational"},
    {"name": "Labs", "status": "some_new_word"},
]
INCIDENT = {
    "name": "Elevated  errors\non the API",
    "status": "investigating",
    "impact": "major",
    "created_at": "2026-11-22T14:02:00.000Z",
    "shortlink": "https://stspg.io/x",
    "components": [{"name": "API", "status": "partial_outage"}],
}


@pytest.mark.parametrize(
    ("indicator", "health"),
    [
        ("none", Health.OPERATIONAL),
        ("maintenance", Health.MAINTENANCE),
        ("minor", Health.DEGRADED),
        ("major", Health.PARTIAL_OUTAGE),
        ("critical", Health.MAJOR_OUTAGE),
        ("a-new-word", Health.UNKNOWN),
    ],
)
async def test_a_statuspage_tells_how_the_whole_runs(indicator: str, health: Health) -> None:
    assert (await page_of(statuspage(indicator))).about("").health is health


async def test_a_statuspage_tells_the_incidents_of_a_component() -> None:
    page = await page_of(statuspage("major", components=COMPONENTS, incidents=[INCIDENT]))
    service = page.about("api")
    assert service.health is Health.PARTIAL_OUTAGE
    assert service.is_impaired
    (incident,) = service.incidents
    assert (incident.title, incident.since_ms) == ("Elevated errors on the API", NOW - 30 * 60_000)
    assert incident.url == "https://stspg.io/x"


async def test_an_incident_of_another_component_concerns_nobody_else() -> None:
    service = (await page_of(statuspage("major", components=COMPONENTS, incidents=[INCIDENT]))).about(
        "Website"
    )
    assert (service.health, service.incidents) == (Health.OPERATIONAL, ())


async def test_a_component_that_the_page_leaves_out_is_unknown_while_something_is_wrong() -> None:
    impaired = await page_of(statuspage("major", components=COMPONENTS, incidents=[INCIDENT]))
    assert impaired.about("Codex").health is Health.UNKNOWN
    assert (await page_of(statuspage(components=COMPONENTS))).about("Codex").health is Health.OPERATIONAL


async def test_a_component_in_a_new_word_is_not_operational() -> None:
    assert (await page_of(statuspage(components=COMPONENTS))).about("Labs").health is Health.UNKNOWN


async def test_an_incident_that_is_resolved_is_over() -> None:
    resolved = [INCIDENT | {"status": one} for one in ("resolved", "postmortem")]
    assert (await page_of(statuspage(incidents=resolved))).about("API").incidents == ()


async def test_planned_maintenance_is_no_incident() -> None:
    planned = {
        "name": "Database upgrade",
        "status": "scheduled",
        "impact": "maintenance",
        "created_at": "2026-11-01T00:00:00Z",
        "scheduled_for": "2026-11-23T02:00:00Z",
    }
    done = planned | {"status": "completed"}
    service = (await page_of(statuspage(scheduled_maintenances=[planned, done]))).about("API")
    assert (service.health, service.incidents) == (Health.OPERATIONAL, ())
    assert [one.title for one in service.maintenances] == ["Database upgrade"]
    assert service.maintenances[0].since_ms == 1_795_399_200_000


async def test_the_short_form_of_a_statuspage_will_do() -> None:
    assert (await page_of('{"status": {"indicator": "minor"}}')).health is Health.DEGRADED


@pytest.mark.parametrize(
    ("word", "health"),
    [
        ("UP", Health.OPERATIONAL),
        ("HASISSUES", Health.DEGRADED),
        ("UNDERMAINTENANCE", Health.MAINTENANCE),
        ("ELSE", Health.UNKNOWN),
    ],
)
async def test_instatus_tells_how_the_whole_runs(word: str, health: Health) -> None:
    assert (await page_of(json.dumps({"page": {"name": "Vendor", "status": word}}))).health is health


async def test_instatus_tells_incidents_and_maintenance_apart() -> None:
    page = await page_of(
        json.dumps(
            {
                "page": {"status": "HASISSUES"},
                "activeIncidents": [
                    {
                        "name": "Slow answers",
                        "started": "2026-11-22T14:00:00Z",
                        "status": "INVESTIGATING",
                        "impact": "MAJOROUTAGE",
                        "url": "https://vendor.instatus.com/1",
                    }
                ],
                "activeMaintenances": [{"name": "Upgrade", "start": "2026-11-22T14:30:00Z"}],
            }
        )
    )
    assert [(one.title, one.health) for one in page.incidents] == [("Slow answers", Health.MAJOR_OUTAGE)]
    assert [one.title for one in page.maintenances] == ["Upgrade"]


GOOGLE = {
    "id": "1",
    "begin": "2026-11-22T13:00:00+00:00",
    "external_desc": "Errors with model calls",
    "status_impact": "SERVICE_DISRUPTION",
    "affected_products": [{"title": "Vertex Gemini API", "id": "Z0FZJAMvEB4j3NbCJs6B"}],
}


async def test_googles_incident_without_an_end_is_open() -> None:
    over = GOOGLE | {"end": "2026-11-22T14:00:00+00:00"}
    page = await page_of(json.dumps([GOOGLE, over]))
    service = page.about("Gemini API")
    assert (service.health, len(service.incidents)) == (Health.PARTIAL_OUTAGE, 1)
    assert page.about("Z0FZJAMvEB4j3NbCJs6B").health is Health.PARTIAL_OUTAGE
    assert page.about("Cloud Storage").incidents == ()
    assert (await page_of(json.dumps([over]))).health is Health.OPERATIONAL


def rss(*items: str) -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{"".join(items)}</channel></rss>'


def item(
    title: str, text: str = "", *, category: str = "", date: str = "Sun, 22 Nov 2026 13:00:00 GMT"
) -> str:
    more = f"<category>{category}</category>" if category else ""
    return (
        f"<item><title>{title}</title><description><![CDATA[{text}]]></description>{more}"
        f"<pubDate>{date}</pubDate><link>https://status.example/1</link></item>"
    )


@pytest.mark.parametrize(
    "told",
    [
        item("API errors", category="Resolved"),
        item("API errors", "<p><strong>Resolved</strong> - All is well.</p><p>Investigating</p>"),
        item("[Resolved] API errors"),
        item("API errors", "Status: Resolved"),
        item("API errors", "This incident has been resolved."),
        item("API errors", "The issue is now fully resolved"),
    ],
)
async def test_an_item_of_a_feed_is_over_when_it_says_so(told: str) -> None:
    page = await page_of(rss(told))
    assert (page.health, page.incidents) == (Health.OPERATIONAL, ())


@pytest.mark.parametrize(
    "told",
    [
        item("API errors", "<strong>Investigating</strong> - We are looking into it."),
        item("API errors", "This is not resolved."),
        item("API errors", "Unresolved"),
        item("API errors", "We will post here once the issue has been resolved."),
        item("API errors", "Investigating: completed uploads fail."),
        item("API errors", category="Investigating"),
        item("API errors", date="no date"),
    ],
)
async def test_an_item_of_a_feed_that_does_not_say_so_is_open(told: str) -> None:
    page = await page_of(rss(told, item("Another", category="Resolved")))
    assert (page.health, [one.title for one in page.incidents]) == (Health.DEGRADED, ["API errors"])


async def test_an_item_that_nobody_ever_closed_counts_for_a_week() -> None:
    page = await page_of(rss(item("API errors", date="Sat, 14 Nov 2026 13:00:00 GMT")))
    assert page.health is Health.OPERATIONAL


async def test_maintenance_in_a_feed_is_no_incident() -> None:
    page = await page_of(rss(item("Scheduled maintenance of the API")))
    assert (page.health, page.incidents) == (Health.OPERATIONAL, ())
    assert [one.health for one in page.maintenances] == [Health.MAINTENANCE]


async def test_an_atom_feed_says_the_same() -> None:
    page = await page_of(
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Major outage &amp; errors</title>'
        '<updated>2026-11-22T14:00:00Z</updated><link href="https://status.example/2"/>'
        "<content type='html'>&lt;p&gt;Investigating&lt;/p&gt;</content></entry></feed>"
    )
    (incident,) = page.incidents
    assert (incident.title, incident.health) == ("Major outage & errors", Health.MAJOR_OUTAGE)
    assert incident.url == "https://status.example/2"


async def test_a_feed_without_items_tells_of_no_incident() -> None:
    assert (await page_of(rss())).health is Health.OPERATIONAL


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]garbage",
        b"null",
        b'{"status": {"indicator": 1}}',
        b"<!doctype html><title>Just a moment...</title>",
        b"<html><body>Sign in</body></html>",
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><rss><channel/></rss>',
        b"<rss><channel><item>",
        b"[" * 100_000,
        b"x" * (5 * 1024 * 1024),
        b"\xff\xfe<rss/>",
    ],
    ids=lambda body: repr(body[:20]),
)
async def test_a_body_that_cannot_be_read_is_unknown_which_is_not_operational(body: bytes) -> None:
    page = await page_of(body)
    assert (page.health, page.about("API").health) == (Health.UNKNOWN, Health.UNKNOWN)


@pytest.mark.parametrize("status", [301, 302, 401, 403, 404, 429, 500, 503])
async def test_a_page_that_refuses_is_unknown(status: int) -> None:
    page = await page_of(statuspage(), status=status, headers={"Location": "https://elsewhere.example"})
    assert page.health is Health.UNKNOWN


async def test_a_page_that_never_answers_is_unknown() -> None:
    assert (await page_of(statuspage(), hangs=True)).health is Health.UNKNOWN


async def test_a_page_is_asked_whether_it_has_changed_and_without_any_key() -> None:
    async with StatusPageServer.playing(statuspage("minor")) as server, open_http() as http:
        server.headers = {"ETag": 'W/"1"', "Last-Modified": "Sun, 22 Nov 2026 14:00:00 GMT"}
        first = await read_status_page(http, server.url, None, NOW)
        second = await read_status_page(http, server.url, first, NOW + 1)
        assert (second.health, second.checked_ms) == (Health.DEGRADED, NOW + 1)
        assert server.requests[1]["if-none-match"] == 'W/"1"'
        assert server.requests[1]["if-modified-since"] == "Sun, 22 Nov 2026 14:00:00 GMT"
        assert not {"authorization", "cookie"} & {name for one in server.requests for name in one}
        server.status = 500
        server.headers = {}
        third = await read_status_page(http, server.url, second, NOW + 2)
        assert third.health is Health.UNKNOWN
        await read_status_page(http, server.url, third, NOW + 3)
        assert "if-none-match" not in server.requests[-1]
