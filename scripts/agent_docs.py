"""Writes the table of agents in ``docs/agents.md`` from the agents' modules.

``python scripts/agent_docs.py`` writes it; ``--check`` changes nothing and fails when it is out of date. The
sections about single agents are written by hand.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

from token_dashboard.agents._contract import AgentLog, discover

PAGE = Path(__file__).parent.parent / "docs" / "agents.md"
BEGIN = "<!-- Made by scripts/agent_docs.py from the modules in token_dashboard/agents: change those. -->\n"
END = "<!-- The end of what is made. -->\n"
HEADER = "| Id | Agent | Looked for in | Variables that are heeded |\n|---|---|---|---|"
EDITORS = "folders that are told on this machine"
HOME = Path("~")


class AskedVariables(Mapping[str, str]):
    """An empty environment that remembers what was looked for in it."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __getitem__(self, name: str) -> str:
        self.names.append(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def row(agent: AgentLog) -> str:
    """One agent: what it is, and where its logs are looked for."""
    variables = AskedVariables()
    folders = [f"`{folder.as_posix()}`" for folder in agent.homes(variables, HOME)]
    module = import_module(f"token_dashboard.agents.{agent.id.replace('-', '_')}")
    about = (module.__doc__ or "").strip().splitlines()[0].replace("``", "`")
    asked = ", ".join(f"`{name}`" for name in dict.fromkeys(variables.names))
    return f"| `{agent.id}` | {about} | {'<br>'.join(folders) or EDITORS} | {asked} |"


def page(text: str) -> str:
    """The page with today's agents in its table."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    rows = [HEADER, *map(row, discover())]
    return before + BEGIN + "\n" + "\n".join(rows) + "\n\n" + END + after


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, fail when it is out of date")
    is_check = parser.parse_args().check
    text = PAGE.read_text(encoding="utf-8")
    if BEGIN not in text or END not in text:
        print(f"{PAGE.name} has no place for the table of agents", file=sys.stderr)
        return 1
    made = page(text)
    if not is_check:
        PAGE.write_text(made, encoding="utf-8")
        return 0
    if made != text:
        print(f"{PAGE.name} is out of date: run python scripts/agent_docs.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
