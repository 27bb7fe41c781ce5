"""Status pages as RSS or Atom: an item is an incident, and it is over only when it says so.

Feeds tell no health, only incidents. An item that doesn't say that it is over counts for a week: feeds keep
old items for years, and some are never closed.
"""

import re
from email.utils import parsedate_to_datetime
from html import unescape
from typing import NamedTuple
from xml.etree import ElementTree as ET

from token_dashboard.model.service import Health, Incident, StatusPage, worst
from token_dashboard.providers._status_summaries import latest, link, soonest, title
from token_dashboard.providers._units import Iso, epoch_ms

_WEEK_MS = 7 * 86_400_000
_ATOM = "{http://www.w3.org/2005/Atom}"

_SENTENCE_ENDS = re.compile(r"[.!?]\s+|\n|<[^>]*>")
_PIECE_ENDS = re.compile(r"[\[\](){}|]|\s[-–—]\s|:\s")  # noqa: RUF001 - dashes as vendors write them
_OVER = re.compile(r"(?:resolved|completed|closed|recovered)\.?", re.IGNORECASE)
_OVER_AS_CATEGORY = re.compile(rf"{_OVER.pattern}|available|operational", re.IGNORECASE)
_IS_OVER = re.compile(
    r"\b(?:has|have|had|is|are|was|were)(?: been| now| fully| since)* (?:resolved|completed|recovered)\b",
    re.IGNORECASE,
)
_NOT_YET = re.compile(r"\b(?:until|once|when|while|if|after|not|before|unless)\b", re.IGNORECASE)
_PLANNED = re.compile(r"\b(?:maintenance|scheduled event)\b", re.IGNORECASE)
_DEGREES = {
    Health.MAJOR_OUTAGE: re.compile(r"\b(?:major|full|complete) outage\b", re.IGNORECASE),
    Health.PARTIAL_OUTAGE: re.compile(r"\b(?:outage|down|unavailable)\b", re.IGNORECASE),
}


class _Item(NamedTuple):
    """One item of a feed."""

    title: str
    text: str
    categories: list[str]
    updated_ms: int | None
    url: str | None

    @property
    def is_planned(self) -> bool:
        return any(_PLANNED.search(one) for one in (self.title, *self.categories, self.text[:200]))

    def is_open(self, now_ms: int) -> bool:
        """A moment that isn't told is taken for now: better an old incident too many than one too few."""
        is_recent = self.updated_ms is None or now_ms - self.updated_ms < _WEEK_MS
        return is_recent and not self._is_over()

    def incident(self) -> Incident:
        degree = next((one for one, words in _DEGREES.items() if words.search(self.title)), Health.DEGRADED)
        return Incident(
            title=title(self.title),
            health=Health.MAINTENANCE if self.is_planned else degree,
            since_ms=self.updated_ms,
            url=link(self.url),
        )

    def _is_over(self) -> bool:
        if any(_OVER_AS_CATEGORY.fullmatch(one.strip()) for one in self.categories):
            return True
        sentences = _SENTENCE_ENDS.split(f"{self.title}\n{self.text}")
        return any(
            any(_OVER.fullmatch(piece.strip()) for piece in _PIECE_ENDS.split(sentence))
            or (_IS_OVER.search(sentence) and not _NOT_YET.search(sentence))
            for sentence in sentences
        )


def feed_page(body: bytes, url: str, now_ms: int) -> StatusPage | None:
    """The page; ``None`` for what is no feed, such as a web page."""
    if b"<!" in body.replace(b"<![CDATA[", b"").replace(b"<!--", b""):
        return None  # a web page's type, or entities that grow without an end
    try:
        root = ET.fromstring(body)  # noqa: S314 - of bounded size, and without entities of its own
    except ET.ParseError:
        return None
    if root.tag == "rss":
        items = [_of_rss(one) for one in root.iter("item")]
    elif root.tag == f"{_ATOM}feed":
        items = [_of_atom(one) for one in root.iter(f"{_ATOM}entry")]
    else:
        return None
    opened = [one for one in items if one.is_open(now_ms)]
    incidents = latest(one.incident() for one in opened if not one.is_planned)
    # A feed without an open incident is what there is to see of a service that runs.
    health = worst([one.health for one in incidents]) if incidents else Health.OPERATIONAL
    return StatusPage(
        url=url,
        checked_ms=now_ms,
        health=health,
        incidents=incidents,
        maintenances=soonest(one.incident() for one in opened if one.is_planned),
    )


def _of_rss(item: ET.Element) -> _Item:
    return _Item(
        title=_text(item.findtext("title")),
        text=_text(item.findtext("description")),
        categories=[_text(one.text) for one in item.findall("category")],
        updated_ms=_mail_date_ms(item.findtext("pubDate")),
        url=(item.findtext("link") or "").strip(),
    )


def _of_atom(entry: ET.Element) -> _Item:
    address = entry.find(f"{_ATOM}link")
    return _Item(
        title=_text(entry.findtext(f"{_ATOM}title")),
        text=_text(entry.findtext(f"{_ATOM}content") or entry.findtext(f"{_ATOM}summary")),
        categories=[one.get("term", "") for one in entry.findall(f"{_ATOM}category")],
        updated_ms=_iso_ms(entry.findtext(f"{_ATOM}updated") or entry.findtext(f"{_ATOM}published")),
        url=None if address is None else address.get("href"),
    )


def _text(markup: str | None) -> str:
    return unescape(markup or "")


def _mail_date_ms(text: str | None) -> int | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return epoch_ms(moment) if moment.tzinfo else None


def _iso_ms(text: str | None) -> int | None:
    try:
        return int(Iso(text or ""))
    except ValueError:
        return None
