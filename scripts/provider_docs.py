"""Writes ``docs/providers.md`` from the provider modules, so that nobody has to keep it true by hand.

``python scripts/provider_docs.py`` writes the page; ``--check`` changes nothing and fails when it is out of
date.
"""

import argparse
import inspect
import pkgutil
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from token_dashboard import providers as room
from token_dashboard.providers._contract import Capability, Credential, Provider, Stability

PAGE = Path(__file__).parent.parent / "docs" / "providers.md"

GIVES = {
    Capability.BALANCE: "balance",
    Capability.ALLOWANCE: "allowances",
    Capability.SPEND: "spend",
    Capability.WINDOW: "quota windows",
    Capability.CAP: "caps",
    Capability.RATE_LIMIT: "rate limits",
    Capability.DAILY_USAGE: "usage by day",
    Capability.DAILY_COST: "cost by day",
    Capability.MODELS: "loaded models",
    Capability.LOAD: "load",
}

PROMISES = {
    Stability.DOCUMENTED: "documented by the vendor",
    Stability.SEMI_OFFICIAL: "used by the vendor's own tools, thinly documented",
    Stability.UNDOCUMENTED: "undocumented and may change without notice",
}

INTRODUCTION = """\
<!-- Made by scripts/provider_docs.py from the modules in token_dashboard/providers: change those. -->

# Providers

A provider is an account that somebody bills you for, or a server of models on a machine of yours.
token-dashboard asks it with a key that you have and shows what it says. Find yours in the table; its
section says what each kind of key gives and where to make it.

Set one of the environment variables named there, or put the key into the
[configuration](configuration.md), and try it:

```sh
export OPENROUTER_API_KEY=sk-or-v1-…
tokens providers test openrouter
tokens status
```

| Provider | What you get | Which key | Endpoints |
|---|---|---|---|
"""

WORDS = """
## What the words mean

| Word | Meaning |
|---|---|
| balance | money that is left; it may be below zero |
| allowances | what is left of something that isn't money: credits, points, characters |
| spend | money that the vendor says it charged, in a day, a week, a month or ever |
| quota windows | a quota that refills by itself: five hours, a week |
| caps | limits that you set |
| rate limits | how fast you may ask |
| usage by day, cost by day | the vendor's own books of UTC days; never mixed with the agents' logs |
| loaded models, load | what a server on your own machines holds and does |

These are never converted into each other, never added across currencies, and never guessed: what a provider
doesn't say is shown as not known, with the reason. Two accounts that show one wallet are not added.

**Your keys.** A key goes to its vendor's host over TLS and nowhere else. Redirects are not followed. Keys
that can manage an account, and logins of vendors' own programs, are not sent to a `baseUrl` of another
host (this machine excepted). Another `baseUrl` must be https, or http on this machine or a private
network. A key that is known by its beginning to be of another kind is not sent at all; you are told which
one to make instead. Login files of vendors' programs are read and never written or renewed. Browsers'
cookies are never read.

**Is it me, or is it them?** When an account fails, the vendor's status page is read, where it has one for
machines (without any key, at most every five minutes, otherwise every fifteen), and stands beside the
failure. A page that can't be read counts as unknown, never as fine.

**Nothing to see.** Keys of projects at OpenAI, ordinary keys of Anthropic, and any key of Gemini, Groq,
Cerebras, Cohere, Mistral, NVIDIA, Perplexity or Replicate tell nothing of their account. What they are
used for is counted in the agents' logs. `tokens providers` says so when it finds one.

`tokens providers` lists what is set up here; `tokens providers show NAME` shows each figure with its age
and source; `tokens providers test NAME` asks now, lists each request, and shows no key.
"""

GROWING = """\
## Adding a provider

It takes one file, one fixture and one line.

1. **The file**, `token_dashboard/providers/<id>.py`. Its docstring becomes the section on this page: what
   each kind of key gives, units, how fresh the figures are, how often it is polite to ask. The vendor's
   answers are `msgspec.Struct`s with only the fields that are read, under the vendor's names, with types that
   name the unit on the wire: `Amount`, `Cents`, `Number`, `Iso`, `EpochS`; whatever may be missing is
   `… | None = None`. An `async def fetch(access) -> Snapshot` asks with
   `await access.get("/path", Shape, key="API key")` and puts the figures in place. Statuses, retries, waits,
   limits and secrets are taken care of there; nothing but a `ProviderError` may come out. At the end stands
   `PROVIDER = Provider(…)`.
2. **The fixture**, `tests/fixtures/providers/<id>.json`: recorded answers in cases, with every trap of this
   vendor as a case of its own; its shape is `schemas/recorded-exchange.schema.json`. Keys are named by kind
   and never written down. `tests/providers/test_every_provider.py` finds it and plays each case and each bad
   mood through a vendor on this machine. See it yourself with `python tests/vendor_server.py <id>`.
3. **The line** in `CHANGELOG.md`.

Then run `python -m pytest tests/providers` and `python scripts/provider_docs.py`.

A package of your own can bring a provider too, without a change here: it names the same object under the
entry-point group `token_dashboard.providers`. [`examples/custom_provider`](../examples/custom_provider)
is one.
"""


def own() -> Iterator[Provider]:
    """The providers of this package, by name; a stranger's that is installed beside it is not on the page."""
    modules = (one.name for one in pkgutil.iter_modules(room.__path__) if not one.name.startswith("_"))
    found = (import_module(f"{room.__name__}.{name}").PROVIDER for name in modules)
    yield from sorted(found, key=lambda one: (one.name.casefold(), one.id))


def page() -> str:
    providers = list(own())
    table = "".join(map(row, providers))
    return INTRODUCTION + table + WORDS + "\n" + "\n".join([*map(section, providers), GROWING])


def row(provider: Provider) -> str:
    kinds = " or ".join(one.kind for one in provider.credentials) or "none"
    optional = ", optional" if provider.credentials and not provider.needs_key else ""
    stability = provider.stability.value + (", billed" if provider.is_billed else "")
    link = f"[{provider.name}](#{anchor(provider.name)})"
    return f"| {link} | {gives(provider)} | {kinds}{optional} | {stability} |\n"


def anchor(heading: str) -> str:
    """As GitHub makes it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def gives(provider: Provider) -> str:
    return ", ".join(words for capability, words in GIVES.items() if capability in provider.capabilities)


def section(provider: Provider) -> str:
    prose = inspect.cleandoc(sys.modules[provider.fetch.__module__].__doc__ or "").replace("``", "`")
    about, _, rest = prose.removeprefix(f"{provider.name}: ").partition("\n")
    promise = PROMISES[provider.stability]
    lines = [
        f"## {provider.name}",
        "",
        about[:1].upper() + about[1:],
        "",
        f"Id `{provider.id}`. Gives **{gives(provider)}**. The endpoints are {promise}:",
        f"<{provider.docs}>",
        "",
        *keys(provider),
        *settings(provider),
    ]
    return "\n".join([*lines, rest.strip(), ""])


def keys(provider: Provider) -> Iterator[str]:
    if not provider.credentials:
        return
    yield "| Key, best first | Looked for in | Make one |"
    yield "|---|---|---|"
    for credential in provider.credentials:
        yield f"| {credential.kind} | {looked_for_in(provider, credential)} | <{credential.where}> |"
    yield ""


def looked_for_in(provider: Provider, credential: Credential) -> str:
    places = [f"`{name}`" for name in credential.variables]
    if credential.login is not None:
        places.append(f"its own program's login (`{credential.login.command}`)")
    return ", ".join(places) or f"`providers.{provider.id}.keys`"


def settings(provider: Provider) -> Iterator[str]:
    """What can or must be set besides a key, each as an item."""
    place = f"providers.{provider.id}"
    items = []
    if provider.stability is Stability.UNDOCUMENTED:
        items.append(f"Nothing is asked until `{place}.allowUndocumented` is `true`.")
    if provider.base_url is None and not provider.is_host:
        items.append(f"Set its address as `{place}.baseUrl`{_or(provider.address_variables)}.")
    elif provider.address_variables:
        items.append(
            f"Asked at <{provider.base_url}>; another address is set as `{place}.baseUrl`"
            f"{_or(provider.address_variables)}."
        )
    if provider.regions:
        named = ", ".join(f"`{name}` ({url})" for name, url in provider.regions.items())
        items.append(f"Set `{place}.region` to where the key was made, the first unless set: {named}.")
    items += [
        f"`{place}.options.{one.name}`{_or(one.variables)}: {one.about.rstrip('.')}."
        for one in provider.options
    ]
    if provider.is_billed:
        items.append(f"Each question costs money: nothing is asked until `{place}.allowBilled` is `true`.")
    if provider.polite_pause_s > 300:
        items.append(f"Asked at most every {provider.polite_pause_s // 60} minutes.")
    if items:
        yield from (f"- {item}" for item in items)
        yield ""


def _or(variables: tuple[str, ...]) -> str:
    return f" or {', '.join(f'`{name}`' for name in variables)}" if variables else ""


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
