"""Keeps the message catalogs in step with the code: extract, update, compile.

``python scripts/catalogs.py`` writes them; ``--check`` changes nothing and fails when something is out of
date or untranslated.
"""

import argparse
import io
import sys
from itertools import product
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

from token_dashboard.cli.help_words import in_words
from token_dashboard.cli.main import tokens

RENDER = Path(__file__).parent.parent / "token_dashboard" / "render"
LOCALES = RENDER / "locales"
DROPPED = (
    b'"Project-Id',
    b'"Report-Msgid',
    b'"POT-Creation',
    b'"PO-Revision',
    b'"Last-Translator',
    b'"Language-Team',
    b'"Generated-By',
)
METHODS = [("**.py", "python")]
HEADER = """\
# The {language} words of token-dashboard.
# Kept in step with the code by scripts/catalogs.py; only msgstr lines are written by hand.
#"""
LANGUAGES = {"de": "German", "zh_Hans": "Chinese"}


def extract() -> Catalog:
    """The messages that stand in the code, without places: moving a line changes no catalog."""
    template = Catalog(project="token-dashboard", charset="utf-8")
    for _, _, message, comments, context in extract_from_dir(
        RENDER, METHODS, comment_tags=("Translators:",), strip_comment_tags=True
    ):
        template.add(message, auto_comments=comments, context=context)
    return template


def extract_help() -> Catalog:
    """What the commands and options tell in their help."""
    template = Catalog(project="token-dashboard", charset="utf-8")

    def say(message: str) -> str:
        template.add(message)
        return message

    context = click.Context(tokens)
    for name in (None, *tokens.list_commands(context)):
        command = tokens if name is None else tokens.get_command(context, name)
        if command is not None:
            in_words(command, say)
    return template


def updated(tag: str, template: Catalog, domain: str = "messages") -> Catalog:
    """The catalog of a language as it should be: the code's messages, with the translations it has."""
    path = LOCALES / tag / "LC_MESSAGES" / f"{domain}.po"
    catalog = Catalog(locale=tag)
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=tag)
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    catalog.fuzzy = False
    catalog.header_comment = HEADER.format(language=LANGUAGES[tag])
    return catalog


def po_bytes(catalog: Catalog) -> bytes:
    """A catalog as text; of its header only what a reader needs, so that no date or version changes it."""
    file = io.BytesIO()
    write_po(file, catalog, sort_output=True, width=110)
    lines = file.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(DROPPED))


def mo_bytes(catalog: Catalog) -> bytes:
    """A catalog as ``gettext`` reads it."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


def same_messages(compiled: Path, catalog: Catalog) -> bool:
    """Whether a compiled catalog says what the text says, whichever version of Babel compiled it."""
    if not compiled.exists():
        return False
    with compiled.open("rb") as file:
        return _translations(read_mo(file)) == _translations(catalog)


def _translations(catalog: Catalog) -> dict[object, tuple[str, ...]]:
    def several(text: object) -> tuple[str, ...]:
        return tuple(text) if isinstance(text, list | tuple) else (str(text),)

    return {
        several(message.id): several(message.string) for message in catalog if message.id and message.string
    }


def untranslated(catalog: Catalog) -> list[str]:
    """Messages that have no translation."""
    return [
        str(message.id)
        for message in catalog
        if message.id and not all(message.string if isinstance(message.string, tuple) else [message.string])
    ]


def main(arguments: list[str] | None = None) -> int:
    """Write or check every catalog; 1 when a check finds something."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail when out of date")
    is_check: bool = parser.parse_args(arguments).check
    templates, findings = {"messages": extract(), "help": extract_help()}, 0
    for tag, (domain, template) in product(LANGUAGES, templates.items()):
        catalog = updated(tag, template, domain)
        text, compiled = (LOCALES / tag / "LC_MESSAGES" / f"{domain}.{kind}" for kind in ("po", "mo"))
        outdated = [] if text.exists() and text.read_bytes() == po_bytes(catalog) else [text]
        outdated += [] if same_messages(compiled, catalog) else [compiled]
        for path in outdated:
            print(f"{path} is out of date: run python scripts/catalogs.py" if is_check else f"{path} written")
        if outdated and not is_check:
            text.parent.mkdir(parents=True, exist_ok=True)
            text.write_bytes(po_bytes(catalog))
            compiled.write_bytes(mo_bytes(catalog))
        missing = untranslated(catalog)
        for message in missing:
            print(f"{tag}: not translated: {message}")
        findings += len(outdated) + len(missing)
    return int(is_check and findings > 0)


if __name__ == "__main__":
    sys.exit(main())
