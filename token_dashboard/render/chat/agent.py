"""The reply to ``/tokens`` with an agent's name: what it used today and this month."""

from token_dashboard.model.report import Totals
from token_dashboard.model.status import Status
from token_dashboard.render.chat._page import Row, Section, page, texts
from token_dashboard.render.columns import safe
from token_dashboard.render.language import Language
from token_dashboard.render.times import LocalTime
from token_dashboard.render.usage_words import cached, cost, recorded_cell, request_count, unpriced


def agent(status: Status, agent_id: str, language: Language) -> str:
    """One agent in full; an agent that used nothing this month says so."""
    _ = language.gettext
    found = next((one for one in status.agents if one.agent == agent_id), None)
    if found is None:
        nothing = _("{name} has used nothing this month.").format(name=safe(agent_id))
        return page([Section("", texts([nothing]))], "", language)
    time = LocalTime.of(status.time_zone, status.as_of_ms, language)
    foot = (
        "" if status.scanned_ms is None else _("logs read {time}").format(time=time.when(status.scanned_ms))
    )
    sections = [
        Section(safe(found.name), _period(_("Today"), found.today, language)),
        Section("", _period(_("Month"), found.month, language)),
    ]
    return page(sections, foot, language)


def _period(label: str, totals: Totals, language: Language) -> list[Row]:
    _ = language.gettext
    if not totals.requests:
        return texts([_("{period}: nothing yet").format(period=label)])
    requests = language.ngettext("{count} request", "{count} requests", totals.requests).format(
        count=request_count(totals, language)
    )
    inputs = _("{tokens} in").format(tokens=language.tokens(totals.input_tokens))
    outputs = _("{tokens} out").format(tokens=language.tokens(totals.output_tokens))
    parts = [inputs, cached(totals, language), outputs]
    lines = [
        f"{label}  {cost(totals, language)} · {requests}",
        "  " + language.listed(parts),
    ]
    if missing := unpriced(totals, (), language):
        lines.append(f"  {missing}")
    if recorded := recorded_cell(totals, language):
        told = _("its own logs say {money}").format(money=recorded)
        lines.append(f"  {told}")
    return texts(lines)
