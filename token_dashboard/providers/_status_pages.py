"""Reads the pages on which vendors tell machines how their service runs: is it me, or is it them?

A page is asked without any key, and whether it has changed rather than for all of it. One that answers with a
web page, a refusal, a redirect, or anything that can't be read is ``UNKNOWN``, which is not operational.
"""

import re
from dataclasses import replace

from token_dashboard.model.errors import ProviderUnavailable
from token_dashboard.model.service import Health, StatusPage
from token_dashboard.providers._base_url import host_of
from token_dashboard.providers._http import Answer, ProviderHttp, Request
from token_dashboard.providers._status_feeds import feed_page
from token_dashboard.providers._status_summaries import summary_page

_ACCEPT = "application/json, application/rss+xml, application/atom+xml;q=0.9, */*;q=0.5"
_VALIDATOR = re.compile(r"[ -~]{1,200}")


async def read_status_page(
    http: ProviderHttp, url: str, before: StatusPage | None, now_ms: int
) -> StatusPage:
    """How the page reads now. ``before`` is what was read last, which holds if nothing has changed."""
    unreadable = StatusPage(url=url, checked_ms=now_ms)
    headers = {"Accept": _ACCEPT}
    if before is not None and before.health is not Health.UNKNOWN:
        headers |= {"If-None-Match": before.etag} if before.etag else {}
        headers |= {"If-Modified-Since": before.last_modified} if before.last_modified else {}
    try:
        answer = await http.ask(Request("GET", url, "", headers, b"", host_of(url)))
    except ProviderUnavailable:
        return unreadable
    if answer.status == 304 and before is not None:
        return replace(before, checked_ms=now_ms)
    if answer.status != 200:
        return unreadable
    page = _parsed(answer, url, now_ms)
    if page is None:
        return unreadable
    return replace(page, etag=_validator(answer, "etag"), last_modified=_validator(answer, "last-modified"))


def _parsed(answer: Answer, url: str, now_ms: int) -> StatusPage | None:
    """By what the body is, whatever it says it is."""
    body = answer.body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if body[:1] in {b"{", b"["}:
        return summary_page(body, url, now_ms)
    return feed_page(body, url, now_ms) if body[:1] == b"<" else None


def _validator(answer: Answer, name: str) -> str:
    text = answer.headers.get(name, "")
    return text if _VALIDATOR.fullmatch(text) else ""
