"""`pytake tenant add`: a tenant with its first administrator, for an installation that has none."""

import sys
import uuid
from typing import Annotated

import typer
from pwdlib import PasswordHash

from cli.owner import owner_url
from storage import seeding

SHORTEST_PASSWORD = 12


def register(app: typer.Typer) -> None:
    tenant = typer.Typer(help="Tenants of this installation.", no_args_is_help=True)
    tenant.command("add")(add)
    app.add_typer(tenant, name="tenant")


def add(
    slug: Annotated[str, typer.Argument(help="A short name: letters, digits, dashes.")],
    name: Annotated[str, typer.Option(help="What people call it.")],
    email: Annotated[str, typer.Option(help="The administrator signs in with this address.")],
    password: Annotated[
        str,
        typer.Option(
            prompt=True,
            confirmation_prompt=True,
            hide_input=True,
            envvar="PYTAKE_TENANT_PASSWORD",
            help=f"At least {SHORTEST_PASSWORD} characters; asked for when it is not given.",
        ),
    ],
    person: Annotated[str, typer.Option(help="The administrator's own name.")] = "Administrator",
    queue: Annotated[str, typer.Option(help="Where conversations wait.")] = "Support",
) -> None:
    """Add a tenant, its first queue and its first administrator."""
    if len(password) < SHORTEST_PASSWORD:
        sys.exit(f"pytake: a password has at least {SHORTEST_PASSWORD} characters")
    administrator = seeding.SeedUser(
        id=uuid.uuid4(),  # noqa: TID251  edge: makes the id
        email=email,
        name=person,
        role="administrator",
        password_hash=PasswordHash.recommended().hash(password),
        available=False,
    )
    seed = seeding.Seed(
        tenant_id=uuid.uuid4(),  # noqa: TID251  edge: makes the id
        slug=slug,
        name=name,
        queue_id=uuid.uuid4(),  # noqa: TID251  edge: makes the id
        queue=queue,
        users=[administrator],
        channels=[],
    )
    if not seeding.plant(owner_url(), seed):
        sys.exit(f"pytake: there is a tenant {slug!r} already")
    typer.echo(f"{email} may sign in as the administrator of {name}.")
