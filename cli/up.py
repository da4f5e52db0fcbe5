"""`pytake up`, `down` and `status`: the one-machine stack from the command line."""

import sys
from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console

import settings
from embedded import control, services
from embedded.stack import Banner, Plan
from embedded.status import status as show_status
from settings import Settings


def no_banner(_: Settings) -> Banner:
    return Banner()


def register(
    app: typer.Typer,
    *,
    banner: Callable[[Settings], Banner] = no_banner,
    plan: Callable[[Settings], Plan] = services.plan,
) -> None:
    """Add the three commands; `banner` says who may log in and what to try."""

    @app.command()
    def up(
        *,
        detach: Annotated[
            bool, typer.Option("--detach", "-d", help="Return once everything is healthy.")
        ] = False,
    ) -> None:
        """Run everything on this machine. Ctrl-C stops it."""
        chosen, console = settings.load(), Console()
        if detach:
            code = control.detach([sys.executable, "-m", "cli.main", "up"], plan(chosen), console)
        else:
            code = control.up(plan(chosen), banner(chosen), console)
        raise typer.Exit(code)

    @app.command()
    def down() -> None:
        """Stop what `up` started, wherever it runs."""
        raise typer.Exit(control.down(plan(settings.load()), Console()))

    @app.command()
    def status(
        *,
        as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    ) -> None:
        """Show each service; the exit code is 0 when all are healthy, 3 when nothing runs."""
        raise typer.Exit(show_status(plan(settings.load()), Console(), as_json=as_json))
