"""What ``tokens openclaw status`` says of the plugin, fact by fact."""

from collections.abc import Sequence

from token_dashboard.render.columns import aligned
from token_dashboard.render.language import Language

_GAP = 3


def standing_lines(
    *,
    installed: str | None,
    is_enabled: bool,
    python: tuple[str | None, str | None],
    ours: str,
    answers: bool,
    findings: Sequence[str],
    language: Language,
) -> list[str]:
    """``python`` is the Python that runs it and the token-dashboard that this one has."""
    _ = language.gettext

    def whether(so: bool) -> str:
        return _("yes") if so else _("no")

    path, version = (python[0] or _("not set"), python[1] or _("no token-dashboard"))
    facts = [
        (_("installed"), installed or whether(False)),
        (_("enabled"), whether(is_enabled)),
        (_("run by"), f"{version}, {path}"),
        (_("this one"), ours),
        (_("answering"), whether(answers)),
        *(("doctor", one) for one in findings),
    ]
    return aligned(facts, _GAP)
