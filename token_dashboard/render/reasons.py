"""Reasons that other rooms give in a few English words, as a reader of another language wants them.

They say why a file, a ledger, a bundle or a row could not be taken. Those of providers stand beside the
sentences of ``errors``, those of settings in ``setting_reasons``. One that is in none of them stays English.
"""

import re
from functools import cache

from token_dashboard.render.language import N_, Language

_REASONS = (
    # what a system says of a file
    N_("No such file or directory"),
    N_("Is a directory"),
    N_("Not a directory"),
    N_("Read-only file system"),
    N_("No space left on device"),
    N_("File name too long"),
    # what SQLite says
    N_("database disk image is malformed"),
    N_("file is not a database"),
    N_("attempt to write a readonly database"),
    N_("unable to open database file"),
    N_("database or disk is full"),
    N_("disk I/O error"),
    # ledgers
    N_("there is none"),
    N_("there is no such file"),
    N_("it is no ledger"),
    N_("it is no sound ledger ({detail})"),
    N_("it is damaged ({detail})"),
    N_("SQLite found: {detail}"),
    N_("it is the ledger in use"),
    N_("it is a database of another program"),
    N_("the connection was cut in the middle of an answer"),
    N_("no server answers there"),
    N_("the server doesn't answer"),
    N_("the server offers no encryption; switch it on there (ssl = on)"),
    N_("its certificate isn't trusted ({detail}); if its vendor signs by itself, append {setting}"),
    N_("its certificate isn't trusted ({detail})"),
    N_("{detail}; give the address of the primary server, not of a replica"),
    N_("{detail}; try again later, or give the address of its pooler"),
    N_("{detail}; try again in a moment"),
    N_("{detail}; if it asks for encryption, append {setting}"),
    N_("{detail}; it needs: grant create on database … to this user"),
    N_("{detail}; this user lacks the right to read or to write there"),
    N_("{detail}; without one in its address, PGPASSWORD or ~/.pgpass must have it, a file of rights 0600"),
    N_("its port is none of {first} to {last}"),
    N_("asyncpg is missing; run {command}"),
    N_("it has no table {table}"),
    N_("it has several tables {table}"),
    N_("its table {table} has no column {column}"),
    N_("{count} quarters of an hour whose totals differ from their requests"),
    N_("{count} hours whose totals differ from their quarters"),
    N_("{count} days whose totals differ from their quarters"),
    N_("{count} requests missing in the totals, since their detail was deleted"),
    N_("{count} rows whose owner is not known"),
    N_("{count} requests that don't lie where their keys say"),
    N_("{count} rows more or fewer than came in"),
    N_("only the user that owns its tables may do that: {user}"),
    # days
    N_("{written} is no length of time; write 36h, 7d or 4w, {most} days at the most"),
    N_("{written} is no year; write one like 2026"),
    N_("{year} is no year of ours; {first} to {last} are known"),
    N_("{written} lies outside the years {first} to {last}"),
    N_("unknown time zone {written}; use a name like Europe/Berlin"),
    N_("{written} matches {count} values; narrow it"),
    N_("nothing has a time here; group by hour, day, week, month or session"),
    # figures to explain
    N_("{word} is a second time; name one hour, day, week, month or year."),
    N_("{word} is a second {dimension}, beside {other}."),
    N_("the ledger knows no {word}. tokens report shows what it knows."),
    N_("{word} may mean several things. Choose from: {choices}."),
    # settings
    N_("{path} (not there yet)"),
    # settings of a team
    N_("is needed: the database that the team shares, for example {example}."),
    N_("is the team's ledger; leave it out, and this machine has one of its own to send from."),
    N_("is needed: a random text that all machines have alike. {command} makes one."),
    # bundles
    N_("it is no bundle, or not a whole one"),
    N_("another file is there; name one of its own for the bundle"),
    N_("it was made by a newer version; upgrade token-dashboard"),
    N_("its seal is wrong: it isn't whole, was changed, or was made with another key"),
    # the plugin in OpenClaw
    N_("It is installed, enabled and up to date; nothing was left to do."),
    N_("It is not installed; nothing was left to do."),
    N_("Installed. Type /tokens in a chat; how it fares says: tokens openclaw status"),
    N_("Uninstalled. The ledger keeps all that was counted."),
    N_("Nothing was done."),
    N_("Nothing needs you."),
    N_("Next: {command}"),
    N_("{command} failed:"),
    N_("What was done before it stays. When this is settled, run the same again."),
    N_("removes the copy of the plugin, and {setting} with its settings"),
    N_(
        "copies the plugin; --force: a folder of this computer is no reviewed source, "
        "--accept-capabilities: the tool token_usage, the command openclaw tokens, "
        "accounts on OpenClaw's usage page"
    ),
    N_("names the Python that runs it; {python} has no token-dashboard"),
    N_("names the Python that runs it; {python} has {version}"),
    N_("names the Python that runs it"),
    N_("lets OpenClaw load it"),
    N_("OpenClaw was not found on the PATH. With Node {version}+: {command}"),
    N_("OpenClaw {version} is too old; {needed} or newer is needed: {command}"),
    N_("OpenClaw needs Node {needed} or newer, and no node was found on the PATH."),
    N_("OpenClaw needs Node {needed} or newer; node on the PATH is {version}."),
    N_("openclaw --version failed: it said nothing."),
    N_("openclaw --version failed: {complaint}"),
    # price books
    N_("it is no whole JSON document"),
    N_("it is not of format {number}"),
    N_("its digest doesn't fit, so a part is missing or changed"),
    N_("its rows are not of the shape of rows"),
    N_("its prices are of {day}, older than those in use ({newest})"),
    # files of other programs
    N_("standard input"),
    N_("it is no JSON"),
    N_("it is no JSON object"),
    N_("the line is too long"),
    N_("it is too large for an answer of ccusage"),
    N_("it is no answer of ccusage --json"),
    N_("it is no answer of ccusage daily --json or ccusage session --json"),
    N_("weeks"),
    N_("months"),
    N_("blocks"),
    N_("it is a report of {sums}; bring days or sessions: ccusage daily --json --by-agent"),
    N_("it is not a SQLite database, or it is encrypted"),
    N_("the database is damaged or encrypted"),
    N_("it changes all the time"),
    N_("it is no database of tokenmeter: {column} is missing"),
    N_("it is no history of clawmeter: it has no table {table}"),
    N_("it is no CSV ({detail})"),
    N_("it is no CSV of {table}: the column {column} is missing"),
    # rows
    N_("{field} is no field of a usage event; write {place}"),
    N_("{field} is no field of a usage event"),
    N_("{field} is no field of an attribution"),
    N_("{field} is missing"),
    N_("{field} must be a whole number of 0 to {most}"),
    N_("{field} must be a whole number from 1, or null"),
    N_("{field} must be true or false"),
    N_("{field} must be a text or null"),
    N_("{field} must be a text of 1 to 512 characters"),
    N_("{field} must be a text like {example}"),
    N_("{field} must be a text of a number that isn't negative"),
    N_("{field} must be an object"),
    N_("{field} must be a day like {example}"),
    N_("{field} must be like {example}"),
    N_("{field} must be one of {known}"),
    N_("id begins with key: and no key follows"),
    N_("time {time} is none like {example}, of the years 2020 to 2099"),
    N_(
        "time {time} is in the future (this computer's clock says {now}): "
        "say when it was, or leave it out for now"
    ),
    N_("{field}: {value} is no amount"),
    N_("{field}: {value} is too large an amount"),
    N_("there are no tokens in it: say how many with input and output"),
    N_("input is less than its cached parts; input includes them"),
    N_("the one-hour part of cache creation is more than the whole"),
    N_("reasoning is more than output, which includes it"),
    N_("the time lies outside the years 2020 to 2099"),
    N_("it doesn't say whose logs it sums up; name the agent with --agent, or bring {command}"),
    N_("it is of {agent}, not of {other}"),
    N_("it sums up several agents; bring ccusage daily --json --by-agent"),
    N_("it doesn't say when the session was active"),
    N_("it has another shape than ccusage's rows"),
    N_("its input is less than its cached parts"),
    N_("a count of tokens is no whole number from 0"),
    N_("TokenLedger noted no tokens for this call"),
    N_("{field} is no whole number"),
    N_("{field} is no number of tokens of one call"),
    N_("{field} has no offset from UTC"),
    N_("{field} is no time"),
    N_("{field} is no day"),
    N_("{field} is no number"),
    N_("sums of a month so far are no usage of single days; ask the vendor: tokens providers books"),
    N_("{provider}: usage by model"),
    N_("token-dashboard keeps no window of this kind"),
    N_("the row has no time or no percentage"),
    N_("{row}: {detail}"),
)
_COUNTS = {"count", "most"}


def reason(text: str, language: Language) -> str:
    """A reason in the reader's language, its numbers, names and examples kept."""
    if language.locale.language == "en":
        return text
    for message, pattern in _patterns():
        if found := pattern.fullmatch(text):
            told = {name: _told(name, value, language) for name, value in found.groupdict().items()}
            return language.gettext(message).format(**told)
    return text


def _told(name: str, value: str, language: Language) -> str:
    if name in _COUNTS:
        return language.count(int(value.replace(",", "")))
    if name == "detail":
        return reason(value, language)
    return language.listed(language.gettext(one) for one in value.split(", ")) if name == "sums" else value


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (message, re.compile(re.sub(r"\\{(\w+)\\}", _gap, re.escape(message)), re.DOTALL))
        for message in _REASONS
    )


def _gap(name: re.Match[str]) -> str:
    held = "[0-9,]+" if name[1] in _COUNTS else "[^:]+" if name[1] == "row" else ".+"
    return f"(?P<{name[1]}>{held})"
