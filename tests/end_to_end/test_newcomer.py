"""The first five minutes: an empty home, and every command typed once; then the same typed wrong."""

import asyncio
import os
import re
import shutil
import sys

import pytest
from machine import Machine, Replies
from test_main_job import earlier_today

EVERY_COMMAND = [
    ["status"],
    ["status", "--json"],
    ["burn"],
    ["burn", "--json"],
    ["providers"],
    ["providers", "--json"],
    ["agents"],
    ["agents", "--json"],
    ["scan"],
    ["scan", "--json"],
    ["report"],
    ["report", "--json"],
    ["report", "--by", "day"],
    ["chat", "/tokens"],
    ["chat", "/burn"],
    ["chat", "/tokens help"],
    ["config", "check"],
    ["config", "path"],
    ["config", "show"],
    ["doctor"],
    ["doctor", "--json"],
    ["doctor", "rejects"],
    ["prices", "age"],
    ["prices", "show", "claude-opus-4-5"],
    [],
]


@pytest.mark.parametrize("words", EVERY_COMMAND, ids=" ".join)
async def test_in_an_empty_home_every_command_answers(machine: Machine, words: list[str]) -> None:
    ran = await machine.run(*words)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.strip()
    for nonsense in ("None", "NaN", "Traceback", "$-0"):
        assert nonsense not in ran.out
    if "--json" in words:
        assert ran.json["schemaVersion"] == 1


async def test_tokens_alone_shows_what_is_here_before_anything_is_configured(
    machine: Machine, replies: Replies
) -> None:
    replies.write("one", earlier_today(), 3)
    ran = await machine.run()
    assert ran.code == 0
    assert f"${replies.dollars:.2f}" in ran.out
    assert "Claude Code" in ran.out


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["banana"], 64, "banana"),
        (["stauts"], 64, "status"),
        (["report", "--by", "banana"], 64, "agent, app, branch, day, feature"),
        (["report", "--since", "yesterday"], 64, "yesterday"),
        (["report", "--since", "2026-11-02", "--until", "2026-11-01"], 64, "--until"),
        (["report", "--time-zone", "Mars/Olympus"], 64, "Mars/Olympus"),
        (["status", "--provider", "banana"], 64, "`tokens providers` lists them"),
        (["status", "--provider", "openruter"], 64, "Did you mean openrouter"),
        (["status", "--config", "/no/such/file.json5"], 1, "/no/such/file.json5"),
        (["--config", "/no/such/file.json5", "status"], 1, "/no/such/file.json5"),
        (["prices", "show", "banana-9000"], 1, "banana-9000"),
        (["prices", "update", "--from", "/no/such/book.json"], 1, "/no/such/book.json"),
        (["serve", "--host", "0.0.0.0"], 1, "token"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
async def test_what_is_typed_wrong_is_told_in_one_sentence_on_stderr(
    machine: Machine, words: list[str], code: int, said: str
) -> None:
    ran = await machine.run(*words)
    assert ran.code == code
    assert ran.out == ""
    assert said in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"pollIntervalMinuts": 5}, "pollIntervalMinutes"),
        ({"pollIntervalMinutes": 0}, "$.pollIntervalMinutes"),
        (
            {"alertThresholds": {"openrouter": {"balanceUsd": "ten"}}},
            "$.alertThresholds.openrouter.balanceUsd",
        ),
        ({"providers": {"openruter": {"apiKey": "sk-canary"}}}, "openrouter"),
        ({"providers": {"openrouter": {"apiKey": "${NOT_SET}"}}}, "NOT_SET"),
        ({"timeZone": "Mars/Olympus"}, "$.timeZone"),
    ],
)
async def test_a_wrong_setting_is_named_with_its_file_and_path(
    machine: Machine, settings: dict[str, object], said: str
) -> None:
    machine.configure(**settings)
    for words in (["config", "check"], ["status"]):
        ran = await machine.run(*words)
        assert ran.code == 1
        assert said in ran.err
        assert "config.json" in ran.err
        assert "sk-canary" not in ran.err


async def test_the_language_follows_the_environment(machine: Machine) -> None:
    machine.environment["LANG"] = "de_DE.UTF-8"
    german = (await machine.run("chat", "/tokens help")).out
    machine.environment["LANG"] = "zh_CN.UTF-8"
    chinese = (await machine.run("chat", "/tokens help")).out
    machine.environment["LANG"] = "en_US.UTF-8"
    english = (await machine.run("chat", "/tokens help")).out
    assert len({german, chinese, english}) == 3


async def test_rejected_lines_are_counted_and_do_not_change_the_exit_code(
    machine: Machine, replies: Replies
) -> None:
    log = replies.write("one", earlier_today(), 3)
    with log.open("a") as file:
        file.write("this is no JSON\n[]\n")
    ran = await machine.run("scan", "--json")
    assert ran.code == 0
    assert (ran.json["newRequests"], len(ran.json["rejects"])) == (3, 2)
    listed = await machine.run("doctor", "rejects")
    assert f"{log}:10:" in listed.out
    assert f"{log}:11:" in listed.out


async def test_the_doctor_has_one_line_for_all_that_nobody_uses(machine: Machine, replies: Replies) -> None:
    empty = (await machine.run("doctor")).out
    assert len(re.findall("normal if you don't use them", empty)) == 2
    assert re.search(r"^agents .*\d left no logs here", empty, re.MULTILINE)
    assert re.search(r"^providers .*\d without a key", empty, re.MULTILINE)
    assert len(empty.splitlines()) < 15
    folder = replies.write("one", earlier_today(), 3).parents[2]
    used = (await machine.run("doctor")).out
    assert re.search(r"^agents .*\d left no logs here", used, re.MULTILINE)
    assert re.search("claude-code .*3 requests counted", used)
    shutil.rmtree(folder)
    cleared = (await machine.run("doctor")).out
    assert re.search("claude-code .*3 requests counted\nclaude-code .*no logs left here", cleared)


async def test_the_doctor_says_which_keys_tell_nothing_and_what_would(machine: Machine) -> None:
    machine.environment |= {"OPENAI_API_KEY": "sk-proj-canary", "GOOGLE_API_KEY": "AIza-canary"}
    ran = await machine.run("doctor")
    said = " ".join(ran.out.split())
    assert ran.code == 0
    assert "openai OPENAI_API_KEY project key, which tells nothing of the account" in said
    assert "→ which key tells more: tokens providers show openai" in said
    assert "gemini GOOGLE_API_KEY API key, which tells nothing of the account: what is used" in said
    assert "canary" not in ran.out


async def test_the_doctor_names_what_is_passed_over_and_why(machine: Machine, replies: Replies) -> None:
    folder = replies.write("one", earlier_today(), 3).parent
    os.mkfifo(folder / "pipe.jsonl")
    (folder / "gone.jsonl").symlink_to(folder / "nowhere")
    ran = await machine.run("doctor")
    assert ran.code == 0
    assert re.search(r"pipe\.jsonl +passed over: no regular file", ran.out)
    assert re.search(r"gone\.jsonl +passed over: a link that leads nowhere", ran.out)


async def test_the_doctor_says_what_it_can_when_the_ledger_cannot_be_opened(machine: Machine) -> None:
    machine.ledger.mkdir(parents=True)
    ran = await machine.run("doctor")
    assert ran.code == 1
    assert "config" in ran.out
    assert str(machine.ledger.name) in ran.out


async def test_a_configured_folder_that_is_not_there_is_named(machine: Machine) -> None:
    machine.configure(agents={"claude-code": {"paths": ["/no/such/folder"]}})
    ran = await machine.run("doctor")
    assert ran.code == 1
    assert "/no/such/folder" in ran.out
    assert "agents.claude-code.paths" in ran.out


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
async def test_a_stream_that_lacks_a_character_shows_a_question_mark(
    machine: Machine, replies: Replies, encoding: str
) -> None:
    replies.write("one", earlier_today(), 3)
    machine.environment["PYTHONIOENCODING"] = encoding
    for words in (["status"], ["chat", "/tokens"], ["chat", "/burn"]):
        assert (await machine.run(*words)).code == 0


@pytest.mark.parametrize("words", ["report --json", "--help", "status"])
async def test_a_reader_that_leaves_early_is_no_failure(machine: Machine, words: str) -> None:
    command = f"{sys.executable} -m token_dashboard {words} | true; exit ${{PIPESTATUS[0]}}"
    process = await asyncio.create_subprocess_exec(
        "bash", "-c", command, env=machine.shell(), stderr=asyncio.subprocess.PIPE
    )
    _, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")


async def test_a_file_of_another_kind_is_never_taken_for_the_ledger(machine: Machine) -> None:
    notes = machine.home / "notes.md"
    notes.write_text("my notes")
    notes.chmod(0o644)
    machine.configure(ledger={"path": str(notes)})
    for words in (["status"], ["doctor"]):
        ran = await machine.run(*words)
        assert ran.code == 1
        assert "ledger.path" in ran.out + ran.err
    assert notes.read_text() == "my notes"
    assert notes.stat().st_mode & 0o777 == 0o644
    assert [file.name for file in machine.home.glob("notes*")] == ["notes.md"]
