"""``veche open``: the workbench in the browser."""

from __future__ import annotations

import click

from veche.cli._common import StudyCommand, study_path, who_option
from veche.words import _


@click.command("open", cls=StudyCommand, help=_("Open the study in the browser: read, code, compare. Ctrl C ends it."))
@click.option(
    "--port", type=click.IntRange(0, 65535), help=_("Port on this machine; by default 8331 or the next that is free.")
)
@click.option("--no-browser", is_flag=True, help=_("Only print the address."))
@who_option
@click.pass_context
def open_(ctx: click.Context, port: int | None, no_browser: bool, who: str | None) -> None:
    """Serve the workbench of a study until it is stopped."""
    serve_until_stopped(study_path(ctx), who=who, port=port, open_browser=not no_browser)


def serve_until_stopped(
    target: str, *, who: str | None = None, port: int | None = None, open_browser: bool = True
) -> None:
    """Serve the workbench and say where it is."""
    from veche.web.serve import serve

    # said once the server listens, in a context that no longer knows the language of the command
    where, how = _("The workbench is at {address}"), _("The address works once; Ctrl C ends the workbench.")

    def say(address: str) -> None:
        click.echo(where.format(address=address))
        click.echo(how)

    serve(target, who=who, port=port, open_browser=open_browser, say=say)
