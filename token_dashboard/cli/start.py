"""Where the program starts. What is called many times a day, or a minute, has a short way of its own."""

import gc
import sys

_USUAL_THRESHOLD = gc.get_threshold()
_OBJECTS_OF_A_START = 100_000
"""Modules make as many, and looking for garbage among them would take a tenth of a short command's time."""
_INTERRUPTED = 130


def main() -> None:
    """``tokens`` and ``token-dashboard``, as they are installed. Ctrl-C leaves quietly, whenever it comes."""
    try:
        _answer(sys.argv[1:])
    except KeyboardInterrupt:
        if sys.stderr is not None:
            sys.stderr.write("\n")  # the shell's next line doesn't begin behind ^C
        sys.exit(_INTERRUPTED)
    finally:
        gc.freeze()  # nor is garbage looked for when all of it goes: a fifth of a short command's time


def stay() -> None:
    """What runs on after its start looks for garbage as often as any program."""
    gc.set_threshold(*_USUAL_THRESHOLD)


def _answer(words: list[str]) -> None:
    if words == ["statusline"]:
        from token_dashboard.cli.statusbar import show

        show(None)
        return
    if words in (["scan"], ["scan", "--json"]):
        from token_dashboard.cli.no_news import is_told

        if is_told(as_json="--json" in words):
            return
    gc.set_threshold(_OBJECTS_OF_A_START)
    from token_dashboard.cli.main import main as tokens

    tokens()
