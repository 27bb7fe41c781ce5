"""``tokens costs``: what was spent, on what."""

from token_dashboard.cli.reporting import report_command
from token_dashboard.model.report import Dimension
from token_dashboard.model.stretch import Named

command = report_command(
    "costs",
    "What was spent this month, by model unless told.",
    by=(Dimension.MODEL,),
    periods=Named.MONTH,
    examples=("tokens costs --period week", "tokens costs --by agent,trigger --period all"),
)
