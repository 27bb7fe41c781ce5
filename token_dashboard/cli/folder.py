"""The files that this program keeps in its state folder, beside the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from token_dashboard.config.places import state_dir


@dataclass(frozen=True, slots=True)
class Folder:
    """The state folder."""

    path: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Self:
        """The folder that an environment names."""
        return cls(state_dir(environment))

    @property
    def price_book(self) -> Path:
        """Prices that the operator fetched."""
        return self.path / "prices.json"
