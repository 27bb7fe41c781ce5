"""``python -m token_dashboard`` is the command ``tokens``."""

from token_dashboard.cli.main import main

main()
