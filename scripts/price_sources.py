"""What the readers of published price lists share: which models count, how a tier follows from another."""

import re
import zipfile
from decimal import Decimal
from pathlib import Path

from token_dashboard.pricing.rows import Period

NOT_TEXT = re.compile(
    r"audio|realtime|image|embed|tts|whisper|transcribe|-ocr|moderation|-live|voice|voxtral|lyria|robotics|banana"
    r"|omni|rerank|container|commitment|^(bedrock/)?[a-z]{2}(-gov)?-[a-z]+-\d/|^azure(_ai)?/(eu|us|global)"
)
"""Models that do more than take and give text at a price a token, and regional or committed offers."""


def wheel_member(wheel: Path, name: str) -> bytes:
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(name)


def percentage(base: Period, price: Period) -> int | None:
    """The whole percentage that makes every rate of ``price`` from ``base``, if there is one."""
    pairs = list(zip(base["rates"], price["rates"], strict=False))
    if [over for over, _ in base.get("over", ())] != [over for over, _ in price.get("over", ())]:
        return None
    for (_, rates), (_, others) in zip(base.get("over", ()), price.get("over", ()), strict=True):
        pairs += zip(rates, others, strict=False)
    stated = [(one, other) for one, other in pairs if one is not None or other is not None]
    if any(one is None or other is None for one, other in stated):
        return None
    ratios = {Decimal(other) * 100 / one for one, other in stated if one}
    return int(ratios.pop()) if len(ratios) == 1 and all(ratio % 1 == 0 for ratio in ratios) else None


def trimmed(period: Period) -> Period:
    for rates in (period["rates"], *(rates for _, rates in period.get("over", ()))):
        while len(rates) > 5 and rates[-1] is None:
            rates.pop()
    return period
