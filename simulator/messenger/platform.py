"""Messenger as one of the simulated platforms."""

import secrets
from typing import Any

from fastapi import APIRouter

from simulator.contacts import Contact
from simulator.graph.errors import GraphError, unknown_object
from simulator.messenger.account import MessengerAccount
from simulator.messenger.utility import read_template
from simulator.schemas import Entry
from simulator.send_api import management
from simulator.send_api.api import router_of
from simulator.send_api.errors import invalid
from simulator.send_api.platform import SimulatedSendApi
from simulator.send_api.product import FileRule, Json, Product
from simulator.send_api.webhooks import millis

MAX_TEXT = 2000
"""https://developers.facebook.com/documentation/business-messaging/messenger-platform/reference/send-api#message"""
MAX_FILE = 25 * 1024 * 1024
"""https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/saving-assets"""


def _check_text(text: str) -> None:
    if len(text) > MAX_TEXT:
        raise invalid(f"Length of param message[text] must be less than or equal to {MAX_TEXT}")


def _no_profile(person: str) -> GraphError:
    return unknown_object("GET", person)


def _profile(account_id: str, contact: Contact) -> Json:
    first, _, last = contact.name.partition(" ")
    picture = f"https://platform-lookaside.fbsbx.com/platform/profilepic/?psid={contact.address}"
    return {"first_name": first, "last_name": last, "profile_pic": picture, "name": contact.name}


def _echoed(account: Any, entry: Entry) -> Json:
    """Which app wrote it, and what that app wants to know it by."""
    metadata = {"metadata": entry.reference} if entry.reference is not None else {}
    return {"app_id": account.app_id, **metadata}


def _owner(account_id: str, account: MessengerAccount) -> Json:
    """A page's token is the page's own."""
    return {"id": account_id, "name": account.name, "category": "Loja"}


MESSENGER = Product(
    key="messenger",
    webhook_object="page",
    account_model=MessengerAccount,
    node=lambda account_id, _: account_id,
    recipients=frozenset(
        {"id", "user_ref", "comment_id", "post_id", "notification_messages_token"}
    ),
    messaging_types=frozenset({"RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY"}),
    says_type=True,
    check_text=_check_text,
    files={kind: FileRule(MAX_FILE) for kind in ("image", "audio", "video", "file")},
    window_closed=lambda: GraphError(
        10, message="(#10) This message is sent outside of allowed window.", subcode=2018278
    ),
    stranger=lambda: GraphError(100, message="(#100) No matching user found", subcode=2018001),
    no_comment=lambda: GraphError(10903, message="(#10903) This user can't reply to this activity"),
    comment_answered=lambda: GraphError(10900, message="(#10900) Activity already replied to"),
    no_profile=_no_profile,
    profile=_profile,
    owner=_owner,
    owner_kind="Page",
    new_mid=lambda _: f"m_{secrets.token_urlsafe(64)}",
    echoed=_echoed,
    delivered=lambda entry: {"mids": [entry.external_id], "watermark": millis()},
    read=lambda entry: {"watermark": millis()},
    webhook_fields={
        "echo": "message_echoes",
        "message": "messages",
        "postback": "messaging_postbacks",
        "reaction": "message_reactions",
        "message_edit": "message_edits",
        "read": "message_reads",
        "delivery": "message_deliveries",
        "referral": "messaging_referrals",
        "optin": "messaging_optins",
        "account_linking": "messaging_account_linking",
    },
    utility=read_template,
)


class SimulatedMessenger(SimulatedSendApi):
    """The Messenger Platform."""

    product = MESSENGER
    routers: tuple[APIRouter, ...] = (management.router_of(MESSENGER), router_of(MESSENGER))
