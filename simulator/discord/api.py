"""The calls that a bot makes: channels, messages, typing, users.

https://docs.discord.com/developers/resources/channel
https://docs.discord.com/developers/resources/message#create-message
https://docs.discord.com/developers/resources/user
"""

from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from simulator.contacts import Contact
from simulator.discord import objects, requests, validate
from simulator.discord.account import DiscordAccount
from simulator.discord.errors import DiscordError, Problem, invalid_form, refuse
from simulator.discord.ids import direct_channel, is_snowflake
from simulator.discord.requests import KEY
from simulator.discord.sends import create
from simulator.faults import Answer, answer_with
from simulator.state import Sim, Simulation

router = APIRouter(prefix="/discord", include_in_schema=False)

LIMITS = {
    "x-ratelimit-limit": "5",
    "x-ratelimit-remaining": "4",
    "x-ratelimit-reset-after": "1.000",
    "x-ratelimit-bucket": "80c17d2f203122d936070c88c8d10f33",
}


async def answered(
    simulation: Simulation, application: str, accept: Answer, *, is_send: bool = False
) -> Response:
    fault = simulation.faults.take(KEY, application, is_send=is_send)
    return await answer_with(fault, accept, refuse)


def _person(simulation: Simulation, application: str, user: str) -> Contact | None:
    """Who wrote to the bot, or shares a server with it."""
    known = simulation.customer(KEY, application, user)
    if known is not None:
        return known
    account = simulation.accounts.get(KEY, application, DiscordAccount)
    name = account.members.get(user)
    return simulation.contacts.heard(KEY, application, user, name) if name else None


def chat_of(simulation: Simulation, application: str, channel: str) -> Contact:
    """Whose direct channel it is. Raises `DiscordError`."""
    if not is_snowflake(channel):
        said = f'Value "{channel}" is not snowflake.'
        raise invalid_form(Problem(("channel_id",), "NUMBER_TYPE_COERCE", said))
    user = direct_channel(application, channel)
    contact = simulation.customer(KEY, application, user)
    if contact is None:
        raise DiscordError(HTTPStatus.NOT_FOUND, 10003, "Unknown Channel")
    return contact


@router.post("/users/@me/channels")
async def open_channel(request: Request, simulation: Sim) -> Response:
    application, _ = requests.bot_of(simulation, request)
    body, _ = await requests.read(request)
    recipient = body.get("recipient_id")
    if not isinstance(recipient, str | int):
        place = ("recipient_id",)
        raise invalid_form(Problem(place, "BASE_TYPE_REQUIRED", "This field is required"))
    contact = _person(simulation, application, str(recipient))
    if contact is None:
        raise DiscordError(HTTPStatus.BAD_REQUEST, 50033, "Invalid Recipient(s)")

    async def accept() -> Response:
        return JSONResponse(objects.channel(application, contact), headers=LIMITS)

    return await answered(simulation, application, accept)


@router.get("/users/{user_id}")
async def get_user(user_id: str, request: Request, simulation: Sim) -> Response:
    application, account = requests.bot_of(simulation, request)
    if user_id in {"@me", application}:
        found = objects.bot(application, account)
    else:
        contact = _person(simulation, application, user_id)
        if contact is None:
            raise DiscordError(HTTPStatus.NOT_FOUND, 10013, "Unknown User")
        found = objects.user(user_id, contact.name)

    async def accept() -> Response:
        return JSONResponse(found, headers=LIMITS)

    return await answered(simulation, application, accept)


@router.get("/channels/{channel_id}")
async def get_channel(channel_id: str, request: Request, simulation: Sim) -> Response:
    application, _ = requests.bot_of(simulation, request)
    contact = chat_of(simulation, application, channel_id)

    async def accept() -> Response:
        return JSONResponse(objects.channel(application, contact), headers=LIMITS)

    return await answered(simulation, application, accept)


@router.post("/channels/{channel_id}/typing")
async def typing(channel_id: str, request: Request, simulation: Sim) -> Response:
    application, _ = requests.bot_of(simulation, request)
    _reachable(chat_of(simulation, application, channel_id))

    async def accept() -> Response:
        return Response(status_code=HTTPStatus.NO_CONTENT, headers=LIMITS)

    return await answered(simulation, application, accept)


@router.post("/channels/{channel_id}/messages")
async def create_message(channel_id: str, request: Request, simulation: Sim) -> Response:
    application, _ = requests.bot_of(simulation, request)
    contact = chat_of(simulation, application, channel_id)
    body, files = await requests.read(request)
    message = validate.read(body, files, contact)
    _reachable(contact)

    async def accept() -> Response:
        made = await create(simulation, application, contact, message, body, files)
        return JSONResponse(made, headers=LIMITS)

    return await answered(simulation, application, accept, is_send=True)


def _reachable(contact: Contact) -> None:
    if contact.blocked:
        said = "Cannot send messages to this user"
        raise DiscordError(HTTPStatus.FORBIDDEN, 50007, said)


@router.get("/attachments/{application}/{file_id}/{filename}")
async def download(application: str, file_id: str, filename: str, simulation: Sim) -> Response:
    """As the CDN keeps them: who has the link has the file."""
    del filename
    file = simulation.media.get(application, file_id)
    if file is None:
        return Response(status_code=HTTPStatus.NOT_FOUND)
    return Response(file.content, media_type=file.mime_type)


@router.api_route("/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
async def unknown(path: str) -> Response:
    del path
    raise DiscordError(HTTPStatus.NOT_FOUND, 0, "404: Not Found")
