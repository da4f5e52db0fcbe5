"""`pytake conversations` and `pytake reply`: playing an agent, over the public API."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from textwrap import shorten
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table

import settings as configuration
from cli import demo


class Refused(Exception):
    """The API said no; the words are its own."""


def register(app: typer.Typer) -> None:
    app.command("conversations")(_conversations)
    app.command("reply")(_reply)


Email = Annotated[str | None, typer.Option("--as", help="Sign in as this person of the demo.")]


def _conversations(
    status: Annotated[str | None, typer.Option(help="open, pending, snoozed or resolved.")] = None,
    email: Email = None,
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON line each, for programs.")
    ] = False,
) -> None:
    """List conversations, newest first."""
    try:
        with _signed_in(email or "admin@demo.example") as api:
            found = _ask(
                api, "GET", "/api/v1/conversations", params={"status": status} if status else None
            )
    except Refused as error:
        sys.exit(f"pytake: {error}")
    if as_json:
        for one in found["items"]:
            typer.echo(json.dumps(one, ensure_ascii=False))
        return
    table = Table()
    table.add_column("address", no_wrap=True)
    for name in ("contact", "channel", "status", "owner", "last message"):
        table.add_column(name)
    for one in found["items"]:
        # `pytake reply` takes the address; ids are in --json.
        row = (one["address"], one["contact_name"], one["channel_name"], one["status"])
        table.add_row(
            *row, one["owner"]["kind"], shorten(one["preview"] or "", 60, placeholder="…")
        )
    Console().print(table)


def _reply(
    conversation: Annotated[str, typer.Argument(help="Its id, or the contact's address.")],
    text: Annotated[str, typer.Argument(help="What to write.")],
    email: Email = None,
) -> None:
    """Write to the contact as the agent who has the conversation, or take it over first."""
    try:
        with _signed_in(email or "admin@demo.example") as api:
            found = _find(api, conversation)
            people = _ask(api, "GET", "/api/v1/people")
        mine = next((one for one in people if one["id"] == found["owner"]["id"]), None)
        speaker = email or (mine["email"] if mine else "ana@demo.example")
        with _signed_in(speaker) as api:
            me = _ask(api, "GET", "/api/v1/me")
            path = f"/api/v1/conversations/{found['id']}"
            if found["owner"] != {"kind": "agent", "id": me["id"]}:
                action = "reopen" if found["status"] == "resolved" else "take_over"
                _ask(api, "POST", f"{path}/{action}")
                typer.echo(f"{me['name']} has the conversation now.", err=True)
            sent = _ask(api, "POST", f"{path}/messages", json={"text": text})
    except Refused as error:
        sys.exit(f"pytake: {error}")
    typer.echo(sent["message_id"])


@contextmanager
def _signed_in(email: str) -> Iterator[httpx.Client]:
    loaded = configuration.load()
    base = f"http://{loaded.host}:{loaded.port}"
    with httpx.Client(base_url=base, timeout=30, trust_env=False) as client:
        body = {"email": email, "password": demo.PASSWORD}
        tokens = _ask(client, "POST", "/api/v1/auth/login", json=body)
        client.headers["authorization"] = f"Bearer {tokens['access_token']}"
        yield client


def _ask(client: httpx.Client, method: str, path: str, **more: Any) -> Any:
    try:
        answer = client.request(method, path, **more)
    except httpx.TransportError as error:
        raise Refused(f"nobody answers at {client.base_url}; is `make up` running?") from error
    if answer.is_success:
        return answer.json()
    problem = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    raise Refused(problem.get("title") or f"the API answered {answer.status_code}")


def _find(api: httpx.Client, wanted: str) -> dict[str, Any]:
    """By id, else the newest whose contact matches."""
    if len(wanted) == 36 and wanted.count("-") == 4:
        found: dict[str, Any] = _ask(api, "GET", f"/api/v1/conversations/{wanted}")
        return found
    page = _ask(api, "GET", "/api/v1/conversations", params={"search": wanted, "limit": 1})
    if not page["items"]:
        raise Refused(f"no conversation with {wanted!r}")
    first: dict[str, Any] = page["items"][0]
    return first
