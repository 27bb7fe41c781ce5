"""``tokens session``: usage by session."""

from token_dashboard.cli.reporting import report_command
from token_dashboard.model.report import Dimension

command = report_command(
    "session",
    "Usage by session, the costliest first.\n\nWhen it was last active, where, and with which models.",
    leads=(Dimension.SESSION,),
    rows=100,
    examples=("tokens session --today", "tokens session --sort time --reverse --limit 20"),
)
