"""`pytake say`: playing a customer."""

import asyncio
import json
import sys
from typing import Annotated, Any

import typer

import settings as configuration
from cli import demo, say, visitor
from platforms.webchat.account import WebchatAccount
from simulator import demo as accounts
from simulator.client import SimulatorClient

PLATFORMS = ("whatsapp", "telegram", "webchat")


def register(app: typer.Typer) -> None:
    app.command("say")(_say)


def _say(
    texts: Annotated[list[str], typer.Argument(help="Each TEXT is one message, sent in order.")],
    platform: Annotated[str, typer.Option(help=f"One of {', '.join(PLATFORMS)}.")] = "whatsapp",
    sender: Annotated[
        str,
        typer.Option("--from", help="The customer's address: a phone number, a chat id, a name."),
    ] = "5511987654321",
    wait: Annotated[
        float, typer.Option(help="Seconds to wait for a first answer.")
    ] = say.WAIT_SECONDS,
    press: Annotated[
        str | None, typer.Option(help="Then press the option of that id or title.")
    ] = None,
) -> None:
    """Play a customer through the simulator, and print every message that comes back, one JSON line each."""
    if platform not in PLATFORMS:
        raise typer.BadParameter(f"{platform!r} is not simulated. Known: {', '.join(PLATFORMS)}.")
    heard: list[dict[str, Any]] = []

    def emit(line: dict[str, Any]) -> None:
        heard.append(line)
        typer.echo(json.dumps(line, ensure_ascii=False))

    code = asyncio.run(_play(platform, sender, texts, wait, press, emit))
    if not heard:
        typer.echo(f"No answer within {wait:g} s. Does a person have the conversation?", err=True)
    sys.exit(code)


async def _play(
    platform: str,
    sender: str,
    texts: list[str],
    wait: float,
    press: str | None,
    emit: say.Emit,
) -> int:
    loaded = configuration.load()
    if platform == "webchat":
        base = f"http://{loaded.host}:{loaded.port}"
        inbox = WebchatAccount.model_validate(accounts.WEBCHAT.account)
        return await visitor.say(base, inbox, sender, texts, wait=wait, emit=emit, press=press)
    account = accounts.WHATSAPP if platform == "whatsapp" else accounts.TELEGRAM
    async with SimulatorClient(demo.simulator_url(loaded)) as simulator:
        return await say.say(
            "whatsapp" if platform == "whatsapp" else "telegram",
            sender,
            texts,
            wait=wait,
            simulator=simulator,
            account=account.account_id,
            emit=emit,
            press=press,
        )
