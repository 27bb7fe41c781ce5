"""``tokens openclaw``: puts the plugin into OpenClaw, says how it fares there, takes it out."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from token_dashboard.cli.openclaw_program import in_words
from token_dashboard.cli.options import config_option, json_option, print_json
from token_dashboard.contract import version

if TYPE_CHECKING:
    from token_dashboard.cli.openclaw_plugin import Standing, Step
    from token_dashboard.cli.openclaw_program import OpenClaw

dry_run_option = click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")


class _Commands(click.Group):
    """Also has ``bridge``, which OpenClaw starts and nobody types."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name != "bridge":
            return super().get_command(ctx, cmd_name)
        from token_dashboard.cli.commands.openclaw_bridge import bridge

        return bridge


class _Report:
    """What is said: line by line for a person, in one document for a program."""

    def __init__(self, openclaw: "OpenClaw", *, as_json: bool) -> None:
        self._as_json = as_json
        self._document: dict[str, Any] = {
            "schemaVersion": 1,
            "openclaw": {"version": openclaw.version, "path": openclaw.path},
        }
        self.say(f"OpenClaw {openclaw.version}, {openclaw.path}")

    def say(self, text: str) -> None:
        if not self._as_json:
            click.echo(text)

    def close(self, summary: str, **members: Any) -> None:
        self.say(in_words(summary))
        if self._as_json:
            print_json(self._document | members | {"summary": summary})


@click.group(
    cls=_Commands,
    epilog="""\b
Examples:
  tokens openclaw install --dry-run
  tokens openclaw install
  tokens openclaw status
""",
)
@config_option
def command() -> None:
    """The plugin in OpenClaw: install it, see how it fares, remove it."""


@command.command(
    epilog="""\b
Examples:
  tokens openclaw install --dry-run
  tokens openclaw install
"""
)
@dry_run_option
@json_option
@config_option
def install(dry_run: bool, as_json: bool) -> None:
    """Install the plugin into OpenClaw, and enable it.

    This Python will run it. What OpenClaw's configuration says already stays as it is. Running it again does
    what is still to be done, and brings an older copy up to date.
    """
    from token_dashboard.cli.openclaw_plugin import Standing
    from token_dashboard.cli.openclaw_program import OpenClaw

    openclaw = OpenClaw.find()
    report = _Report(openclaw, as_json=as_json)
    taken = _take(openclaw, Standing.of(openclaw).steps(), report, dry_run=dry_run)
    if not taken:
        summary = "It is installed, enabled and up to date; nothing was left to do."
    elif dry_run:
        summary = "Nothing was done."
    else:
        summary = "Installed. Type /tokens in a chat; how it fares says: tokens openclaw status"
    report.close(summary, steps=taken)


@command.command(
    epilog="""\b
Examples:
  tokens openclaw uninstall --dry-run
"""
)
@dry_run_option
@json_option
@config_option
def uninstall(dry_run: bool, as_json: bool) -> None:
    """Take the plugin and its settings out of OpenClaw.

    What was counted stays in the ledger.
    """
    from token_dashboard.cli.openclaw_plugin import UNINSTALL, Standing
    from token_dashboard.cli.openclaw_program import OpenClaw

    openclaw = OpenClaw.find()
    report = _Report(openclaw, as_json=as_json)
    is_there = Standing.of(openclaw).folder is not None
    taken = _take(openclaw, [UNINSTALL] if is_there else [], report, dry_run=dry_run)
    if not taken:
        summary = "It is not installed; nothing was left to do."
    elif dry_run:
        summary = "Nothing was done."
    else:
        summary = "Uninstalled. The ledger keeps all that was counted."
    report.close(summary, steps=taken)


@command.command(
    epilog="""\b
Examples:
  tokens openclaw status
  tokens openclaw status --json
"""
)
@json_option
@config_option
@click.pass_context
def status(ctx: click.Context, as_json: bool) -> None:
    """Say how the plugin fares, and what to do if it isn't well.

    It is well if it is installed, enabled, up to date and answering.
    Exit code 0 when nothing needs a person, else 1.
    """
    from concurrent.futures import ThreadPoolExecutor

    from token_dashboard.cli.openclaw_plugin import ID, Standing, findings
    from token_dashboard.cli.openclaw_program import OpenClaw

    openclaw = OpenClaw.find()
    report = _Report(openclaw, as_json=as_json)
    with ThreadPoolExecutor() as pool:  # each of these takes OpenClaw seconds
        finding = pool.submit(findings, openclaw)
        calling = pool.submit(openclaw.run, "gateway", "call", f"{ID}.cached", "--json")
        standing = Standing.of(openclaw)
    found, answers = finding.result(), calling.result().is_good

    next_step = None
    if not standing.is_current:
        next_step = "tokens openclaw install"
    elif found:
        next_step = "openclaw plugins doctor"
    elif not answers:
        next_step = "openclaw gateway status"

    if not as_json:
        _say_standing(standing, found, answers=answers)
    report.close(
        f"Next: {next_step}" if next_step else "Nothing needs you.",
        installed=standing.folder is not None,
        enabled=standing.is_enabled,
        answering=answers,
        version=version(),
        installedVersion=standing.version,
        python=standing.python,
        pythonVersion=standing.python_version,
        findings=found,
        next=next_step,
    )
    ctx.exit(1 if next_step else 0)


def _say_standing(standing: "Standing", found: "Sequence[str]", *, answers: bool) -> None:
    from token_dashboard.cli.spoken import spoken_at_least
    from token_dashboard.render.plugin_words import standing_lines

    lines = standing_lines(
        installed=f"{standing.version}, {standing.folder}" if standing.folder else None,
        is_enabled=standing.is_enabled,
        python=(standing.python, standing.python_version),
        ours=f"{version()}, {sys.executable}",
        answers=answers,
        findings=found,
        language=spoken_at_least(),
    )
    for line in lines:
        click.echo(line)


def _take(
    openclaw: "OpenClaw", steps: "Iterable[Step]", report: _Report, *, dry_run: bool
) -> list[dict[str, Any]]:
    """Take each step, showing what is asked of OpenClaw and what it says to it.

    Raises:
        click.ClickException: a step failed; those before it are done.
    """
    taken = []
    for step in steps:
        words = f"openclaw {' '.join(step.command)}"
        report.say(f"\n{words}\n  ({in_words(step.reason)})")
        told: dict[str, Any] = asdict(step)
        if not dry_run:
            answer = openclaw.run(*step.command)
            if not answer.is_good:
                failed = in_words(f"{words} failed:")
                advice = in_words("What was done before it stays. When this is settled, run the same again.")
                raise click.ClickException(f"{failed}\n{answer.output}\n{advice}")
            told["output"] = answer.output
            for line in answer.output.splitlines():
                report.say(f"  {line}")
        taken.append(told)
    if taken:
        report.say("")
    return taken
