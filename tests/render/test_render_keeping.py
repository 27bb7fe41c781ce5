"""What the commands that keep and move the ledger say, in each language, and the schemas their JSON keeps."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from render_faces import LANGUAGES, TextFile
from render_sample_keeping import (
    AGAIN,
    BROUGHT,
    BUNDLES,
    CLEARED,
    CONTENTS,
    COPY,
    DAMAGED,
    DAY,
    EVENT,
    HALFWAY,
    LEDGER,
    MADE,
    NEWLY,
    NOON,
    NOTHING,
    ON_SERVER,
    PURGES,
    PUT_BACK,
    PUT_BACK_THERE,
    SENT,
    SERVER,
    SHRUNK,
    SOUND,
    TAKEN,
    UNDONE,
    UNPRICED,
    WINDOWS,
    WRONG,
)
from syrupy.assertion import SnapshotAssertion
from test_render_terminal import Sheet, printed

from token_dashboard.contract import read_contract
from token_dashboard.model.imported import Imported, Undone
from token_dashboard.model.keeping import Contents, Phase
from token_dashboard.model.usage import UsageEvent
from token_dashboard.render import keeping as keeping_json
from token_dashboard.render import wire
from token_dashboard.render.columns import width
from token_dashboard.render.language import Language, language
from token_dashboard.render.refusals import Refusal, file_sentence, refusal
from token_dashboard.render.terminal import imported, keeping, sharing
from token_dashboard.render.terminal.logged import print_logged
from token_dashboard.render.terminal.reading import reading_title, reading_words
from token_dashboard.render.terminal.stored import print_contents
from token_dashboard.render.times import LocalTime

Page = Callable[[Sheet, Language], None]


def _kept(screen: Sheet, words: Language) -> None:
    keeping.print_backup(screen, COPY, words)
    keeping.print_restored(screen, PUT_BACK, words)
    keeping.print_restored(screen, replace(PUT_BACK, requests=1, kept=None), words)
    keeping.print_vacuumed(screen, SHRUNK, words)
    for found in (SOUND, DAMAGED):
        keeping.print_checked(screen, found, words, time_zone="Europe/Berlin", is_file=True)


def _kept_on_a_server(screen: Sheet, words: Language) -> None:
    keeping.print_restored(screen, PUT_BACK_THERE, words)
    keeping.print_vacuumed(screen, CLEARED, words)
    keeping.print_vacuumed(screen, replace(CLEARED, freed_rows=1), words)
    without_detail = replace(SOUND, requests_without_detail=1)
    for found in (WRONG, without_detail, replace(without_detail, detail_begins_ms=NOON)):
        keeping.print_checked(screen, found, words, time_zone="Europe/Berlin", is_file=False)


def _purged(screen: Sheet, words: Language) -> None:
    for named in PURGES:
        screen.line(f"{keeping.purge_question(named, words)} {keeping.choice(words)}", "")
        keeping.print_purged(screen, named, words)
    screen.line(keeping.not_purged(words), "")
    keeping.print_nothing_to_purge(screen, replace(PURGES[1], requests=0), words)


def _shared(screen: Sheet, words: Language) -> None:
    sharing.print_sent(screen, SENT, words)
    sharing.print_sent(screen, replace(SENT, sent=1, new=0, withdrawn=1), words)
    screen.line(sharing.waiting_words("…", 1, words), "")
    screen.line(sharing.waiting_words("…", 1_204, words), "")
    sharing.print_bundle(screen, MADE, words)
    sharing.print_taken(screen, TAKEN, words)
    for message in (sharing.SENDING, sharing.WRITING, sharing.READING):
        screen.line(words.gettext(message), "")
    screen.line(reading_title(words), "")
    screen.line(reading_words(HALFWAY, words, screen.width), "")


def _refusals(screen: Sheet, words: Language) -> None:
    values = {
        "file": LEDGER,
        "question": "?",
        "word": "'x'",
        "option": "--model",
        "one": "--csv",
        "other": "--json",
        "most": "3650",
        "first": "1970",
        "last": "2199",
        "near": "openrouter",
        "known": "main, second",
        "formats": "--json, --csv, --html",
        "provider": "openrouter",
    }
    for why in Refusal:
        screen.line(refusal(why, words, **values), "")
    screen.line(file_sentence("nowhere/copy", "No such file or directory", words), "")
    screen.line(file_sentence(None, "No space left on device", words), "")
    for count in (1, 1_204):
        screen.line(keeping.without_detail(count, words), "")
        screen.line(keeping.requests_passed(count, words), "")
        screen.line(f"{keeping.restore_question(SERVER, count, words)} {keeping.choice(words)}", "")
    screen.line(keeping.not_restored(words), "")
    for phase in Phase:
        screen.line(keeping.phase_words(phase, words), "")


def _logged(event: UsageEvent) -> Page:
    return lambda screen, words: print_logged(
        screen, event, LocalTime.of("Europe/Berlin", NOON + 2 * DAY, words)
    )


def _stored(found: Contents) -> Page:
    return lambda screen, words: print_contents(screen, found, words, time_zone="Europe/Berlin")


def _undone(screen: Sheet, words: Language) -> None:
    imported.print_undone(screen, UNDONE, words)
    imported.print_undone(screen, Undone(found=1, withdrawn=0, inseparable=1), words)


def _imported(done: Imported) -> Page:
    return lambda screen, words: imported.print_imported(screen, done, words)


PAGES: dict[str, Page] = {
    "stored": _stored(CONTENTS),
    "stored on a server": _stored(ON_SERVER),
    "stored nothing": _stored(NOTHING),
    "kept": _kept,
    "kept on a server": _kept_on_a_server,
    "purged": _purged,
    "imported": _imported(BROUGHT),
    "imported newly": _imported(NEWLY),
    "imported again": _imported(AGAIN),
    "imported windows": lambda screen, words: imported.print_imported_windows(screen, WINDOWS, words),
    "undone": _undone,
    "logged": _logged(EVENT),
    "logged unpriced": _logged(UNPRICED),
    "shared": _shared,
}
ANSWERS: dict[str, tuple[str, dict[str, Any]]] = {
    "stored": ("ledger-stats", wire.answer(CONTENTS)),
    "stored nothing": ("ledger-stats", wire.answer(NOTHING)),
    "backup": ("ledger-backup", wire.answer(COPY)),
    "restore": ("ledger-restore", wire.answer(PUT_BACK)),
    "vacuum": ("ledger-vacuum", wire.answer(SHRUNK)),
    "sound": ("ledger-check", keeping_json.checked(SOUND)),
    "damaged": ("ledger-check", keeping_json.checked(DAMAGED)),
    "wrong": ("ledger-check", keeping_json.checked(WRONG)),
    "stored on a server": ("ledger-stats", wire.answer(ON_SERVER)),
    "vacuum on a server": ("ledger-vacuum", wire.answer(CLEARED)),
    "purge": ("ledger-purge", wire.answer(PURGES[0])),
    "import": ("import", keeping_json.imported(replace(BROUGHT, rejects=BROUGHT.rejects[:1]))),
    "import newly": ("import", keeping_json.imported(NEWLY)),
    "windows": ("import-windows", keeping_json.imported_windows(WINDOWS)),
    "undone": ("import-undo", wire.answer(UNDONE)),
    "logged": ("logged-event", keeping_json.logged(EVENT)),
    "sync": ("sync", wire.answer(SENT)),
    "bundle export": ("bundle-export", wire.answer(MADE)),
    "bundle import": ("bundle-import", wire.answer(BUNDLES)),
}


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("columns", [80, 40])
@pytest.mark.parametrize("name", PAGES)
def test_an_answer_reads_as_it_was_approved(
    name: str, columns: int, tag: str, snapshot: SnapshotAssertion
) -> None:
    assert printed(PAGES[name], columns, tag) == snapshot.use_extension(TextFile)


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_refusal_reads_as_it_was_approved(tag: str, snapshot: SnapshotAssertion) -> None:
    assert printed(_refusals, 80, tag) == snapshot.use_extension(TextFile)


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("columns", [120, 80, 40])
@pytest.mark.parametrize("name", [name for name in PAGES if name not in {"purged", "shared"}])
def test_no_line_of_an_answer_is_wider_than_the_terminal(name: str, columns: int, tag: str) -> None:
    for line in printed(PAGES[name], columns, tag).splitlines():
        assert width(line) <= columns or re.search(r"\S{30}", line)


@pytest.mark.parametrize("tag", LANGUAGES)
@pytest.mark.parametrize("columns", [120, 80, 60, 40])
def test_a_bar_leaves_room_for_itself_and_always_says_how_much_was_read(columns: int, tag: str) -> None:
    told = reading_words(HALFWAY, language(tag), columns)
    assert width(told) + 18 <= columns
    assert "MiB" in told


@pytest.mark.parametrize("name", ANSWERS)
def test_a_document_reads_as_it_was_approved(name: str, snapshot: SnapshotAssertion) -> None:
    document = json.dumps(ANSWERS[name][1], ensure_ascii=False, indent=2, allow_nan=False)
    assert f"{document}\n" == snapshot.use_extension(TextFile)


@pytest.mark.parametrize("name", ANSWERS)
def test_a_document_keeps_its_schema_and_has_no_member_that_it_does_not_describe(name: str) -> None:
    schema, document = ANSWERS[name]
    contract = read_contract(f"schemas/{schema}.schema.json")
    validator = Draft202012Validator(_closed(contract), format_checker=Draft202012Validator.FORMAT_CHECKER)
    assert [f"{problem.json_path}: {problem.message}" for problem in validator.iter_errors(document)] == []
    assert set(contract["required"]) == set(document)


@pytest.mark.parametrize("schema", sorted({schema for schema, _ in ANSWERS.values()}))
def test_a_part_is_described_as_in_the_other_schemas(schema: str) -> None:
    shared = read_contract("schemas/plan.schema.json")["$defs"]
    own = read_contract(f"schemas/{schema}.schema.json").get("$defs", {})
    assert {name: part for name, part in own.items() if part != shared[name]} == {}


def test_a_logged_event_is_described_as_every_usage_event() -> None:
    event = read_contract("schemas/logged-event.schema.json")["properties"]["event"]
    assert event["properties"] == read_contract("schemas/usage-event.schema.json")["properties"]


@pytest.mark.parametrize(
    ("tag", "answer", "is_yes"),
    [
        ("en", "y", True),
        ("en", " YES ", True),
        ("en", "", False),
        ("en", "n", False),
        ("en", "maybe", False),
        ("de", "y", True),
        ("zh_Hans", "yes", True),
        ("de", "nein", False),
    ],
)
def test_only_a_clear_yes_deletes(tag: str, answer: str, is_yes: bool) -> None:
    assert keeping.is_yes(answer, language(tag)) is is_yes


def _closed(schema: Any) -> Any:
    """The same schema without room for members that it doesn't name."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(value) for name, value in schema.items()}
    return {"additionalProperties": False} | closed if "properties" in schema else closed
