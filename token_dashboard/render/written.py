"""How a language writes numbers, learnt from examples: babel is exact and slow, and a table has thousands.

What an example doesn't teach (other groups than of three digits, a sign in an odd place) stays babel's.
"""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import repeat
from operator import truediv
from typing import NamedTuple

_EXAMPLE = re.compile(r"(\D*)1(\D*)234\2(?:567)(?:(\D+)(\d+))?(\D*)")
_NEAR = 2**50
"""Hundredths of fewer are floats that are written as what they stand for, to the last digit."""
_TRIALS = (0, 5, 12, 123, 1_234, 12_345, 123_456, 98_765_432_109_876)


class Written(NamedTuple):
    """A number of 0 and more."""

    before: str
    group: str
    """Between groups of three digits."""
    point: str
    digits: int
    """Behind the point."""
    after: str

    @classmethod
    def like(cls, write: Callable[[Decimal], str], digits: int) -> "Written | None":
        """As a function writes numbers with so many decimals; ``None`` if that can't be told."""
        told = _EXAMPLE.fullmatch(write(Decimal(1_234_567)))
        if told is None or len(told[4] or "") != digits:
            return None
        found = cls(told[1], told[2], told[3] or "", digits, told[5])
        is_alike = all(found.text(trial) == write(Decimal(trial).scaleb(-digits)) for trial in _TRIALS)
        return found if is_alike else None

    def text(self, count: int) -> str:
        """So many of the smallest unit."""
        if not self.digits:
            return f"{self.before}{count:,}{self.after}".replace(",", self.group)
        whole, rest = divmod(count, 10**self.digits)
        grouped = f"{whole:,}".replace(",", self.group)
        return f"{self.before}{grouped}{self.point}{rest:0{self.digits}}{self.after}"

    def texts(self, counts: Sequence[int]) -> list[str]:
        """The same of thousands."""
        if max(counts, default=0) > _NEAR:
            return list(map(self.text, counts))
        units = map(truediv, counts, repeat(10**self.digits)) if self.digits else counts
        numbers = list(map(f"{{:,.{self.digits}f}}".format, units))
        if (self.group, self.point) != (",", "."):
            names = str.maketrans({",": self.group, ".": self.point})
            numbers = list(map(str.translate, numbers, repeat(names)))
        return [f"{self.before}{number}{self.after}" for number in numbers]
