"""Who is measured: token-dashboard, two programs that do the same work, and ``cat``, which only reads.

Each is run in a home of its own over the same logs, and says in our words what it counted: input holds every
cached part, output holds reasoning. Neither of the others tells requests as we do.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from programs import Home, Run, native, run, tokens

TOKENS, CCUSAGE, TOKSCALE, CAT = "tokens", "ccusage 20.0.24", "tokscale 4.17.0", "cat"
COUNTED = ("inputTokens", "cacheReadInputTokens", "cacheCreationInputTokens", "outputTokens")

Counts = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Contestant:
    """A program in a home of its own."""

    name: str
    command: tuple[str, ...]
    home: Home
    counts: Callable[[Run, Home], Counts] | None
    """What a run counted."""

    def run(self) -> Run:
        return run(self.command, self.home)


def contestants(scratch: Path, logs: Path, ccusage: str | None, tokscale: str | None) -> list[Contestant]:
    """Ourselves, then those of the others that are installed here, then ``cat``."""

    def home(name: str) -> Home:
        made = Home(scratch / f"{name}-home", logs)
        made.empty()
        return made

    found = [Contestant(TOKENS, (tokens(), "scan", "--json"), home("tokens"), _our_counts)]
    if program := native("ccusage", "@ccusage/ccusage-*/bin/ccusage", ccusage, scratch):
        command = (program, "daily", "--json", "--offline")
        found.append(Contestant(CCUSAGE, command, home("ccusage"), _ccusage_counts))
    if program := native("tokscale", "@tokscale/cli-*/bin/tokscale", tokscale, scratch):
        command = (program, "--json", "--no-spinner")
        found.append(Contestant(TOKSCALE, command, home("tokscale"), _tokscale_counts))
    read_all = f"find '{logs}' -type f -print0 | xargs -0 cat"
    found.append(Contestant(CAT, ("sh", "-c", f"{read_all} >/dev/null"), home("cat"), None))
    return found


def _our_counts(_: Run, home: Home) -> Counts:
    report = run([tokens(), "report", "--json", "--since", "2000-01-01"], home)
    return {name: json.loads(report.output)["total"][name] for name in COUNTED}


def _ccusage_counts(ran: Run, _: Home) -> Counts:
    total = json.loads(ran.output)["totals"]
    read, written = total["cacheReadTokens"], total["cacheCreationTokens"]
    return _counts(total["inputTokens"], read, written, total["outputTokens"])


def _tokscale_counts(ran: Run, _: Home) -> Counts:
    told = json.loads(ran.output)
    output = told["totalOutput"] + sum(entry["reasoning"] for entry in told["entries"])
    return _counts(told["totalInput"], told["totalCacheRead"], told["totalCacheWrite"], output)


def _counts(uncached: int, read: int, written: int, output: int) -> Counts:
    return dict(zip(COUNTED, (uncached + read + written, read, written, output), strict=True))
