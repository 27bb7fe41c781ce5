"""``tokens monthly``: usage by month."""

from token_dashboard.cli.reporting import report_command
from token_dashboard.model.report import Dimension

command = report_command(
    "monthly",
    "Usage by month.",
    leads=(Dimension.MONTH,),
    examples=("tokens monthly", "tokens monthly --by model --year 2026"),
)
