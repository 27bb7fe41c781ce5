"""``tokens report``: usage by any of seventeen dimensions, over any time."""

from token_dashboard.cli.reporting import report_command
from token_dashboard.model.report import Dimension

command = report_command(
    "report",
    "Requests, tokens and cost, grouped, with a total.",
    by=(Dimension.AGENT, Dimension.MODEL, Dimension.DAY),
    examples=(
        "tokens report --by day --month",
        "tokens report --by project,branch --last 4w --model 'claude-*'",
        "tokens report --by session --today --limit 10",
        "tokens report --by model --cost auto --csv",
    ),
)
