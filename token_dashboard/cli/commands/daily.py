"""``tokens daily``: usage by day."""

from token_dashboard.cli.reporting import report_command
from token_dashboard.model.report import Dimension

command = report_command(
    "daily",
    "Usage by day.",
    leads=(Dimension.DAY,),
    examples=("tokens daily --last 7d", "tokens daily --breakdown", "tokens daily --by project"),
)
