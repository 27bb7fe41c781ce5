"""What lies behind a figure, in a line each."""

from collections.abc import Iterable

from token_dashboard.model.alert import Cause, CauseKind
from token_dashboard.render.columns import safe
from token_dashboard.render.language import Language

_MOST = 2
_NAMED = 3


def causes(found: Iterable[Cause], language: Language) -> list[str]:
    """The weightiest ones."""
    return [line for line in (_line(one, language) for one in found) if line][:_MOST]


def named(found: Iterable[Cause], language: Language) -> str:
    """The names of what they are about: ``model-x, model-y, …``."""
    names = [safe(one.name, 24) for one in found if one.name]
    return language.listed([*names[:_NAMED], *(["…"] if len(names) > _NAMED else [])])


def _line(one: Cause, language: Language) -> str:
    _ = language.gettext
    name = safe(one.name or "", 24)
    if one.kind is CauseKind.SESSION and one.money is not None:
        line = _("Session {name} spent {money} of it.")
        return line.format(name=name, money=language.money(one.money))
    if one.kind is CauseKind.MODEL and name:
        return _("{model} answers.").format(model=name)
    if one.kind is CauseKind.TRIGGER and name:
        return _("It begins with: {trigger}.").format(trigger=name)
    if one.before is None or one.after is None:
        return ""
    if one.kind is CauseKind.CACHE:
        line = _("Cache hits fell from {before} to {after}.")
        return line.format(before=language.percent(one.before), after=language.percent(one.after))
    if one.kind is CauseKind.CONTEXT:
        line = _("A request carries {after} tokens, {before} before.")
        return line.format(before=language.tokens(int(one.before)), after=language.tokens(int(one.after)))
    return ""
