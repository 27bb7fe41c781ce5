"""``tokens weekly``: usage by week."""

from token_dashboard.cli.reporting import report_command
from token_dashboard.model.report import Dimension

command = report_command(
    "weekly",
    "Usage by week.",
    leads=(Dimension.WEEK,),
    examples=("tokens weekly --year", "tokens weekly --start-of-week sunday"),
)
