"""HTML and SVG, written so that a text can only ever become text."""

from html import escape
from typing import TypeAlias

Attribute: TypeAlias = str | int | None


class Html(str):
    """Markup that is finished: made here, or the page's own style and script."""

    __slots__ = ()


def tag(name: str, /, *children: str, **attributes: Attribute) -> Html:
    """An element. Children that aren't ``Html`` are escaped; an attribute that is ``None`` is left out.

    ``class_`` stands for ``class``, ``aria_label`` for ``aria-label``.
    """
    given = "".join(
        f' {_attribute(key)}="{escape(str(value))}"' for key, value in attributes.items() if value is not None
    )
    return Html(f"<{name}{given}>{joined(*children)}</{name}>")


def void(name: str, /, **attributes: Attribute) -> Html:
    """An element that has no content: ``meta``, ``rect``."""
    return Html(tag(name, **attributes).replace(f"></{name}>", "/>"))


def joined(*parts: str) -> Html:
    """The parts behind each other."""
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in parts))


def _attribute(key: str) -> str:
    return key.removesuffix("_").replace("_", "-") if key != "viewBox" else key
