"""Payloads that others captured: each becomes the event that its source says it shows."""

from pathlib import Path
from typing import Any

import pytest

from domain.events import InboundEvent
from platforms.base import WebhookRequest
from platforms.telegram.platform import Telegram
from tests.platforms.captured import fixtures, told

FILES = [path for path in fixtures("telegram/inbound") if path.suffix == ".json"]

ALIKE: dict[str, str] = {
    "message image": (
        "album_item_1_with_caption album_item_2_arrives_first command_in_caption "
        "photo_caption photo_caption_entities"
    ),
    "message video": ("animation_also_document video_media_group_part video_no_caption video_note"),
    "message audio": "audio_file voice_ogg",
    "message choice": (
        "callback_query_group callback_query_inaccessible_message callback_query_inline_game"
    ),
    "message text": (
        "channel_post command_for_other_bot command_reply_in_thread "
        "command_start_no_entities rich_message_table text_anonymous_admin_forward "
        "text_forum_topic text_mention_entity_2026 text_message_effect "
        "text_private_minimal"
    ),
    "message contacts": "contact_no_user_id",
    "message unsupported": "dice story_forward",
    "message document": "document_xls",
    "edit text": "edited_message",
    "message location": "location venue_with_location",
    "preference": "my_chat_member_blocked",
    "reaction": "reaction_added_user",
    "ignored": (
        "reaction_count_anonymous service_forum_topic_created service_pinned_message "
        "unknown_update_kind update_only_update_id"
    ),
    "lifecycle": "service_left_chat_member service_new_chat_members_includes_bot",
    "identity": "service_migrate_from_chat_id service_migrate_to_chat_id",
    "message sticker": "sticker_animated sticker_legacy_thumb",
    "message order": "successful_payment",
    "message form": "web_app_data_json",
}
"""What is told, and the names of the files that tell it."""
SEVERAL: dict[str, list[str]] = {
    "deleted_business_messages": ["delete", "delete", "delete"],
    "reaction_swap": ["reaction", "reaction"],
}
EXPECTED = SEVERAL | {name: [shown] for shown, names in ALIKE.items() for name in names.split()}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_becomes_the_event_that_it_shows(path: Path) -> None:
    shown = [told(event) for event in Telegram().parse(WebhookRequest(body=path.read_bytes()))]
    assert shown == EXPECTED.get(path.stem, shown)


def first(name: str) -> InboundEvent:
    path = next((path for path in FILES if path.stem == name), None)
    if path is None:
        pytest.skip(f"{name} is not there")
    return Telegram().parse(WebhookRequest(body=path.read_bytes()))[0]


VALUES: dict[str, dict[str, Any]] = {
    "voice_ogg": {"content.voice": True},
    "audio_file": {"content.voice": False, "content.media.filename": "track.mp3"},
    "photo_caption": {"content.caption": "Photo Caption", "content.media.size": 104737},
    "venue_with_location": {"content.name": "Cuenca"},
    "album_item_1_with_caption": {"details.media_group": "meal-album", "reply_to": "123:40"},
    "text_forum_topic": {"thread": "4", "reply_to": None},
    "text_anonymous_admin_forward": {"sender.address": "-1001160242915"},
    "my_chat_member_blocked": {"sender.address": "0", "details.value": "block"},
    "callback_query_inaccessible_message": {"content.id": "menu:2", "reply_to": "42:4"},
    "callback_query_inline_game": {"content.id": "some_data", "reply_to": None},
    "reaction_added_user": {"emoji": "🌭"},
    "service_migrate_to_chat_id": {"details.new": "-1001555296434"},
    "service_migrate_from_chat_id": {"details.old": "-599075523"},
    "web_app_data_json": {"content.fields.first_name": "Bob"},
    "animation_also_document": {"content.media.id": "CgACAgQ-anim"},
}


@pytest.mark.parametrize("name", VALUES)
def test_some_by_their_values(name: str) -> None:
    event = first(name).model_dump(mode="json")
    for way, wanted in VALUES[name].items():
        found: Any = event
        for step in way.split("."):
            found = found[step]
        assert found == wanted, way
