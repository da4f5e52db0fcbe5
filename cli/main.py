"""The `pytake` command."""

import asyncio
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

import logs
import settings as configuration
from bootstrap import Misconfigured
from cli import agent, customer, demo, payloads, platforms, tenants, up
from cli.owner import owner_url
from embedded.banner import Banner
from settings import Settings


def _banner(settings: Settings) -> Banner:
    return Banner(logins=demo.logins(), try_lines=demo.try_lines(settings))


app = typer.Typer(
    name="pytake",
    help="Durable, omnichannel customer service.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
up.register(app, banner=_banner)
payloads.register(app)
platforms.register(app)
customer.register(app)
agent.register(app)
tenants.register(app)


@app.command()
def migrate(
    revision: Annotated[str, typer.Argument(help="The version to go to.")] = "head",
) -> None:
    """Bring the database schema to the newest version."""
    from storage import migrate as migrations  # noqa: PLC0415  alembic is slow to import

    settings = configuration.load()
    url = settings.database_url.get_secret_value() if settings.database_url else None
    migrations.upgrade(owner_url(), url, revision=revision)
    typer.echo("The schema is up to date.")


@app.command()
def seed() -> None:
    """Add the demo tenant, once, and tell the simulator about its accounts."""
    new = asyncio.run(demo.plant(configuration.load(), owner_url()))
    typer.echo("The demo tenant was added." if new else "The demo tenant is there.")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; what is wrong on purpose is one line, never a traceback."""
    logs.configure(configuration.load())
    try:
        app(arguments)
    except Misconfigured as error:
        sys.exit(f"pytake: {error}")


if __name__ == "__main__":
    main()
