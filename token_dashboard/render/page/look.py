"""What a page shows: the figures, and the way that its reader chose to see them."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from token_dashboard.model.alert import Alerts, Delivery
from token_dashboard.model.record import record
from token_dashboard.model.report import Report
from token_dashboard.model.status import AgentInfo, ProviderInfo, Status
from token_dashboard.model.vendor_report import VendorReport

_Choice = TypeVar("_Choice", bound=StrEnum)


class Range(StrEnum):
    """The days of the chart; today is the last one."""

    WEEK = "7d"
    MONTH = "30d"
    QUARTER = "90d"

    @property
    def days(self) -> int:
        return int(self.removesuffix("d"))


class Split(StrEnum):
    """What the chart tells apart."""

    MODEL = "model"
    AGENT = "agent"
    PROVIDER = "provider"


@record
class View:
    """A reader's choice, as the address of the page has it."""

    range: Range = Range.MONTH
    split: Split = Split.MODEL
    is_understood: bool = True
    """Nothing in the address had to be passed over."""

    @classmethod
    def of(cls, query: Mapping[str, Sequence[str]]) -> "View":
        """``range`` and ``by``; what isn't known gives the usual view."""
        days, is_known = _chosen(query.get("range"), Range.MONTH)
        split, is_told = _chosen(query.get("by"), Split.MODEL)
        return cls(range=days, split=split, is_understood=is_known and is_told)

    def link(self, *, days: Range | None = None, split: Split | None = None) -> str:
        """The address of this view with one choice changed, relative: where the page stands isn't known."""
        return f"?range={days or self.range}&by={split or self.split}"


@record
class Look:
    """Everything that one page is made of."""

    view: View
    status: Status
    usage: Report
    """By day, agent, provider and model, over the days of the view."""
    alerts: Alerts
    delivery: Delivery | None
    names: Mapping[str, str]
    books: VendorReport | None = None
    """What vendors' own books say of the last days."""
    agents: Sequence[AgentInfo] = ()
    """Agents and providers that could be shown: for a page that has nothing to show yet."""
    providers: Sequence[ProviderInfo] = ()

    @property
    def is_empty(self) -> bool:
        """Neither an account nor usage: a newcomer's."""
        return not self.status.accounts and not self.status.agents and not self.usage.total.requests


def _chosen(given: Sequence[str] | None, usual: _Choice) -> tuple[_Choice, bool]:
    if not given:
        return usual, True
    found = next((one for one in type(usual) if one == given[-1]), None)
    return (usual, False) if found is None else (found, True)
