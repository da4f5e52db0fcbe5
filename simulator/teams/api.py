"""The calls that a bot makes: activities and members of a conversation.

A conversation is served at the address that its activities name, and at the one that is good everywhere.
https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages
"""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from simulator.contacts import Contact
from simulator.faults import answer_with
from simulator.state import Sim, Simulation
from simulator.teams import sends, validate
from simulator.teams.account import TeamsAccount
from simulator.teams.errors import blocked_by_user, no_conversation, not_in_roster, refuse
from simulator.teams.ids import directory_id
from simulator.teams.tokens import bot_of
from simulator.teams.world import KEY, Chat, TeamsWorld

ADDRESSES = ("/teams/v3", "/teams/{region}/{tenant}/v3")

_calls = APIRouter(include_in_schema=False)


@_calls.post("/conversations/{conversation}/activities")
async def send(conversation: str, request: Request, simulation: Sim) -> Response:
    app_id, _ = bot_of(simulation, request)
    chat = _chat(simulation, app_id, conversation)
    body = validate.body_of(await request.body())
    activity = validate.read(body)
    if chat.person is not None and chat.person.blocked:
        raise blocked_by_user()
    is_send = activity.type == "message"

    async def accept() -> Response:
        if not is_send:
            return JSONResponse({}, status_code=HTTPStatus.CREATED)
        return await sends.take(simulation, app_id, chat, conversation, activity, body)

    fault = simulation.faults.take(KEY, app_id, is_send=is_send)
    return await answer_with(fault, accept, refuse)


@_calls.get("/conversations/{conversation}/pagedmembers")
async def members(conversation: str, request: Request, simulation: Sim) -> Response:
    """One page: nobody here has so many people around them."""
    app_id, account = bot_of(simulation, request)
    chat = _chat(simulation, app_id, conversation)

    async def accept() -> Response:
        found = [_member(account, person) for person in chat.people.values()]
        return JSONResponse({"members": found})

    fault = simulation.faults.take(KEY, app_id, is_send=False)
    return await answer_with(fault, accept, refuse)


def _chat(simulation: Simulation, app_id: str, conversation: str) -> Chat:
    """The conversation, if the bot is part of it. Raises `TeamsError`."""
    world = simulation.part(TeamsWorld)
    chat = world.find(app_id, conversation)
    if chat is None and simulation.accounts.trusts(KEY, app_id):
        person = simulation.contacts.heard(KEY, app_id, conversation)
        return world.adopted(app_id, conversation, person)
    if chat is None:
        others = simulation.accounts.of(KEY, TeamsAccount)
        known = any(world.find(other, conversation) for other in others)
        raise not_in_roster() if known else no_conversation()
    if not chat.installed:
        raise not_in_roster()
    return chat


def _member(account: TeamsAccount, person: Contact) -> dict[str, Any]:
    """https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context."""
    given, _, family = person.name.partition(" ")
    mail = f"{'.'.join(person.name.lower().split())}@people.example"
    return {
        "id": person.address,
        "objectId": directory_id(account.tenant_id, person.address),
        "name": person.name,
        "givenName": given,
        "surname": family,
        "email": mail,
        "userPrincipalName": mail,
        "tenantId": account.tenant_id,
        "userRole": "user",
    }


router = APIRouter(include_in_schema=False)
for address in ADDRESSES:
    router.include_router(_calls, prefix=address)
