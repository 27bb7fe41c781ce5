"""The page about providers says what the modules say."""

import subprocess
import sys
from pathlib import Path

import pytest
from provider_asking import PROVIDERS

from token_dashboard.providers._contract import Provider

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "providers.md"


def test_the_page_is_current() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "provider_docs.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=PROVIDERS)
def test_somebody_with_one_key_finds_what_it_gives_and_where_to_make_it(provider: Provider) -> None:
    page = PAGE.read_text(encoding="utf-8")
    section = page.split(f"## {provider.name}\n")[1].split("\n## ")[0]
    for credential in provider.credentials:
        assert credential.kind in section
        assert credential.where in section
        assert all(f"`{variable}`" in section for variable in credential.variables)
