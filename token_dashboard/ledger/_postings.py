"""Notices as they are put into the outbox, within the transaction of whatever they tell."""

from collections.abc import Sequence

from token_dashboard.ledger._database import Transaction
from token_dashboard.ledger._records import from_json, to_json
from token_dashboard.model.alert import Alert
from token_dashboard.model.notice import Notice, Posting
from token_dashboard.model.undelivered import Fate

MOST_WAITING = 100
"""For one channel; beyond, the oldest are given up."""
_GATHERED = "gathered"
"""The topic of what is about several things."""
_OPEN = "channel = ? and ended_ms is null and claimed_ms is null"
_INSERT = (
    "insert into message (channel, topic, body, is_urgent, is_gathered, posted_ms, due_ms, tries, reason)"
    " values (?, ?, ?, ?, ?, ?, ?, 0, '')"
)


async def post(transaction: Transaction, postings: Sequence[Posting], at_ms: int) -> None:
    """Add to the outbox what is to be said."""
    for posting in postings:
        notice = posting.notice
        if notice.alerts:
            notice = Notice(alerts=(*await _gathered_before(transaction, posting), *notice.alerts))
        flags = (int(posting.is_urgent), int(posting.is_gathered))
        topic = _GATHERED if posting.is_gathered else posting.topic
        row = (posting.channel, topic, to_json(notice), *flags, at_ms, at_ms)
        await transaction.execute(_INSERT, row)
        await _make_room(transaction, posting.channel, at_ms)


async def _gathered_before(transaction: Transaction, posting: Posting) -> Sequence[Alert]:
    """What the notice that gathers held until now, if the posting joins it; that one is taken out.

    Of a crossing of which there is news it holds nothing any more, in any case.
    """
    rows = await transaction.fetch(
        f"select id, body from message where {_OPEN} and is_gathered = 1 order by id", (posting.channel,)
    )
    news = {one.condition.key for one in posting.notice.alerts}
    before: list[Alert] = []
    for number, body in rows:
        gathered = from_json(Notice, body).alerts
        kept = tuple(one for one in gathered if one.condition.key not in news)
        before += kept
        if posting.is_gathered or not kept:
            await transaction.execute("delete from message where id = ?", (number,))
        elif len(kept) < len(gathered):
            values = (to_json(Notice(alerts=kept)), number)
            await transaction.execute("update message set body = ? where id = ?", values)
    return before if posting.is_gathered else ()


async def _make_room(transaction: Transaction, channel: str, at_ms: int) -> None:
    await transaction.execute(
        f"update message set ended_ms = ?, fate = ? where {_OPEN} and id <= coalesce((select id from message"
        f" where {_OPEN} order by id desc limit 1 offset {MOST_WAITING}), -1)",
        (at_ms, Fate.CROWDED_OUT.value, channel, channel),
    )
