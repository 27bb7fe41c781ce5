"""``tokens models``: usage by model."""

from token_dashboard.cli.reporting import report_command
from token_dashboard.model.report import Dimension

command = report_command(
    "models",
    "Usage by model, the costliest first.",
    leads=(Dimension.MODEL,),
    examples=("tokens models --month", "tokens models --by provider --cost auto"),
)
