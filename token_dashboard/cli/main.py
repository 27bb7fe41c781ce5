"""The entry point of ``token-dashboard`` and ``tokens``: finds the command, turns errors into exit codes."""

import contextlib
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from token_dashboard.cli import click_words
from token_dashboard.cli.options import config_option, host_config_option
from token_dashboard.model.errors import TokenDashboardError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

CONFIGURATION = 1
WRONG_USAGE = 64
FAULT = 70
INTERRUPTED = 130

SECTIONS = {
    "How things stand": ("status", "alerts", "budget", "burn", "forecast", "guard", "statusline"),
    "Reports": (
        *("report", "daily", "weekly", "monthly", "session", "models", "costs", "summary"),
        *("blocks", "graph", "insights", "compare", "plan", "whatif", "history"),
    ),
    "Where figures come from": ("explain", "audit", "reconcile", "invisible"),
    "What is counted": ("agents", "providers", "prices", "scan", "log", "import"),
    "Keeping and sharing": ("ledger", "bundle", "sync"),
    "Running it": ("doctor", "config", "serve", "chat", "openclaw"),
}
"""The commands as help lists them. What is above each is marked for translation in ``render.click_words``."""

COMMANDS = tuple(sorted(name for names in SECTIONS.values() for name in names))


class _Commands(click.Group):
    """Loads a command's module when it is named, so that each starts as fast as it can."""

    context_class = click_words.HelpContext

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command = import_module(f"token_dashboard.cli.commands.{module}").command
        if not isinstance(command, click.Command):
            return None
        return click_words.with_help(click_words.for_completion(command, ctx))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem[str]]":
        told = click_words.for_completion(self, ctx)
        return super(_Commands, told).shell_complete(ctx, incomplete)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from token_dashboard.cli.help_words import in_words
        from token_dashboard.render.click_words import help_words, translated

        words = help_words()
        for title, names in SECTIONS.items():
            with formatter.section(translated(title)):
                commands = ((name, self.get_command(ctx, name)) for name in names)
                told = ((name, in_words(one, words)) for name, one in commands if one)
                formatter.write_dl([(name, one.get_short_help_str()) for name, one in told])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            if not near:
                raise
            from token_dashboard.render.click_words import did_you_mean

            raise click.UsageError(f"{error.message} {did_you_mean(near[0])}", ctx) from None

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; what it can't do is told in the language of the settings."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except (TokenDashboardError, OSError) as error:
            from token_dashboard.cli.spoken import told

            raise _FailedError(told(error)) from error


class _FailedError(Exception):
    """Why a command could not do its work, as a sentence for its user."""


def _show_version(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from token_dashboard.contract import version

        click.echo(f"token-dashboard {version()}")
        ctx.exit()


@click.group(
    cls=_Commands,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Examples:
  tokens                       what was found on this computer
  tokens status                how things stand
  tokens serve                 the gateway, the poller and a prompt
  tokens report --by day       usage by day
""",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help="Show the version.",
)
@click.option("-v", "--verbose", is_flag=True, help="Say on stderr what is being done.")
@config_option
@host_config_option
@click.pass_context
def tokens(ctx: click.Context, verbose: bool) -> None:
    """The fuel gauge for people who run AI bots and coding agents."""
    import logging  # 7 ms, which help and completion do without

    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO if verbose else logging.ERROR,  # what a command warns of stands in its answer
        format="%(asctime)s %(levelname)s %(message)s",
    )
    if ctx.invoked_subcommand is None:
        from token_dashboard.cli.commands.overview import command

        ctx.invoke(command)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and leave with its exit code.

    0 good, 1 configuration or ledger, 2 authentication, 3 some providers failed, 4 nothing reachable, 64
    wrong usage, 70 a fault of ours.
    """
    _make_streams_safe()
    click_words.follow()
    try:
        code = tokens.main(arguments, prog_name=_program(), standalone_mode=False)
    except SystemExit:
        # click leaves with 1 when the reader of our output has left, as `| head` does; that is no failure.
        if type(sys.stdout).__name__.endswith("PacifyFlushWrapper"):
            sys.exit(0)
        raise
    except click.UsageError as error:
        error.show()
        sys.exit(WRONG_USAGE)
    except click.ClickException as error:
        error.show()
        sys.exit(CONFIGURATION)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(INTERRUPTED)
    except _FailedError as error:
        click.echo(str(error), err=True)
        if isinstance(error.__cause__, OSError):
            _drop_output()
        sys.exit(CONFIGURATION)
    except BrokenPipeError:
        _drop_output()
        sys.exit(0)
    except Exception as error:  # a person gets a sentence, never a traceback
        import logging

        logging.getLogger(__name__).info("what failed:", exc_info=True)
        from token_dashboard.render.click_words import fault

        click.echo(fault(type(error).__name__), err=True)
        sys.exit(FAULT)
    sys.exit(code if isinstance(code, int) else 0)


def _make_streams_safe() -> None:
    """Closed streams swallow what is written; a character that a stream lacks becomes a question mark."""
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - as long as the process
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - see above
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _drop_output() -> None:
    """What is still buffered goes nowhere, so that leaving doesn't fail once more."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _program() -> str:
    name = os.path.basename(sys.argv[0])  # noqa: PTH119 - a name, not a path
    return name if name in {"tokens", "token-dashboard"} else "tokens"
