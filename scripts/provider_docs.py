"""Writes ``docs/providers.md`` from the provider modules, so that nobody has to keep it true by hand.

``python scripts/provider_docs.py`` writes the page; ``--check`` changes nothing and fails when it is out of
date.
"""

import argparse
import inspect
import sys
from pathlib import Path

from token_dashboard.providers._contract import Capability, Provider, Stability, discover

PAGE = Path(__file__).parent.parent / "docs" / "providers.md"

GIVES = {
    Capability.BALANCE: "balance",
    Capability.SPEND: "spend",
    Capability.WINDOW: "quota windows",
    Capability.CAP: "caps",
}

PROMISES = {
    Stability.DOCUMENTED: "documented by the vendor",
    Stability.SEMI_OFFICIAL: "used by the vendor's own tools, thinly documented",
    Stability.UNDOCUMENTED: "undocumented: it may change without notice",
}

INTRODUCTION = """\
<!-- Made by scripts/provider_docs.py from the modules in token_dashboard/providers: change those. -->

# Providers

A provider is an account that somebody bills you for. token-dashboard asks it with a key of yours and shows
what it says: a **balance** is money left, **spend** is money charged, a **quota window** refills by itself,
and a **cap** is a limit that you set. These are never converted into each other, never added across
currencies, and never guessed: what a provider doesn't say is shown as not known, with the reason.

Set an environment variable named below, or put the key under `providers.<id>.apiKey` (a management key under
`providers.<id>.managementKey`) in the configuration. A key goes to its vendor's host over TLS and nowhere
else: redirects are not followed, and keys that can manage an account are not sent to a `baseUrl` of another
host (this machine excepted). Another `baseUrl` must be https, or http on this machine or a private network.

`tokens providers` shows which of them are set up here and when each answered last.
"""

GROWING = """\
## Adding a provider

It takes one file, one fixture and one line.

1. **The file**, `token_dashboard/providers/<id>.py`. Its docstring becomes the section on this page: what
   each kind of key gives, units, how fresh the figures are, how often it is polite to ask. The vendor's
   answers are `msgspec.Struct`s with only the fields that are read, under the vendor's names: money is
   `Amount`, other numbers `Number`, times `Moment`, and whatever may be missing is `… | None = None`. An
   `async def fetch(access) -> Snapshot` asks with `await access.get("/path", Shape, key="API key")` and puts
   the figures in place. Statuses, retries, waits, limits and secrets are taken care of there; nothing but a
   `ProviderError` may come out. At the end stands `PROVIDER = Provider(…)`.
2. **The fixture**, `tests/fixtures/providers/<id>.json`: recorded answers in cases, with every trap of this
   vendor as a case of its own; its shape is `schemas/recorded-exchange.schema.json`. Keys are named by kind
   and never written down. `tests/providers/test_every_provider.py` finds it and plays each case and each bad
   mood through a vendor on this machine. See it yourself with `python tests/vendor_server.py <id>`.
3. **The line** in `CHANGELOG.md`.

Then run `python -m pytest tests/providers --snapshot-update`, read the snapshots that were written, and run
`python scripts/provider_docs.py`.

A package of your own can bring a provider too: name the same object under the entry-point group
`token_dashboard.providers`.
"""


def page() -> str:
    return "\n".join([INTRODUCTION, *map(section, discover()), GROWING])


def section(provider: Provider) -> str:
    gives = ", ".join(words for capability, words in GIVES.items() if capability in provider.capabilities)
    prose = inspect.cleandoc(sys.modules[provider.fetch.__module__].__doc__ or "").replace("``", "`")
    about, _, rest = prose.removeprefix(f"{provider.name}: ").partition("\n")
    lines = [
        f"## {provider.name}",
        "",
        about[:1].upper() + about[1:],
        "",
        f"Id `{provider.id}`. Gives **{gives}**. The endpoints are {PROMISES[provider.stability]}:",
        f"<{provider.docs}>",
        "",
        "| Key, best first | Looked for in | Make one |",
        "|---|---|---|",
    ]
    for credential in provider.credentials:
        variables = ", ".join(f"`{name}`" for name in credential.variables)
        lines.append(f"| {credential.kind} | {variables} | <{credential.where}> |")
    return "\n".join([*lines, rest.rstrip(), ""])


def main() -> int:
    parser = argparse.ArgumentParser(description="Write docs/providers.md from the provider modules.")
    parser.add_argument("--check", action="store_true", help="change nothing, fail when it is out of date")
    if not parser.parse_args().check:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == page():
        return 0
    print(f"{PAGE.name} is out of date: python scripts/provider_docs.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
