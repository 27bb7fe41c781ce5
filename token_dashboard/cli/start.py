"""Where the program starts. What is called many times a day, or a minute, has a short way of its own."""

import sys


def main() -> None:
    """``tokens`` and ``token-dashboard``, as they are installed."""
    words = sys.argv[1:]
    if words == ["statusline"]:
        from token_dashboard.cli.statusbar import show

        show(None)
    elif words not in (["scan"], ["scan", "--json"]) or not _has_no_news(as_json="--json" in words):
        from token_dashboard.cli.main import main as tokens

        tokens()


def _has_no_news(*, as_json: bool) -> bool:
    from token_dashboard.cli.no_news import is_told

    try:
        return is_told(as_json=as_json)
    except KeyboardInterrupt:
        sys.exit(130)
