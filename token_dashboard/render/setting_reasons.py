"""What is wrong with a setting and what it may be, as a reader of another language wants it.

``config`` and what looks at settings say it in English behind the setting's place. A reason may hold parts
that are phrases themselves: what stands there, what is needed, what was meant.
"""

import re
from collections.abc import Mapping
from functools import cache

from token_dashboard.render.language import N_, Language
from token_dashboard.render.reasons import reason

_PHRASES = (
    # places
    N_("the file"),
    N_("line {line}, column {column}"),
    N_("line {line}"),
    N_("the host's configuration"),
    # what is wrong
    N_("is not a setting; {hint}"),
    N_("is no known provider; {hint}"),
    N_("is no known agent; {hint}"),
    N_("is missing, and it is needed."),
    N_("is missing; $.notify.{given} alone names no chat."),
    N_("is missing; a webhook's requests are signed with it."),
    N_("{echo}, which is no time zone; {hint}"),
    N_("{echo}, which other machines can reach: set a token, or use 127.0.0.1."),
    N_("{echo}, which is no schedule ({detail}); {example} is Mondays at nine."),
    N_("a cron expression has five fields"),
    N_("{echo}, and no channel of that name shows words; {hint}"),
    N_("{echo} again; each budget needs its own name."),
    N_("{echo}; {needed} is needed (for example {example})."),
    N_("{echo}; {needed} is needed."),
    N_("is an unknown time zone {written}; use a name like {example}."),
    N_("is not {format}: {detail}."),
    N_("is no regular file."),
    N_("is not UTF-8; save it as UTF-8."),
    N_("is nested too deeply."),
    N_("is too large, or no number at all."),
    N_("is no kind of key that {provider} takes; {hint}"),
    N_("is no option of {provider}; {hint}"),
    N_("is no region of {provider}; {hint}"),
    N_("is no web address; it begins with https:// or http://."),
    N_("is no address of apprise's; it begins like slack:// or mailto://."),
    N_("is no CSV in UTF-8."),
    N_("is not set, and this user has no home folder; set it."),
    N_("can't be read: {detail}."),
    N_("can't be used: {detail}."),
    N_("names this file, but there is none."),
    N_("names a program that failed with exit code {code}"),
    N_("names a program that does not run: {detail}"),
    N_("names a program that took longer than {seconds} s"),
    N_("names an entry that the keyring doesn't have"),
    N_("names a keyring that could not be read"),
    N_("needs a keyring, and this machine has none that works"),
    N_("needs the extra for keyrings: python3 -m pip install 'token-dashboard[keyring]'"),
    N_("gives something that is no key"),
    N_("asks for {variable}, but no such environment variable is set."),
    N_('holds "${" without a variable\'s name and "}"; a plain "${" is "$${".'),
    N_("holds a NUL or half a character; write it anew."),
    N_("holds a number of thousands of digits."),
    N_("has a key that is no text."),
    N_("has the name of a gateway's own channel; choose another."),
    N_("has no {currency}: set how much of it a dollar is worth, or display.ratesFile."),
    N_("has no rate of {currency}."),
    N_("has a rate of {written}; one above 0 is needed."),
    N_("has a second rate for {day}."),
    N_("must name its columns: date, and {currency} among the currencies."),
    N_("needs a day like {example} and a rate like {rate}."),
    N_("needs either amountUsd or amount, which names its currency."),
    N_("needs one of url and webhook."),
    N_("needs apprise: {command}."),
    N_("begins with whsec_, and what follows is no base64."),
    N_("its address is not of the form {form} (write special characters of the password as %XX)"),
    N_("is taken: a gateway may be running already, else choose another port (--port)."),
    N_("can't be listened on: {detail}."),
    N_("{setting} {trouble}"),
)
_PARTS = {
    "hint": (  # what to write instead
        N_("did you mean {near}? Known are: {known}."),
        N_("did you mean {near}?"),
        N_("choose from {known}."),
        N_("use a name like {example}."),
        N_("it takes none."),
        N_("it takes {known}."),
        N_("it has none."),
    ),
    "echo": (  # what stands there
        N_("is an object"),
        N_("is a list"),
        N_("is a date or a time"),
        N_("is a text that isn't shown here"),
        N_("is {value}"),
    ),
    "needed": (
        N_("a code of a currency in capital letters"),
        N_("a key of visible ASCII characters, {command} or {keyring}"),
        N_("a key of visible ASCII characters"),
        N_("a key of {least} or more visible ASCII characters"),
        N_("a list of budgets"),
        N_("a list of numbers from {least} to {most}"),
        N_("a name of a time zone"),
        N_("a name of letters, digits, dots, dashes and underscores"),
        N_("a number from {least} to {most} or a list of them"),
        N_("a number ≥ 0 or a decimal text"),
        N_("a rate above 0"),
        N_("a stretch of the day such as {example}"),
        N_("a path of a file (the address of a server is ledger.url)"),
        N_("a text that isn't empty"),
        N_("a web address without a password"),
        N_("a whole number from {least} to {most}"),
        N_("a number from {least} to {most}"),
        N_("a number ≥ 0"),
        N_("true or false"),
        N_("a whole number"),
        N_("a number"),
        N_("a list"),
        N_("an object"),
        N_("a text"),
        N_("{one} or {needed}"),
    ),
}
"""What stands in gaps that hold no name or number."""
_NAMES = {"near", "provider", "format", "variable", "currency", "command"}
"""Gaps that hold a word or two."""
_SETTING = r"(?:providers|notify|gateway|ledger|team)[.][\w.\[\]-]+"


def setting_reason(text: str, language: Language) -> str:
    """Such a reason, or one of another kind, in the reader's language."""
    if language.locale.language == "en":
        return text
    told = reason(text, language)
    return _told(_PHRASES, text, language) if told == text else told


def _told(phrases: tuple[str, ...], text: str, language: Language) -> str:
    for message, pattern in _patterns(phrases):
        if found := pattern.fullmatch(text):
            parts = {name: _part(name, value, language) for name, value in found.groupdict().items()}
            return _filled(language.gettext(message), parts)
    return text


def _filled(message: str, parts: Mapping[str, str]) -> str:
    """Each gap filled once: what fills one may hold braces, and so may the message."""
    return re.sub(r"\{(\w+)\}", lambda gap: parts[gap[1]], message)


def _part(name: str, value: str, language: Language) -> str:
    if name in {"detail", "trouble"}:
        return setting_reason(value, language)
    kind = "needed" if name == "one" else name
    return _told(_PARTS[kind], value, language) if kind in _PARTS else value


@cache
def _patterns(phrases: tuple[str, ...]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (message, re.compile(re.sub(r"\\\{(\w+)\\\}", _gap, re.escape(message)), re.DOTALL))
        for message in phrases
    )


def _gap(name: re.Match[str]) -> str:
    shape = _SETTING if name[1] == "setting" else "[^;]+" if name[1] in _NAMES else ".+"
    return f"(?P<{name[1]}>{shape})"
