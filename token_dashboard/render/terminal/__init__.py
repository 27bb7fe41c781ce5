"""Pages for a terminal, one module a kind, each shown on a ``Screen`` that the command line made.

The screen knows the width and whether colour is wanted; colour never says what words don't. A page that
doesn't fit drops its bars, then its spacing, then becomes a list: no number, unit or reset is ever left out.
"""
