"""Sentences for what went wrong and for what a credential cannot show: what happened, where, what to do.

The keys are those of the error tree and of ``Snapshot.notes``; the English sentences are the tree's own.
"""

import re
from collections.abc import Mapping
from functools import cache

from token_dashboard.model.errors import TokenDashboardError
from token_dashboard.model.status import Problem
from token_dashboard.render.columns import safe
from token_dashboard.render.language import N_, Language
from token_dashboard.render.setting_reasons import setting_reason

_SENTENCES = {
    "config": N_("{file}: {path} {reason}"),
    "credentials_missing": N_("{provider} has no key: set {needed}."),
    "setting_missing": N_(
        "{provider} needs a setting beside its key: set {variable}, or {setting} in the configuration."
    ),
    "credentials_rejected": N_("{provider} answered {status}: the key was refused. Make a new one: {where}"),
    "region_rejected": N_(
        "{provider} answered {status}: the key was refused. If it is of another region, set {setting}; "
        "otherwise make a new one: {where}"
    ),
    "key_wanted": N_("{provider} answered {status}: it wants a key, and none is sent to it. Check {checks}."),
    "permission_missing": N_(
        "{provider} answered {status}: this key may not read the account. Needed: {needed}."
    ),
    "wrong_key": N_(
        "{provider} was given a key of another kind ({found}), which was not sent. "
        "Needed: {needed}. Make one: {where}"
    ),
    "login_expired": N_("{provider}: the stored login has expired. Run `{command}` once, which renews it."),
    "not_found": N_("{provider} answered 404: there is nothing for this key. Check {checks}."),
    "rate_limited": N_("{provider} answered 429: asked too often; the next check waits."),
    "provider_unavailable": N_("{provider} could not be asked: {reason}."),
    "unexpected_response": N_(
        "{provider} answered in a shape this version doesn't know: {fields}. "
        "Update token-dashboard, or report what `tokens providers test` shows."
    ),
    "agent_log": N_("{path} could not be read: {reason}."),
    "ledger": N_("The ledger {path} cannot be used: {reason}."),
    "ledger_too_new": N_(
        "The ledger {path} was written by a newer version (schema {found}, this one knows {known}). "
        "Upgrade token-dashboard; nothing was changed."
    ),
    "ledger_locked": N_(
        "The ledger {path} is held by another process. Nothing was lost; try again in a moment."
    ),
    "ledger_corrupt": N_(
        "The ledger {path} was damaged. It was moved to {moved_to} and a new one was started."
    ),
    "bundle": N_("The bundle {path} can't be used: {reason}."),
    "price_book_invalid": N_("The price book {name} cannot be used: {reason}. The one in use stays."),
    "needs-better-key": N_(
        "{provider} shows only a part to this key. Which key shows all stands in `tokens providers`."
    ),
    "no-plan": N_("{provider} knows the key, and its account has no plan whose limits could be shown."),
    "idle": N_("{provider} runs, and holds no model in memory."),
    "unposted-spend": N_("{provider} books use with a delay: the balance doesn't yet count the latest."),
    "delayed": N_("{provider} tells its figures hours late."),
    "includes-vendors": N_(
        "What {provider} says was spent includes what the vendors behind it charge: never add theirs to it."
    ),
    "undocumented": N_(
        "Some figures come from an address that {provider} doesn't document; they may be wrong one day."
    ),
    "openrouter-needs-management-key": N_(
        "OpenRouter shows the account's balance to a management key only; an ordinary key shows its own use. "
        "Make one under Settings → Management keys and set OPENROUTER_MANAGEMENT_API_KEY."
    ),
    "openrouter-books-unread": N_(
        "OpenRouter's report by day could not be read, which `tokens reconcile` needs; the other figures are "
        "whole. `tokens providers test openrouter` shows what it answered."
    ),
    "openclaw-unanswered": N_(
        "Some accounts that OpenClaw has gave it no figure. `openclaw status --usage` says which, and why."
    ),
    "nothing-more": N_("{provider} knows no account that isn't asked directly here."),
}

_IN_SHORT = {
    "credentials_missing": N_("has no key"),
    "setting_missing": N_("needs {variable}"),
    "credentials_rejected": N_("the key was refused"),
    "region_rejected": N_("the key was refused"),
    "key_wanted": N_("wants a key"),
    "permission_missing": N_("needs {needed}"),
    "wrong_key": N_("wrong kind of key: {found}"),
    "login_expired": N_("stale: run `{command}`"),
    "not_found": N_("nothing there for this key"),
    "rate_limited": N_("asked too often, waiting"),
    "needs-better-key": N_("another key shows more"),
    "no-plan": N_("no plan"),
    "idle": N_("idle"),
    "unposted-spend": N_("without the latest use"),
    "delayed": N_("figures lag"),
    "includes-vendors": N_("includes what is behind it"),
    "undocumented": N_("undocumented"),
    "provider_unavailable": N_("{reason}"),
    "unexpected_response": N_("an answer we don't know"),
    "openrouter-needs-management-key": N_("balance needs a management key"),
    "openrouter-books-unread": N_("report by day unread"),
    "openclaw-unanswered": N_("some accounts without a figure"),
    "nothing-more": N_("nothing beside what is asked here"),
}

_REASONS = (
    N_("no connection"),
    N_("the connection broke off"),
    N_("the proxy refused the connection"),
    N_("its host name could not be found"),
    N_("its TLS certificate could not be verified"),
    N_("no answer within {seconds} s"),
    N_("it answered {status} with a web page"),
    N_("it answered {status}, and redirects are not followed"),
    N_("it answered {status}"),
    N_("it answered with its code {code}"),
    N_("it answered that it did not succeed"),
    N_("it answers only inside its gateway"),
    N_("its gateway is still asking its providers"),
    N_("its stored login could not be read just now"),
    N_("its {kind} is empty or holds a character that no key has"),
    N_("its {kind} is sent to {host} only, and another base URL is set"),
    N_("its option {name} is not an id"),
    N_("it is not a regular file"),
    N_("its program is busy with it; it is read next time"),
    N_("its program is busy with it; close that program, or try again"),
    N_("Permission denied"),
    N_("it is no regular file"),
    N_("no server answers there"),
    N_("the server doesn't answer"),
)
"""Phrases that other rooms put into params; one that is not here stays English."""
_NAMES = {"kind", "host", "name"}
"""What is no number in them."""


def sentence(key: str, params: Mapping[str, str], language: Language) -> str:
    """The sentence of an error or note. One of a newer version or a stranger shows its reason, or its key."""
    return _fill(_SENTENCES, key, params, language)


def sentence_of(error: TokenDashboardError, language: Language) -> str:
    """The sentence of an error that was raised."""
    return sentence(error.key, error.params, language)


def in_short(key: str, params: Mapping[str, str], language: Language) -> str:
    """A few words that fit behind a name: ``the key was refused``; addresses are left to ``sentence``."""
    brief = {name: value.split(" (http", maxsplit=1)[0] for name, value in params.items()}
    return _fill(_IN_SHORT, key, brief, language)


def problem(found: Problem, language: Language) -> str:
    """The sentence of a problem."""
    return sentence(found.key, found.params, language)


class _Known(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "…"


def _fill(messages: Mapping[str, str], key: str, params: Mapping[str, str], language: Language) -> str:
    """A missing param leaves a gap instead of spoiling the sentence."""
    values = _Known({name: safe(phrase(value, language), 300) for name, value in params.items()})
    if key in messages:
        return language.gettext(messages[key]).format_map(values)
    return values["reason"] if "reason" in values else safe(key.replace("-", " ").replace("_", " "))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((phrase, re.compile(re.sub(r"\\{(\w+)\\}", _gap, re.escape(phrase)))) for phrase in _REASONS)


def _gap(name: re.Match[str]) -> str:
    """What fills a gap of a phrase: a number, or the name of something."""
    return f"(?P<{name[1]}>{'.+' if name[1] in _NAMES else '-?[0-9.]+'})"


def phrase(text: str, language: Language) -> str:
    """A param in the reader's language where it is a phrase of ours, its numbers kept."""
    for known, pattern in _patterns():
        if found := pattern.fullmatch(text):
            return language.gettext(known).format(**found.groupdict())
    return setting_reason(text, language)
