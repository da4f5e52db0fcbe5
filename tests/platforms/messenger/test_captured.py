"""Payloads that others captured: each becomes the event that its name says."""

import json
from pathlib import Path

import pytest

from platforms.base import WebhookRequest
from platforms.meta.messenger.platform import Messenger
from tests.platforms.captured import fixtures, told

FILES = [path for path in fixtures("messenger/inbound") if path.suffix == ".json"]

EXPECTED: dict[str, list[str]] = {
    "account_linking": ["identity"],
    "app_roles": ["channel"],
    "appointment_booking": ["message unsupported"],
    "button_template_inbound": ["message unsupported"],
    "delivery": ["receipt delivered"],
    "echo_app_id": ["message text echo sent"],
    "echo_no_app_id": ["message text echo"],
    "echo_text": ["message unsupported echo"],
    "fallback": ["message text"],
    "feed_comment": ["comment text echo from post"],
    "image": ["message image"],
    "location": ["message location"],
    "message_edit": ["edit text"],
    "message_is_deleted": ["delete"],
    "message_is_unsupported": ["message unsupported"],
    "message_with_referral": ["message text from ad"],
    "multi_attachments_text": [
        "message image",
        "message video",
        "message audio",
        "message document",
    ],
    "nasty_duplicate_mid": ["message text", "message text"],
    "nasty_non_numeric": ["message text"],
    "nasty_timestamp": ["lifecycle from referral source"],
    "nasty_unknown_page": ["message text"],
    "nasty": ["ignored"],
    "optin_notification": ["preference"],
    "optin": ["preference from plugin"],
    "pass_thread": ["lifecycle"],
    "policy": ["channel"],
    "postback_guest": ["message choice from plugin"],
    "postback_referral": ["message choice from postback source"],
    "postback_": ["message choice"],
    "postback": ["message choice from postback source"],
    "prior_message": ["message text"],
    "product": ["message card from product"],
    "quick_reply": ["message choice"],
    "reaction": ["reaction"],
    "read": ["read"],
    "reel": ["message text"],
    "referral_ad": ["lifecycle from ad"],
    "referral": ["lifecycle from referral source"],
    "reply_to_story": ["message text from story"],
    "reply_to_mid": ["message text"],
    "request_thread": ["lifecycle"],
    "standby": ["ignored text echo sent"],
    "sticker": ["message sticker"],
    "take_thread": ["lifecycle"],
    "text": ["message text"],
    "two_entries": ["message text", "message text"],
}
"""By how a file's name begins: the first that fits."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_becomes_what_its_name_says(path: Path) -> None:
    events = Messenger().parse(WebhookRequest(body=path.read_bytes()))
    wanted = next((EXPECTED[name] for name in EXPECTED if path.stem.startswith(name)), None)
    assert wanted is None or [told(event) for event in events] == wanted
    assert all(json.loads(event.model_dump_json()) for event in events)
