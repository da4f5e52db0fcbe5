"""Payloads that others captured: each becomes the event that its name says."""

import json
from pathlib import Path

import pytest

from platforms.base import WebhookRequest
from platforms.meta.instagram.platform import Instagram
from tests.platforms.captured import fixtures, told

FILES = [path for path in fixtures("instagram/inbound") if path.suffix == ".json"]

EXPECTED: dict[str, list[str]] = {
    "attachment_unsupported": ["message unsupported"],
    "audio": ["message audio"],
    "comment_change_minimal": ["comment text"],
    "comment": ["comment text from post"],
    "dashboard": ["message text"],
    "echo_attachment": ["message image echo"],
    "echo_is_self": ["ignored echo"],
    "echo_vercel": ["message text echo"],
    "echo": ["message unsupported echo"],
    "ephemeral": ["message unsupported"],
    "file": ["message document"],
    "image": ["message image"],
    "is_unsupported": ["message unsupported"],
    "like_heart": ["message text"],
    "live_comment": ["comment text"],
    "mention": ["comment unsupported from post"],
    "message_ad": ["message text from ad"],
    "message_edit": ["edit text"],
    "multi_images": ["message image", "message image"],
    "nasty_duplicate_mid": ["message text", "message text"],
    "nasty_non_numeric": ["message text"],
    "nasty_unknown_account": ["message text"],
    "nasty": ["ignored"],
    "postback": ["message choice"],
    "quick_reply": ["message choice"],
    "reaction": ["reaction"],
    "read": ["read"],
    "reel": ["message video"],
    "referral": ["lifecycle from link"],
    "reply": ["message text"],
    "share": ["message image"],
    "standby": ["ignored text"],
    "story_mention": ["message image from story"],
    "story_reply": ["message text from story"],
    "text": ["message text"],
    "unsent": ["delete"],
    "video": ["message video"],
}
"""By how a file's name begins: the first that fits."""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_becomes_what_its_name_says(path: Path) -> None:
    events = Instagram().parse(WebhookRequest(body=path.read_bytes()))
    wanted = next((EXPECTED[name] for name in EXPECTED if path.stem.startswith(name)), None)
    assert wanted is None or [told(event) for event in events] == wanted
    assert all(json.loads(event.model_dump_json()) for event in events)
