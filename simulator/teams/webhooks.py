"""What people do, as the activities that the Bot Connector posts.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference#activity-object
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages
"""

import json
from dataclasses import dataclass
from datetime import timedelta, timezone
from typing import Any, NamedTuple

from simulator import clock
from simulator.contacts import Contact
from simulator.deliver import MAX_ATTEMPTS, Webhook
from simulator.schemas import Say
from simulator.state import Simulation
from simulator.teams.account import TeamsAccount
from simulator.teams.files import attached
from simulator.teams.ids import directory_id, news_id
from simulator.teams.keys import SigningKeys
from simulator.teams.world import BOT, KEY, ROOT, Chat, Json, TeamsWorld

PATIENCE = 15.0
"""Seconds after which Teams gives up on an answer."""
READ = "application/vnd.microsoft.readReceipt"
_LOCAL = timezone(timedelta(hours=-3))
"""Where people are."""


@dataclass(frozen=True, kw_only=True)
class TeamsWebhook(Webhook):
    """A webhook, and the keys that sign each attempt."""

    keys: SigningKeys


class Said(NamedTuple):
    """An activity, the chat it is of, and how the ledger spells that."""

    activity: Json
    chat: Chat
    address: str


def webhook(simulation: Simulation, app_id: str, lane: str, body: Any) -> TeamsWebhook:
    """Somebody waits for the answer to an invoke: it is posted once."""
    is_invoke = isinstance(body, dict) and body.get("type") == "invoke"
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    return TeamsWebhook(
        KEY,
        app_id,
        lane,
        text.encode(),
        attempts=1 if is_invoke else MAX_ATTEMPTS,
        patience=PATIENCE,
        keys=simulation.part(SigningKeys),
    )


def said(simulation: Simulation, order: Say, person: Contact) -> Said:
    """What a customer's doing becomes. Raises `ValueError`."""
    account = simulation.accounts.get(KEY, order.account, TeamsAccount)
    world = simulation.part(TeamsWorld)
    if order.choice is not None:
        return _pressed(world, order, person, account)
    raw = order.raw or {}
    placed = raw.get("conversation")
    named = placed.get("id") if isinstance(placed, dict) else None
    is_shared = isinstance(named, str) and named.startswith("19:")
    chat = (
        world.shared(order.account, str(named), person)
        if is_shared
        else world.private(order.account, person)
    )
    kind = str(raw.get("type", "message"))
    key = order.message_id or raw.get("id") or _new_id(world, kind)
    conversation = str(named) if is_shared else chat.id
    if chat.kind == "channel" and kind == "message" and ROOT not in conversation:
        conversation += f"{ROOT}{key}"  # a new post begins a thread of its own
    made = activity(order.account, account, chat, person, conversation)
    made |= {"type": kind, "id": key, **_content(simulation, order, account)}
    made |= {name: value for name, value in raw.items() if name not in {"conversation", "id"}}
    chat.installed = (kind, made.get("action")) != ("installationUpdate", "remove")
    return Said(made, chat, chat.address(conversation))


def _new_id(world: TeamsWorld, kind: str) -> str:
    return world.message_id() if kind == "message" else news_id()


def _content(simulation: Simulation, order: Say, account: TeamsAccount) -> Json:
    if order.media is not None:
        files = attached(simulation, order.account, account, order.media)
        return {"text": order.media.caption or "", "textFormat": "plain", "attachments": files}
    return {} if order.text is None else {"text": order.text, "textFormat": "plain"}


def activity(
    app_id: str, account: TeamsAccount, chat: Chat, person: Contact, conversation: str
) -> Json:
    """What every activity has."""
    now, tenant = clock.now(), account.tenant_id
    local = now.astimezone(_LOCAL)
    place: Json = {"conversationType": chat.kind, "tenantId": tenant, "id": conversation}
    data: Json = {"tenant": {"id": tenant}}
    if chat.person is None:
        place["isGroup"] = True
    if chat.kind == "channel":
        data |= {"team": {"id": chat.id}, "channel": {"id": chat.id}}
    return {
        "channelId": "msteams",
        "serviceUrl": account.service_url,
        "timestamp": f"{now:%Y-%m-%dT%H:%M:%S.%f}0Z",
        "localTimestamp": f"{local:%Y-%m-%dT%H:%M:%S.%f}0-03:00",
        "from": {
            "id": person.address,
            "name": person.name,
            "aadObjectId": directory_id(tenant, person.address),
        },
        "conversation": place,
        "recipient": {"id": f"{BOT}{app_id}", "name": account.name},
        "entities": [{"type": "clientInfo", "locale": "pt-BR", "country": "BR", "platform": "Web"}],
        "channelData": data,
        "locale": "pt-BR",
        "localTimezone": "America/Sao_Paulo",
    }


def _pressed(world: TeamsWorld, order: Say, person: Contact, account: TeamsAccount) -> Said:
    """A button of the newest card that has it. It brings no words along. Raises `ValueError`."""
    choice = order.choice.id if order.choice else ""
    for chat in world.chats_of(order.account, person):
        for message in chat.messages.newest_first():
            value = message.values.get(choice)
            if value is not None:
                made = activity(order.account, account, chat, person, message.conversation)
                key = order.message_id or news_id()
                made |= {"type": "message", "id": key, "replyToId": message.id, "value": value}
                return Said(made, chat, chat.address(message.conversation))
    raise ValueError(f"no message offers {choice!r}")


def read(app_id: str, account: TeamsAccount, chat: Chat, person: Contact, key: str) -> Json:
    """Somebody read up to that message."""
    told = {"type": "event", "name": READ, "id": news_id()}
    made = activity(app_id, account, chat, person, chat.id)
    return {**made, **told, "value": {"lastReadMessageId": key}}
