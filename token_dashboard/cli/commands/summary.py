"""``tokens summary``: what was used in a day, a week, a month."""

from token_dashboard.cli.reporting import report_command
from token_dashboard.model.report import Dimension
from token_dashboard.model.stretch import Named

command = report_command(
    "summary",
    "What was used, by agent: today unless told.",
    by=(Dimension.AGENT,),
    periods=Named.DAY,
    examples=("tokens summary", "tokens summary --period month"),
)
