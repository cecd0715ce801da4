"""``veche``: the entry of the command line. Chooses the language, loads commands when needed, turns errors into one line."""

from __future__ import annotations

import importlib
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from veche import __version__, words
from veche.study.errors import Cancelled, VecheError
from veche.words import N_, _

#: command -> module and object, in the order of the help
COMMANDS = {
    "demo": "veche.cli.study_commands:demo",
    "open": "veche.cli.open_command:open_",
    "new": "veche.cli.study_commands:new",
    "template": "veche.cli.study_commands:template",
    "add": "veche.cli.add_command:add",
    "status": "veche.cli.study_commands:status",
    "code": "veche.cli.coding_commands:code",
    "codebook": "veche.cli.coding_commands:codebook",
    "search": "veche.cli.retrieve_commands:search",
    "quotes": "veche.cli.retrieve_commands:quotes",
    "run": "veche.cli.run_command:run",
    "agreement": "veche.cli.agreement_command:agreement",
    "qca": "veche.cli.qca_command:qca",
    "lab": "veche.cli.lab_command:lab",
    "assign": "veche.cli.double_commands:assign",
    "finish": "veche.cli.double_commands:finish",
    "import": "veche.cli.exchange_commands:import_",
    "export": "veche.cli.exchange_commands:export",
    "merge": "veche.cli.merge_command:merge",
    "history": "veche.cli.history_commands:history",
    "undo": "veche.cli.history_commands:undo",
    "redo": "veche.cli.history_commands:redo",
    "backup": "veche.cli.study_commands:backup",
}


class Commands(click.Group):
    """The group of all commands, each imported when it is used or when help is shown."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the commands in the order of work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command of that name."""
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the first sentence of every command in full."""
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None:
                rows.append((name, (command.help or "").split("\n")[0].split(". ")[0].rstrip(".")))
        with formatter.section(_("Commands")):
            formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Name the nearest command when there is none of that name."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], list(COMMANDS), 1, 0.5)
            text = words.say(N_("There is no command {name}."), name=args[0])
            if near:
                text += " " + words.say(N_("Did you mean {near}?"), near=near[0])
            raise click.UsageError(text, ctx)
        return super().resolve_command(ctx, args)


def _language(arguments: Sequence[str]) -> str:
    for place, argument in enumerate(arguments):
        if argument == "--lang" and place + 1 < len(arguments):
            return arguments[place + 1]
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
        if not argument.startswith("-"):
            break
    return words.preferred()


def build() -> Commands:
    """Make the command group in the language in use."""
    group = Commands(
        "veche",
        help=_(
            "An open workbench for longitudinal, comparative studies of local power based on in-depth interviews.\n\n"
            "STUDY may be left out where the folder holds just one .veche file, or VECHE_STUDY names it."
        ),
        options_metavar=_("[OPTIONS]"),
        subcommand_metavar=_("COMMAND ..."),
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
        params=[
            click.Option(
                ["--lang"], type=click.Choice(words.LANGUAGES), expose_value=False,
                help=_("Language of the interface; by default that of this computer."),
            ),
        ],
    )  # fmt: skip
    click.version_option(__version__, prog_name="veche", message="%(prog)s %(version)s")(group)
    return group


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code: 0 done, 1 a problem that is said, 2 wrong usage, 130 stopped."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    words.use(_language(given))
    words.bind_click()
    _name_types()
    code = _run(given)
    if arguments is None:
        sys.exit(code)
    return code


def _name_types() -> None:
    """Name the kinds of values in the language in use; the help shows them in capitals beside the options."""
    click.STRING.name = _("text")
    click.INT.name = click.IntRange.name = _("integer")
    click.FLOAT.name = click.FloatRange.name = _("number")


def _run(given: list[str]) -> int:
    try:
        left = build().main(args=given, prog_name="veche", standalone_mode=False)
    except (Cancelled, click.exceptions.Abort, KeyboardInterrupt) as stopped:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # pressed twice: it is stopping already
        _say(stopped.message(_) if isinstance(stopped, Cancelled) else _("Stopped. The study is as it was."))
        return 130
    except VecheError as error:
        _say(error.message(_))
        return 1
    except click.exceptions.Exit as leaving:
        return int(leaving.exit_code)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        # the reader of a pipe has gone, as `head` does; what is left to print interests nobody
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        _say(_unexpected(error))
        return 70
    return left if isinstance(left, int) else 0  # a command that leaves with a code


def _say(text: str) -> None:
    click.echo(f"veche: {text}", err=True)


def _unexpected(error: Exception) -> str:
    kept = Path(tempfile.gettempdir()) / "veche-fault.txt"
    details = "".join(traceback.format_exception(error))
    try:
        kept.write_text(f"veche {__version__}, Python {sys.version}\n\n{details}", encoding="utf-8")
        place: Any = kept
    except OSError:
        place = "–"
    return words.say(
        N_("A fault of veche: {kind}: {reason}. The study is as it was. Details: {place}; please report them."),
        kind=type(error).__name__,
        reason=str(error).splitlines()[0] if str(error) else "",
        place=place,
    )


if __name__ == "__main__":
    main()
