"""What the commands that keep and move the ledger say when they refuse: why, and what to type instead."""

from enum import Enum

from token_dashboard.render.columns import safe
from token_dashboard.render.errors import phrase
from token_dashboard.render.language import N_, Language

_VALUE_COLUMNS = 400


class Refusal(Enum):
    """A sentence, with gaps for what was typed."""

    FILE_EXISTS = N_("{file} exists. --force writes over it.")
    FILE_IS_LEDGER = N_("{file} is the ledger itself. Name another file.")
    ON_SERVER = N_("The ledger is on a PostgreSQL server; use that server's tools (pg_dump).")
    NO_LEDGER = N_("There is no ledger at {file} yet; `tokens scan` makes one.")
    GATEWAY_RUNS = N_("A gateway runs over {file}. End it first (tokens serve, or OpenClaw's).")
    NOTHING_NAMED = N_("Say what to delete: --before DATE, --agent ID, or both.")
    NOBODY_TO_ASK = N_("{question} Nobody can be asked here: --confirm does it.")
    SINCE_AFTER_UNTIL = N_("--since is after --until.")
    PARQUET_IS_NO_TEXT = N_("Parquet is no text: name a file with --output.")
    NEEDS_PYARROW = N_("Parquet needs pyarrow; run `pip install 'token-dashboard[parquet]'`.")
    NO_OPTION = N_("{word} is no option. Give figures as options, or - to read lines.")
    LINES_OR_OPTIONS = N_("With - the figures come from standard input, not from options.")
    OPTION_MISSING = N_("{option} is missing.")
    NO_INPUT = N_("Nothing can be read from standard input: it is closed.")
    NO_AMOUNT = N_("{word} is no amount. Write dollars like 0.25.")
    BELOW_ZERO = N_("{word} is below zero.")
    NO_TIME = N_("{word} is no time. Write 2026-11-22T14:30 or 2026-11-22T14:30:00Z.")


def refusal(why: Refusal, language: Language, **values: str) -> str:
    """The sentence of a refusal."""
    told = {name: safe(value, _VALUE_COLUMNS) for name, value in values.items()}
    return language.gettext(why.value).format(**told)


def file_sentence(name: str | None, reason: str, language: Language) -> str:
    """What a system says of a file, or of the output."""
    what = safe(name, _VALUE_COLUMNS) if name else language.gettext("The output")
    return language.gettext("{file}: {reason}.").format(file=what, reason=phrase(reason, language))
