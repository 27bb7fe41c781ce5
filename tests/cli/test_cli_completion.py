"""What a shell lists while a command is typed says what each does, in the language of everything else."""

from pathlib import Path

import pytest
from test_cli_click_words import said


def completed(home: Path, line: str, *, shell: str = "zsh", **environment: str) -> list[str]:
    """The lines that a shell is answered when the last word of a line is to be completed."""
    words = line.split(" ")
    last = words[-1] if shell == "fish" else str(len(words) - 1)
    asked = {"_TOKENS_COMPLETE": f"{shell}_complete", "COMP_WORDS": line, "COMP_CWORD": last}
    code, text = said(home, **asked, **environment)
    assert code == 0, text
    return text.splitlines()


@pytest.mark.parametrize(
    ("line", "name", "english", "german", "chinese"),
    [
        (
            "tokens sca",
            "scan",
            "Read what is new in the agents' logs into the ledger.",
            "Neues aus den Protokollen der Agenten in die Datenbank lesen.",
            "将智能体日志中的新内容读入账本。",
        ),
        (
            "tokens ledger bac",
            "backup",
            "Write a checked copy of the ledger to FILE.",
            "Eine geprüfte Kopie der Datenbank nach FILE schreiben.",
            "将账本经校验的副本写入 FILE。",
        ),
        (
            "tokens ledger purge --bef",
            "--before",
            "Usage before this local day.",
            "Verbrauch vor diesem Tag (Ortszeit).",
            "当地这一天之前的用量。",
        ),
        ("tokens --ver", "--version", "Show the version.", "Die Version zeigen.", "显示版本。"),
        (
            "tokens status --he",
            "--help",
            "Show this message and exit.",
            "Diese Hilfe zeigen.",
            "显示此帮助。",
        ),
    ],
)
def test_a_description_is_whole_and_in_the_language_of_the_machine(
    home: Path, line: str, name: str, english: str, german: str, chinese: str
) -> None:
    for language, told in (("en_GB.UTF-8", english), ("de_AT.UTF-8", german), ("zh_CN.UTF-8", chinese)):
        answer = completed(home, line, LANG=language)
        assert ["plain", name, told] in [answer[at : at + 3] for at in range(0, len(answer), 3)]


def test_the_settings_go_before_the_machine(home: Path) -> None:
    file = home / "settings.toml"
    file.write_text('language = "de"')
    environment = {"LANG": "zh_CN.UTF-8", "TOKEN_DASHBOARD_CONFIG": str(file)}
    assert completed(home, "tokens doc", **environment)[2] == "Alles prüfen, wovon dieses Programm abhängt."


def test_fish_is_told_the_same_and_bash_the_names_alone(home: Path) -> None:
    assert completed(home, "tokens doc", shell="fish", LANG="de_DE.UTF-8") == [
        "plain,doctor\tAlles prüfen, wovon dieses Programm abhängt."
    ]
    assert completed(home, "tokens doc", shell="bash", LANG="de_DE.UTF-8") == ["plain,doctor"]


def test_settings_that_are_wrong_leave_completion_at_work(home: Path) -> None:
    file = home / "settings.toml"
    file.write_text("language = [")
    assert completed(home, "tokens doc", TOKEN_DASHBOARD_CONFIG=str(file))[:2] == ["plain", "doctor"]
