"""What click says by itself is in the language of everything else: that of the settings or the machine."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def said(home: Path, *words: str, **environment: str) -> tuple[int, str]:
    """The exit code of a command, and all that it said."""
    ran = subprocess.run(
        [sys.executable, "-m", "token_dashboard", *words],
        env={"HOME": str(home), "PATH": os.environ["PATH"], "PYTHONUTF8": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return ran.returncode, ran.stdout


@pytest.mark.parametrize(
    ("words", "german", "chinese"),
    [
        (
            ["--help"],
            ["Aufruf: tokens ", "Optionen:", "Berichte:", "Diese Hilfe zeigen."],
            ["用法", "选项", "报表"],
        ),
        (
            ["ledger"],
            ["Eine geprüfte Kopie der Datenbank nach FILE schreiben."],
            ["将账本经校验的副本写入 FILE。"],
        ),
        (["report", "--help"], ["Nur diesen Anbieter.", "[Standard: agent,model,day]"], ["只看此提供商。"]),
        (["report", "--nonsense"], ["Fehler: ", "Die Option", "gibt es nicht"], ["错误", "没有选项"]),
        (["repotr"], ["gibt es nicht. Meinten Sie report?"], ["没有命令", "report"]),
        (
            ["ledger", "backup"],
            ["Hilfe gibt 'tokens ledger backup -", "Es fehlt"],
            ["缺少参数 'FILE'"],
        ),
        (["ledger", "backup", "a", "b", "c"], ["Überzählige Argumente (b c)"], ["多余的参数", "b c"]),
        (["report", "--since", "x"], ["für '--since': 'x' ist kein Tag."], ["'x' 不是日期"]),
        (["report", "--json", "--csv"], ["Fehler: --json, --csv: "], ["请只给一种格式"]),
        (["report", "--year", "20"], ["Fehler: 20 liegt zu fern"], ["20 年超出范围"]),
        (["status", "--provider", "openrutr"], ["Meinten Sie openrouter"], ["openrouter"]),
        (["report", "--by"], ["braucht 1 Wert."], ["需要 1 个值"]),
        (
            ["report", "--limit", "x"],
            ["Ungültiger Wert für '--limit': 'x' ist keine gültige Zahl."],
            ["'x' 不是有效的数字"],
        ),
        (["ledger", "export", "--format", "x"], ["'x' ist keines von 'jsonl', "], ["'x' 不在可选值之中"]),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, list) else None,
)
def test_help_and_mistakes_are_told_in_the_language_of_the_machine(
    home: Path, words: list[str], german: list[str], chinese: list[str]
) -> None:
    for language, expected in (("de_AT.UTF-8", german), ("zh_CN.UTF-8", chinese)):
        _, text = said(home, *words, LANG=language)
        assert [one for one in expected if one not in text] == [], text
        assert not {"Usage:", "Error:", "Options:", "Try"} & set(text.split()), text


@pytest.mark.parametrize("before", [True, False], ids=["before the command", "behind it"])
def test_the_settings_go_before_the_machine(home: Path, before: bool) -> None:
    for language, machine, word in (("de", "en_US.UTF-8", "Fehler:"), ("en", "de_DE.UTF-8", "Error:")):
        file = home / "other.toml"
        file.write_text(f'language = "{language}"')
        config, report = ["--config", str(file)], ["report", "--limit", "x"]
        code, text = said(home, *(config + report if before else report + config), LANG=machine)
        assert (code, word in text) == (64, True), text


def test_the_document_that_counts_is_followed_without_being_named(home: Path) -> None:
    file = home / ".config" / "token-dashboard" / "config.json5"
    file.parent.mkdir(parents=True)
    file.write_text("{language: 'zh'}")
    page = said(home, "report", "--help", LANG="C.UTF-8")[1]
    assert [word for word in ("用法", "分组的请求数", "只看此提供商") if word not in page] == [], page


def test_help_follows_the_document_that_is_named_before_it(home: Path) -> None:
    file = home / "other.toml"
    file.write_text('language = "de"')
    assert "Nur diesen Anbieter." in said(home, "report", "--config", str(file), "--help")[1]


@pytest.mark.parametrize("document", ["{language: 'xx'}", "{language: ", "{}"])
def test_settings_that_name_no_language_leave_that_of_the_machine(home: Path, document: str) -> None:
    file = home / "odd.json5"
    file.write_text(document)
    code, text = said(home, "--config", str(file), "report", "--limit", "x", LANG="de_DE.UTF-8")
    assert (code, "Fehler:" in text) == (64, True), text


def test_a_document_that_is_named_goes_before_the_usual_one_also_where_it_names_no_language(
    home: Path,
) -> None:
    usual = home / ".config" / "token-dashboard" / "config.toml"
    usual.parent.mkdir(parents=True)
    usual.write_text('language = "de"')
    (home / "other.toml").write_text("")
    words = ("--config", str(home / "other.toml"), "report", "--limit", "x")
    assert "Error: Invalid value" in said(home, *words)[1]


def test_a_language_that_we_do_not_speak_is_answered_in_english(home: Path) -> None:
    assert "Error: Invalid value" in said(home, "report", "--limit", "x", LANG="fr_FR.UTF-8")[1]


def test_where_a_setting_could_be_written_is_told_in_that_language(home: Path) -> None:
    words = ("bundle", "export", "a.bundle")
    assert "config.json5 (noch nicht vorhanden): team.bundleKey" in said(home, *words, LANG="de_DE.UTF-8")[1]
    assert "config.json5 (not there yet): team.bundleKey" in said(home, *words)[1]
