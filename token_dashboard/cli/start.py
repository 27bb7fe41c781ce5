"""Where the program starts. What is called many times a day, or a minute, has a short way of its own."""

import sys

from token_dashboard.cli.garbage import look_no_more, look_seldom

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
        look_no_more()


def _answer(words: list[str]) -> None:
    if words == ["statusline"]:
        from token_dashboard.cli.statusbar import show

        show(None)
        return
    if words in (["scan"], ["scan", "--json"]):
        from token_dashboard.cli.no_news import is_told

        if is_told(as_json="--json" in words):
            return
    look_seldom()
    from token_dashboard.cli.main import main as tokens

    tokens()
