"""``tokens scan`` when there is nothing new to read, which is nearly always.

Only the plainest case is answered here, in a third of the time. Settings, news, and all that is unusual or
goes wrong are the program's, which begins anew and says it in its own words.
"""

import gc
import os
import sys
import time
from collections.abc import Mapping

from token_dashboard.agents import _contract as agents
from token_dashboard.config.places import CONFIG_VARIABLE, LEDGER_FILE, config_files, home_dir, state_dir
from token_dashboard.engine import no_news
from token_dashboard.engine.watched import WatchedAgent
from token_dashboard.model.errors import TokenDashboardError
from token_dashboard.model.scan import ScanSummary
from token_dashboard.render import wire_scan
from token_dashboard.render.json_text import json_text


def is_told(*, as_json: bool) -> bool:
    """Whether the answer was printed."""
    if sys.stdout is None:
        return False
    gc.disable()  # thousands of files are thousands of tuples, and none of them is garbage
    try:
        summary = _summary(os.environ)
        if summary is not None:
            _print(summary, as_json=as_json)
            sys.stdout.flush()
            return True
    except (TokenDashboardError, OSError, UnicodeError):
        pass
    gc.enable()
    return False


def _summary(environment: Mapping[str, str]) -> ScanSummary | None:
    if environment.get(CONFIG_VARIABLE) or config_files(environment):
        return None
    home = home_dir(environment)
    watched = (WatchedAgent(agent, agent.homes(environment, home)) for agent in agents.discover())
    return no_news.scan(watched, state_dir(environment) / LEDGER_FILE, time.time_ns() // 1_000_000)


def _print(summary: ScanSummary, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json_text(wire_scan.scan(summary)) + "\n")
        return
    from token_dashboard.cli.console import Console
    from token_dashboard.config.machine import language
    from token_dashboard.render.language import language as spoken
    from token_dashboard.render.terminal.doctor import print_scan

    print_scan(Console(), summary, spoken(language(os.environ)))
