"""Pages for a terminal, each shown on a ``Screen`` that the command line made.

The screen knows the width and whether colour is wanted; colour never says what words don't. A page that
doesn't fit drops its bars, then its spacing, then becomes a list: no number, unit or reset is ever left out.
"""

from token_dashboard.render.terminal._grid import Screen
from token_dashboard.render.terminal.doctor import print_checks, print_scan
from token_dashboard.render.terminal.inventory import print_agents, print_providers
from token_dashboard.render.terminal.report import print_report
from token_dashboard.render.terminal.status import print_status

__all__ = [
    "Screen",
    "print_agents",
    "print_checks",
    "print_providers",
    "print_report",
    "print_scan",
    "print_status",
]
