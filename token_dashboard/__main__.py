"""``python -m token_dashboard`` is the command ``tokens``."""

from token_dashboard.cli.start import main

main()
