"""What becomes of customers' doings: messages are told through the Gateway, interactions are posted.

Without a URL to post them to, interactions too are told through the Gateway. An interaction whose answer is an error is
posted again, which Discord does not do. For an account whose frames are `handed_over`, they are posted one by one, with
two headers that say whose connection they came by, and signed like interactions.

https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object
https://docs.discord.com/developers/events/gateway-events#message-create
"""

import json
import secrets
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from simulator import clock
from simulator.contacts import Contact
from simulator.deliver import Webhook
from simulator.discord import interactions, objects
from simulator.discord.account import DiscordAccount
from simulator.discord.gateway.sessions import Gateways
from simulator.discord.ids import direct_channel, snowflake
from simulator.discord.objects import Json
from simulator.discord.requests import KEY
from simulator.media import StoredFile, said_content
from simulator.platform import Outgoing
from simulator.schemas import SaidMedia, Say
from simulator.state import Simulation

COMPONENT = 3
_BUTTON, _SELECT = 2, 3
_VOICE = 1 << 13
_BOT_CHAT = 1


def serialise(body: Any) -> bytes:
    return (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode()


def webhook(application: str, lane: str, body: Any) -> Webhook:
    """One connection brings frames in order, whatever happens."""
    return Webhook(KEY, application, lane, serialise(body), holds_lane=True)


def headers(application: str, account: DiscordAccount, body: bytes) -> dict[str, str]:
    """https://docs.discord.com/developers/interactions/overview#setting-up-an-endpoint."""
    moment = str(int(clock.unix()))
    key = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(account.signing_key))
    return {
        "x-signature-ed25519": key.sign(moment.encode() + body).hex(),
        "x-signature-timestamp": moment,
        "x-application-id": application,
        "x-bot-id": application,
    }


def _frame(simulation: Simulation, application: str, kind: str, content: Json) -> Json:
    connection = f"{KEY}:{application}"
    simulation.update_ids[connection] += 1
    return {"op": 0, "s": simulation.update_ids[connection], "t": kind, "d": content}


def told(simulation: Simulation, application: str, kind: str, content: Json) -> Outgoing:
    """An event on its way over the Gateway, to every session that wants it."""
    account = simulation.accounts.get(KEY, application, DiscordAccount)
    if account.handed_over:
        frame = _frame(simulation, application, kind, content)
        return Outgoing(webhook(application, content["channel_id"], frame))
    gateways = simulation.part(Gateways)
    heard = gateways.tell(application, account.gateway, kind, content)
    return Outgoing(None, told=heard, reason=None if heard else "no session is there to hear it")


def said(simulation: Simulation, order: Say, contact: Contact) -> Outgoing:
    """What a customer's doing becomes. Raises `ValueError`."""
    interaction = _interacted(order, contact)
    if interaction is None:
        message = _written(simulation, order, contact)
        outgoing = told(simulation, order.account, "MESSAGE_CREATE", message)
        return replace(outgoing, external_id=str(message["id"]))
    interactions.remember(simulation, order.account, interaction)
    account = simulation.accounts.get(KEY, order.account, DiscordAccount)
    if account.webhook_url or account.handed_over:
        outgoing = Outgoing(webhook(order.account, interaction["channel_id"], interaction))
    else:
        outgoing = told(simulation, order.account, "INTERACTION_CREATE", interaction)
    return replace(outgoing, external_id=str(interaction["id"]))


def _interacted(order: Say, contact: Contact) -> Json | None:
    if order.choice is not None:
        return _pressed(order, contact, order.choice.id)
    if order.raw is not None and "data" in order.raw:
        return _interaction(order.account, contact) | order.raw
    return None


def _written(simulation: Simulation, order: Say, contact: Contact) -> Json:
    account = simulation.accounts.get(KEY, order.account, DiscordAccount)
    message = objects.message(
        order.message_id or snowflake(),
        direct_channel(order.account, contact.address),
        objects.user(contact.address, contact.name),
        channel_type=objects.DIRECT,
    )
    message |= _content(simulation, order, account) | (order.raw or {})
    if str(message["id"]).isdecimal():
        contact.messages.put(int(message["id"]), message)
    return message


def _content(simulation: Simulation, order: Say, account: DiscordAccount) -> Json:
    if order.media is None:
        return {"content": order.text or ""}
    flags = _VOICE if order.media.voice else 0
    attachment = _attachment(simulation, order.account, account, order.media)
    return {"content": order.media.caption or "", "attachments": [attachment], "flags": flags}


def _attachment(
    simulation: Simulation, application: str, account: DiscordAccount, media: SaidMedia
) -> Json:
    if not account.api_base:
        raise ValueError("a file needs a link: set the account's `api_base`")
    content, mime_type = said_content(media)
    key, name = snowflake(), media.filename or f"{media.type}.{mime_type.partition('/')[2]}"
    simulation.media.put(StoredFile(key, application, content, mime_type, name))
    base = account.api_base.rstrip("/")
    return {
        "id": key,
        "filename": name,
        "size": len(content),
        "content_type": mime_type,
        "url": f"{base}/attachments/{application}/{key}/{quote(name, safe='')}",
        **({"duration_secs": 1.5, "waveform": "AAAA"} if media.voice else {}),
    }


def _interaction(application: str, contact: Contact) -> Json:
    channel = direct_channel(application, contact.address)
    return {
        "id": snowflake(),
        "application_id": application,
        "type": COMPONENT,
        "token": secrets.token_urlsafe(48),
        "version": 1,
        "channel": {"id": channel, "type": objects.DIRECT},
        "channel_id": channel,
        "user": objects.user(contact.address, contact.name),
        "locale": "pt-BR",
        "app_permissions": "180224",
        "entitlements": [],
        "authorizing_integration_owners": {"1": contact.address},
        "context": _BOT_CHAT,
        "attachment_size_limit": 10485760,
    }


def _pressed(order: Say, contact: Contact, choice: str) -> Json:
    """A tap on a button, or on an option of a select, of the newest message that has it. Raises `ValueError`."""
    for message in contact.messages.newest_first():
        for row in message["components"]:
            for component in row["components"]:
                data = _press_of(component, choice)
                if data is not None:
                    interaction = _interaction(order.account, contact)
                    interaction |= {"data": data, "message": message}
                    if order.message_id is not None:
                        interaction["id"] = order.message_id
                    return interaction
    raise ValueError(f"no message offers {choice!r}")


def _press_of(component: Json, choice: str) -> Json | None:
    if component["type"] == _BUTTON and component.get("custom_id") == choice:
        return {"component_type": _BUTTON, "custom_id": choice, "id": 2}
    values = [option["value"] for option in component.get("options", [])]
    if component["type"] == _SELECT and choice in values:
        key = component["custom_id"]
        return {"component_type": _SELECT, "custom_id": key, "values": [choice], "id": 2}
    return None
