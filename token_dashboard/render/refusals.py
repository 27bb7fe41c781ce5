"""What commands say when they refuse: why, and what to type instead."""

from enum import Enum

from token_dashboard.render.columns import safe
from token_dashboard.render.errors import phrase
from token_dashboard.render.language import N_, Language

_VALUE_COLUMNS = 400


class Refusal(Enum):
    """A sentence, with gaps for what was typed."""

    FILE_EXISTS = N_("{file} exists. --force writes over it.")
    NO_REGULAR_FILE = N_("{file} is no regular file. Name another one.")
    FILE_IS_LEDGER = N_("{file} is the ledger itself. Name another file.")
    NO_LEDGER = N_("There is no ledger at {file} yet; `tokens scan` makes one.")
    GATEWAY_RUNS = N_("A gateway runs over {file}. End it first (tokens serve, or OpenClaw's).")
    NOTHING_NAMED = N_("Say what to delete: --before DATE, --agent ID, or both.")
    NOBODY_TO_ASK = N_("{question} Nobody can be asked here: --confirm does it.")
    SINCE_AFTER_UNTIL = N_("--since is after --until.")
    PARQUET_IS_NO_TEXT = N_("Parquet is no text: name a file with --output.")
    NEEDS_PYARROW = N_("Parquet needs pyarrow; run `pip install 'token-dashboard[parquet]'`.")
    NEEDS_XLSXWRITER = N_("An Excel workbook needs XlsxWriter; run `pip install 'token-dashboard[xlsx]'`.")
    NO_OPTION = N_("{word} is no option. Give figures as options, or - to read lines.")
    LINES_OR_OPTIONS = N_("With - the figures come from standard input, not from options.")
    OPTION_MISSING = N_("{option} is missing.")
    NO_INPUT = N_("Nothing can be read from standard input: it is closed.")
    NO_AMOUNT = N_("{word} is no amount. Write dollars like 0.25.")
    BELOW_ZERO = N_("{word} is below zero.")
    NO_TIME = N_("{word} is no time. Write 2026-11-22T14:30 or 2026-11-22T14:30:00Z.")
    # days
    NO_DAY = N_("{word} is no day. Write one like 2026-11-22.")
    NO_LENGTH = N_("{word} isn't days or weeks. Write 7d or 4w, {most} days at the most.")
    OUTSIDE_YEARS = N_("{word} lies outside the years {first} to {last}.")
    SINCE_AND_LAST = N_("--since and --last can't both say where it begins.")
    SINCE_BESIDE_DAY = N_("--since and --until can't stand beside --day or --month.")
    PERIODS_DIFFER = N_("{one} and {other} say different things; give one of them.")
    PERIODS_AND_LAST = N_("--last and two periods can't both be given.")
    LAST_MONTH_AND_DAYS = N_("--last-month and other days can't both be given.")
    TWO_PERIODS_NEEDED = N_("Two periods are needed, the earlier one first.")
    PERIOD_TO_COME = N_("A period that is still to come can't be compared.")
    # what is asked for, and how it is wanted
    NOT_BOTH = N_("{one} and {other} can't both be given.")
    SEVERAL_FORMATS = N_("{formats}: give one format only.")
    WHICH_FIGURE = N_("Which figure? Name a day, a model, an agent …, as in: tokens explain today")
    NO_CURRENCY = N_("{word} is no currency; write a code like EUR.")
    NO_LIMIT = N_("{word} is no limit. Write a number of tokens, or max.")
    NO_PERCENTAGE = N_("{word} is no percentage; for example 1%.")
    NO_PLAN_PRICE = N_("{word} is no price of a plan. Write 100, or claude-code=100.")
    SAME_PLAN = N_("Two plans are for the same agent. Name each: --paid claude-code=100.")
    NO_SWAP = N_("{word} names no two models. Write one-model=another.")
    TWICE = N_("{word} stands twice.")
    NO_PRICE = N_(
        "No price is known for {word}; its tokens are counted and shown as unpriced. "
        "Set one under prices.overrides in the configuration."
    )
    NO_PERIOD = N_("{word} is no period. Write 2026-10, 2026-10-12 or 2026-10-01..2026-10-15.")
    # names
    NO_DIMENSION = N_("unknown dimension {word}. Choose from: {known}.")
    AGENT_LIKE = N_("no agent is called {word}. Did you mean {near}?")
    NO_AGENT = N_("no agent is called {word}. `tokens agents` lists them.")
    AGENTS_USED = N_("no agent is called {word}. In the ledger are: {known}. `tokens agents` lists others.")
    MODEL_LIKE = N_("no price is known of {word}. Did you mean {near}?")
    NO_MODEL = N_("no price is known of {word}. `tokens prices show MODEL` says which are.")
    PROVIDER_LIKE = N_("unknown provider {word}. Did you mean {near}?")
    NO_PROVIDER = N_("unknown provider {word}. `tokens providers` lists them.")
    NO_ACCOUNT = N_("{provider} has no account {word}. Choose from: {known}.")
    NO_ACCOUNTS = N_("{provider} has no account {word}. None is set up.")
    NO_BUDGET = N_("there is no budget {word}. Budgets: {known}.")
    NO_BUDGETS = N_("there is no budget {word}. None is set: tokens budget set 5/day")
    NO_ALERT = N_("there is no alert {word}. `tokens alerts` shows their numbers.")
    NO_CHANNEL = N_("unknown channel {word}. Channels: {known}.")
    NO_CHANNELS = N_("unknown channel {word}. None is set up.")
    # guards, alerts, the gateway
    MAX_BEHIND_WINDOW = N_("--max belongs behind a --window.")
    MIN_BEHIND_MONEY = N_("--min belongs behind a --budget or --balance.")
    NOTHING_TO_GUARD = N_("Say what has to be left: --budget, --balance or --window.")
    NO_GUARD_PERCENTAGE = N_("--max {word} is no percentage. Write 90.")
    NO_GUARD_AMOUNT = N_("--min {word} is no amount. Write 2, 1.50 or 20CNY.")
    NO_SNOOZE = N_("{word} is no time. Write 30m, 2h or 1d, a year at most.")
    TWO_GATEWAYS = N_("A gateway runs over {file} already; two would ask and warn twice.")
    PURGE_IS_LEDGERS = N_("Usage is deleted with: tokens ledger purge. What accounts told is kept.")


def refusal(why: Refusal, language: Language, **values: str) -> str:
    """The sentence of a refusal."""
    told = {name: safe(value, _VALUE_COLUMNS) for name, value in values.items()}
    return language.gettext(why.value).format(**told)


def file_sentence(name: str | None, reason: str, language: Language) -> str:
    """What a system says of a file, or of the output."""
    what = safe(name, _VALUE_COLUMNS) if name else language.gettext("The output")
    return language.gettext("{file}: {reason}.").format(file=what, reason=phrase(reason, language))
