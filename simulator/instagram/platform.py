"""Instagram Direct as one of the simulated platforms."""

import base64
import re
import secrets
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter

from simulator.contacts import Contact
from simulator.graph.errors import GraphError
from simulator.instagram.account import InstagramAccount
from simulator.instagram.tokens import router_at
from simulator.send_api import management
from simulator.send_api.api import router_of
from simulator.send_api.errors import invalid
from simulator.send_api.platform import SimulatedSendApi
from simulator.send_api.product import FileRule, Json, Product

MAX_TEXT_BYTES = 1000
"""https://developers.facebook.com/documentation/instagram-platform/instagram-api-with-instagram-login/messaging-api"""
_MB = 1024 * 1024

FILES = {
    "image": FileRule(8 * _MB, ("image/png", "image/jpeg", "image/gif")),
    "audio": FileRule(
        25 * _MB, ("audio/aac", "audio/mp4", "audio/x-m4a", "audio/m4a", "audio/wav", "audio/x-wav")
    ),
    "video": FileRule(
        25 * _MB,
        ("video/mp4", "video/ogg", "video/x-msvideo", "video/avi", "video/quicktime", "video/webm"),
    ),
    "file": FileRule(25 * _MB, ("application/pdf",)),
}
"""https://developers.facebook.com/documentation/business-messaging/instagram-messaging/features/attachment-upload"""


def _check_text(text: str) -> None:
    """In bytes of UTF-8, not in characters."""
    if len(text.encode()) > MAX_TEXT_BYTES:
        raise invalid(
            f"Length of param message[text] must be less than or equal to {MAX_TEXT_BYTES}"
        )


def _no_profile(person: str) -> GraphError:
    return GraphError(230, message="(#230) User consent is required to access user profile")


def _profile(account_id: str, contact: Contact) -> Json:
    """The username is made up from the name."""
    return {
        "name": contact.name,
        "username": re.sub(r"\W+", ".", contact.name.casefold()).strip("."),
        "profile_pic": f"https://scontent.cdninstagram.com/v/{contact.address}.jpg",
        "follower_count": 0,
        "is_user_follow_business": False,
        "is_business_follow_user": False,
        "is_verified_user": False,
    }


def _new_mid(account_id: str) -> str:
    """An id of the real form: base64 of the account's id and a random number."""
    number = 10**30 + secrets.randbelow(9 * 10**30)
    raw = f"ig_dm_item:1:IGMessageID:{account_id}:{number}"
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def _check_upload(account: InstagramAccount, asked: Mapping[str, Any]) -> None:
    """A page's files are for Messenger unless it says otherwise."""
    if account.page_id is not None and asked.get("platform") != "instagram":
        raise invalid("The parameter platform is required")


def _owner(account_id: str, account: InstagramAccount) -> Json:
    """With a login at Facebook the token is that of the linked page."""
    if account.page_id is not None:
        linked = {"id": account_id, "username": account.username}
        page = {"id": account.page_id, "name": account.name}
        return {**page, "instagram_business_account": linked}
    return {
        "id": account.scoped_id or account_id,
        "user_id": account_id,
        "username": account.username,
        "name": account.name,
        "account_type": "BUSINESS",
    }


INSTAGRAM = Product(
    key="instagram",
    webhook_object="instagram",
    account_model=InstagramAccount,
    node=lambda account_id, account: account.page_id or account_id,
    recipients=frozenset({"id", "comment_id"}),
    messaging_types=frozenset({"RESPONSE", "UPDATE", "MESSAGE_TAG"}),
    says_type=False,
    check_text=_check_text,
    files=FILES,
    window_closed=lambda: GraphError(
        10, message="This message was sent outside the allowed window.", subcode=2534022
    ),
    stranger=lambda: GraphError(100, message="(#100) No matching Instagram user", subcode=2534014),
    no_comment=lambda: invalid("The comment is not valid for a private reply", 2534025),
    comment_answered=lambda: invalid("The comment was answered in private already", 2534025),
    no_profile=_no_profile,
    profile=_profile,
    owner=_owner,
    owner_kind="IGUser",
    new_mid=_new_mid,
    # An echo says nothing of the app that sent.
    echoed=lambda account, entry: {},
    delivered=None,
    read=lambda entry: {"mid": entry.external_id},
    webhook_fields={
        "echo": "message_echoes",
        "message": "messages",
        "postback": "messaging_postbacks",
        "reaction": "message_reactions",
        "message_edit": "message_edit",
        "read": "messaging_seen",
        "referral": "messaging_referral",
        "optin": "messaging_optins",
    },
    # Neither stickers nor what vanishes when it was seen is told of.
    unposted_media=frozenset({"sticker"}),
    check_upload=_check_upload,
)


class SimulatedInstagram(SimulatedSendApi):
    """The Instagram messaging API, with either login."""

    product = INSTAGRAM
    routers: tuple[APIRouter, ...] = (
        router_at("/instagram"),
        management.router_of(INSTAGRAM),
        router_of(INSTAGRAM),
    )
