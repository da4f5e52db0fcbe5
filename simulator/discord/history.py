"""What was written in a channel: https://docs.discord.com/developers/resources/message#get-channel-messages."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from simulator.discord import requests
from simulator.discord.account import DiscordAccount
from simulator.discord.api import LIMITS, answered, chat_of
from simulator.discord.errors import Problem, invalid_form
from simulator.discord.objects import Json
from simulator.state import Sim

router = APIRouter(prefix="/discord", include_in_schema=False)


@router.get("/channels/{channel_id}/messages")
async def history(
    channel_id: str,
    request: Request,
    simulation: Sim,
    after: str | None = None,
    before: str | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Response:
    """Newest first: of all, of the newest before one, or of the oldest after one."""
    application, account = requests.bot_of(simulation, request)
    contact = chat_of(simulation, application, channel_id)
    low, high = _number("after", after), _number("before", before)
    known = sorted(contact.messages.newest_first(), key=lambda message: int(message["id"]))
    within = [
        one for one in known if (low or 0) < int(one["id"]) and (not high or int(one["id"]) < high)
    ]
    page = within[:limit] if low else within[-limit:]
    shown = [] if account.hides_history else [_shown(one, account) for one in reversed(page)]

    async def accept() -> Response:
        return JSONResponse(shown, headers=LIMITS)

    return await answered(simulation, application, accept)


def _number(name: str, given: str | None) -> int | None:
    if given is None:
        return None
    if not given.isascii() or not given.isdecimal():
        said = f'Value "{given}" is not snowflake.'
        raise invalid_form(Problem((name,), "NUMBER_TYPE_COERCE", said))
    return int(given)


def _shown(message: Json, account: DiscordAccount) -> Json:
    """A message by itself does not say where it stands."""
    hidden = {"channel_type", "nonce"} if account.forgets_nonces else {"channel_type"}
    return {key: value for key, value in message.items() if key not in hidden}
