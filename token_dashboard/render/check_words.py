"""What ``tokens doctor`` says of each finding, and what to do about it.

A finding comes as a code, with the values that its sentence names. Codes that aren't here are keys of the
error tree, whose sentences ``errors`` has.
"""

from collections.abc import Callable
from datetime import date

from token_dashboard.model.status import Check
from token_dashboard.model.undelivered import Fate
from token_dashboard.render import errors
from token_dashboard.render.alert_lines import FATES
from token_dashboard.render.columns import safe
from token_dashboard.render.language import N_, Language
from token_dashboard.render.sizes import size_text
from token_dashboard.render.times import day_text, rough

_NAMES = {
    "agents": N_("agents"),
    "clock": N_("clock"),
    "config": N_("config"),
    "gateway": N_("gateway"),
    "keyring": N_("keyring"),
    "ledger": N_("ledger"),
    "messages": N_("messages"),
    "prices": N_("prices"),
    "providers": N_("providers"),
    "skipped": N_("skipped"),
    "team": N_("team"),
}
_FINDINGS = {
    "ok": N_("ok"),
    "switched_off": N_("switched off in the configuration"),
    "readable_by_others": N_("others on this computer can read it"),
    "no_config": N_("none; every setting has its default"),
    "other_configs": N_("is used; {others} beside it is not"),
    "ledger_replaced": N_("was damaged; a new one was started"),
    "unreadable": N_("{reason}"),
    "agents_without_logs": N_("{count} left no logs here (normal if you don't use them)"),
    "folder_missing": N_("does not exist"),
    "folder_unreadable": N_("may not be read; what is in it isn't counted"),
    "no_regular_file": N_("passed over: no regular file"),
    "dead_link": N_("passed over: a link that leads nowhere"),
    "logs_gone": N_("no logs left here"),
    "not_asked_undocumented": N_("not asked: its vendor doesn't document where the figures come from"),
    "not_asked_billed": N_("not asked: its vendor charges for each question"),
    "not_asked_no_address": N_("not asked: it has no address"),
    "no_answer_yet": N_("no answer yet"),
    "silent_key": N_("{kind}, which tells nothing of the account"),
    "silent_vendor": N_(
        "{kind}, which tells nothing of the account: what is used is counted in the agents' logs"
    ),
    "no_keyring": N_("counts as left out: it {reason}"),
    "providers_without_key": N_("{count} without a key (normal if you don't use them)"),
    "prices_from": N_("as of {day}"),
    "prices_old": N_("as of {day}"),
    "gateway_absent": N_("not running"),
    "gateway_running": N_("is running"),
    "undelivered": N_("{count} did not arrive, the last one: {fate}"),
    "undelivered_because": N_("{count} did not arrive, the last one: {fate} ({reason})"),
    "clock_behind": N_("a log has requests from the future"),
    "team_asked": N_("is this ledger; logs of this computer are not read into it"),
    "team_unnamed": N_(
        "machines send to this ledger, and logs of this computer are read into it without its name"
    ),
    "team_unreachable": N_("{reason}"),
}
_COUNTED: dict[str, Callable[[Language, int], str]] = {
    "ledger_ok": lambda words, count: words.ngettext(
        "ok, {count} request, {bytes}", "ok, {count} requests, {bytes}", count
    ),
    "ledger_on_server": lambda words, count: words.ngettext(
        "ok, {count} request", "ok, {count} requests", count
    ),
    "log_files": lambda words, count: words.ngettext("{count} file", "{count} files", count),
    "requests": lambda words, count: words.ngettext(
        "{count} request counted", "{count} requests counted", count
    ),
    "rejected_lines": lambda words, count: words.ngettext(
        "{count} line rejected", "{count} lines rejected", count
    ),
    "logs_deleted": lambda words, count: words.ngettext(
        "deletes its logs after {count} day; totals stay here",
        "deletes its logs after {count} days; totals stay here",
        count,
    ),
    "doubtful_costs": lambda words, count: words.ngettext(
        "logged cost not believed, 1,000 times off: {count} request",
        "logged cost not believed, 1,000 times off: {count} requests",
        count,
    ),
    "imported_twice": lambda words, count: words.ngettext(
        "{count} day counts twice, imported and from logs, between {since} and {until}",
        "{count} days count twice, imported and from logs, between {since} and {until}",
        count,
    ),
    "team_synced": lambda words, count: words.ngettext(
        "last sync {ago_s} ago, {count} request waits", "last sync {ago_s} ago, {count} requests wait", count
    ),
    "team_never_synced": lambda words, count: words.ngettext(
        "never synced, {count} request waits", "never synced, {count} requests wait", count
    ),
    "team_held": lambda words, count: words.ngettext(
        "{count} request older than historyRetentionDays keeps its detail until it is sent",
        "{count} requests older than historyRetentionDays keep their detail until they are sent",
        count,
    ),
}
_COUNTED["logs_deleted_by_default"] = _COUNTED["logs_deleted"]
"""Sentences that differ for one and for many."""
CODES = {*_FINDINGS, *_COUNTED}
"""Every code that has a sentence here."""
_ADVICE = {
    "readable_by_others": "chmod 600 {path}",
    "other_configs": N_("keep one of them"),
    "ledger_replaced": N_("the damaged one is {path}; logs that still exist were read again"),
    "unreadable": N_("look at its rights: ls -l {path}"),
    "agents_without_logs": N_("where that was looked for: tokens agents --json"),
    "folder_missing": N_("correct {setting} in the configuration"),
    "folder_unreadable": N_("give yourself the right to read {path}"),
    "rejected_lines": "tokens doctor rejects",
    "logs_deleted_by_default": N_("to keep the logs themselves longer: cleanupPeriodDays in {path}"),
    "imported_twice": N_("do the import again: it takes back what the logs tell by now"),
    "doubtful_costs": N_("compare: tokens report --cost logged"),
    "not_asked_undocumented": N_("to have it: {setting} in the configuration"),
    "not_asked_billed": N_("to have it: {setting} in the configuration"),
    "not_asked_no_address": N_("to have it: {setting} in the configuration"),
    "no_answer_yet": "tokens status --provider {id}",
    "silent_key": N_("which key tells more: tokens providers show {id}"),
    "providers_without_key": "tokens providers",
    "prices_old": N_("newer models may be unpriced: upgrade token-dashboard"),
    "gateway_absent": "tokens serve",
    "undelivered": "tokens alerts test {channel}",
    "undelivered_because": "tokens alerts test {channel}",
    "clock_behind": N_("check this computer's date and time"),
    "team_unnamed": N_("to ask it only, set team.url to it too; to send to it, leave ledger.url out"),
    "team_held": N_("to send them: tokens sync"),
    "team_unreachable": N_("nothing is lost; when it can be reached again: tokens sync"),
}
_ASK_AGAIN = N_("then: tokens status --refresh --provider {id}")
"""What follows what the sentence of an account's problem says."""
_COLUMNS = 300


def named(check: Check, language: Language) -> str:
    """What a check is about: a part of ours, in words, else the name of an agent or a provider."""
    return language.gettext(_NAMES[check.name]) if check.name in _NAMES else safe(check.name)


def finding(check: Check, language: Language) -> str:
    """What was found, in the reader's language."""
    if check.code in _COUNTED and isinstance(count := check.values["count"], int):
        return _COUNTED[check.code](language, count).format_map(_words(check, language))
    if check.code in _FINDINGS:
        return language.gettext(_FINDINGS[check.code]).format_map(_words(check, language))
    return errors.sentence(check.code, {name: str(value) for name, value in check.values.items()}, language)


def advice(check: Check, language: Language) -> str | None:
    """What a person should do; ``None`` when nothing needs one."""
    told = _ADVICE.get(check.code)
    if told is None and not check.is_ok and "id" in check.values:
        told = _ASK_AGAIN
    return None if told is None else language.gettext(told).format_map(_words(check, language))


def _words(check: Check, language: Language) -> dict[str, str]:
    return {name: _word(name, value, language) for name, value in check.values.items()}


def _word(name: str, value: str | int | date, language: Language) -> str:
    """A value as a sentence names it; the names of numbers say what they count."""
    if isinstance(value, Fate):
        return language.gettext(FATES[value])
    if isinstance(value, str):
        return safe(errors.phrase(value, language), _COLUMNS)
    if isinstance(value, date):
        return day_text(value, language)
    if name == "bytes":
        return size_text(value, language)
    return rough(value, language) if name == "ago_s" else language.count(value)
