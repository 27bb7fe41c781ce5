"""``${VAR}`` in any text of a document stands for an environment variable; ``$${`` for a plain ``${``."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from token_dashboard.model.errors import ConfigError

Step: TypeAlias = str | int
"""One step down into a document: a key or an index."""

_PLAIN_KEY = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)
_TOO_LARGE = 2**63
_REFERENCE = re.compile(r"\$\$\{|\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}|\$\{")


def json_path(steps: Sequence[Step]) -> str:
    """``$.agents.claude-code.paths[0]``; a key that needs it stands as ``["*"]``."""
    return "$" + "".join(_shown_step(step) for step in steps)


def is_reference(text: str) -> bool:
    """Is a text nothing but one ``${VAR}``? Such a one gives nothing away."""
    match = _REFERENCE.fullmatch(text)
    return match is not None and match["name"] is not None


def resolved(document: Any, environment: Mapping[str, str], origin: str) -> Any:
    """A copy of the document in plain dicts and lists, its references replaced.

    Raises:
        ConfigError: a variable isn't set, a reference is broken, or a value is none that JSON knows.
    """
    return _Resolver(environment, origin).resolve(document, ())


class _Resolver:
    def __init__(self, environment: Mapping[str, str], origin: str) -> None:
        self._environment = environment
        self._origin = origin

    def resolve(self, value: Any, steps: tuple[Step, ...]) -> Any:
        if isinstance(value, Mapping):
            return {key: self.resolve(each, (*steps, self._sound(key, steps))) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self.resolve(each, (*steps, index)) for index, each in enumerate(value)]
        if isinstance(value, str):
            return self._sound(_REFERENCE.sub(lambda match: self._replacement(match, steps), value), steps)
        if isinstance(value, int | float) and not abs(value) < _TOO_LARGE:
            raise self._refusal(steps, "is too large, or no number at all.")
        return value

    def _replacement(self, match: re.Match[str], steps: tuple[Step, ...]) -> str:
        if match[0] == "$${":
            return "${"
        name = match["name"]
        if name is None:
            raise self._refusal(
                steps, 'holds "${" without a variable\'s name and "}"; a plain "${" is "$${".'
            )
        if name not in self._environment:
            raise self._refusal(steps, f"asks for ${{{name}}}, but no such environment variable is set.")
        return self._environment[name]

    def _sound(self, text: Any, steps: tuple[Step, ...]) -> str:
        """The text itself: one that can be a file name, be printed and be a key in JSON."""
        if not isinstance(text, str):
            raise self._refusal(steps, "has a key that is no text.")
        if "\0" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise self._refusal(steps, "holds a NUL or half a character; write it anew.")
        return text

    def _refusal(self, steps: tuple[Step, ...], reason: str) -> ConfigError:
        return ConfigError(file=self._origin, path=json_path(steps), reason=reason)


def _shown_step(step: Step) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    return f".{step}" if _PLAIN_KEY.fullmatch(step) else f'["{step}"]'
