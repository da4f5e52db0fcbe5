"""What reaches the application's URL: interactions as Discord posts them, and frames of the Gateway.

The Gateway is a connection that the bot opens, and nothing that Discord posts. Until PyTake has that connection (an
issue of its own), frames come here as its reader would hand them on: posted to the channel's webhook one by one, with
two headers that say whose connection it is, and signed like interactions. No frame is lost or repeated by a resume,
and an interaction whose answer is an error is posted again, which Discord does not do.

https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object
https://docs.discord.com/developers/events/gateway-events#message-create
"""

import json
import secrets
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from simulator import clock
from simulator.contacts import Contact
from simulator.deliver import Webhook
from simulator.discord import objects
from simulator.discord.account import DiscordAccount
from simulator.discord.ids import direct_channel, snowflake
from simulator.discord.objects import Json
from simulator.discord.requests import KEY
from simulator.media import StoredFile, said_content
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


def created(simulation: Simulation, application: str, message: Json) -> Webhook:
    """The frame of a new message."""
    frame = _frame(simulation, application, "MESSAGE_CREATE", message)
    return webhook(application, message["channel_id"], frame)


def said(simulation: Simulation, order: Say, contact: Contact) -> tuple[Json, str]:
    """What a customer's doing becomes, and the id of the message or press. Raises `ValueError`."""
    if order.choice is not None:
        return _pressed(order, contact, order.choice.id)
    if order.raw is not None and "data" in order.raw:
        interaction = _interaction(order.account, contact) | order.raw
        return interaction, str(interaction["id"])
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
    return _frame(simulation, order.account, "MESSAGE_CREATE", message), str(message["id"])


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


def _pressed(order: Say, contact: Contact, choice: str) -> tuple[Json, str]:
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
                    return interaction, str(interaction["id"])
    raise ValueError(f"no message offers {choice!r}")


def _press_of(component: Json, choice: str) -> Json | None:
    if component["type"] == _BUTTON and component.get("custom_id") == choice:
        return {"component_type": _BUTTON, "custom_id": choice, "id": 2}
    values = [option["value"] for option in component.get("options", [])]
    if component["type"] == _SELECT and choice in values:
        key = component["custom_id"]
        return {"component_type": _SELECT, "custom_id": key, "values": [choice], "id": 2}
    return None
