"""Payloads that others captured: each becomes the event that its source says it shows."""

from pathlib import Path
from typing import Any

import pytest

from domain.events import InboundEvent
from platforms.base import WebhookRequest
from platforms.meta.whatsapp.platform import WhatsApp
from tests.platforms.captured import fixtures, told

FILES = [path for path in fixtures("whatsapp/inbound") if path.suffix == ".json"]

ALIKE: dict[str, str] = {
    "channel": (
        "account_alerts account_update_disabled_reinstate account_update_offboarded "
        "account_update_restriction business_capability_update phone_number_name_update "
        "phone_number_quality_update security_pin_reset template_category_update_done "
        "template_category_update_upcoming template_components_update "
        "template_quality_update template_status_approved template_status_rejected "
        "value_errors_130429 value_errors_only"
    ),
    "message audio": "audio_docs audio_file voice_legacy_type voice_note",
    "receipt delivered": (
        "bsuid_status_no_recipient_id bsuid_status_phone_and_user_id status_delivered "
        "status_failed_docs"
    ),
    "ignored": (
        "calls_connect_user_initiated calls_status calls_terminate history_chunk "
        "history_media nasty_no_from nasty_unknown_status smb_app_state_sync "
        "status_deleted_ignored"
    ),
    "message contacts": "contacts_contact_request contacts_org contacts_vcard",
    "message document": "document",
    "lifecycle": "group_lifecycle_create group_participants_remove",
    "message image": "image_caption media_with_url",
    "message choice": (
        "interactive_button_reply interactive_list_reply "
        "interactive_list_reply_description template_quick_reply_button "
        "template_quick_reply_button_no_context"
    ),
    "preference": (
        "interactive_call_permission_reply user_preferences_resume "
        "user_preferences_resume_docs user_preferences_stop"
    ),
    "message form": (
        "interactive_nfm_reply interactive_nfm_reply_no_token interactive_nfm_reply_non_object"
    ),
    "message unsupported": (
        "interactive_with_value_errors nasty_interactive_unknown_subtype "
        "nasty_message_with_errors nasty_unknown_message_type unsupported_131051 "
        "unsupported_docs unsupported_media_131052 unsupported_openapi "
        "unsupported_with_type"
    ),
    "message location": "location_chosen location_current",
    "edit image": "message_edit_image message_edit_image_docs",
    "edit text": "message_edit_text",
    "delete": "message_revoke message_revoke_docs",
    "message text": (
        "nasty_bsuid_contacts_user_id_differs nasty_contacts_profile_absent "
        "nasty_invalid_from nasty_invalid_timestamp nasty_missing_contacts "
        "text_bsuid_in_from text_bsuid_only text_escaped_slashes_unicode text_forwarded "
        "text_frequently_forwarded text_group_message text_invalid_user_id text_plain "
        "text_reply_context text_user_id_and_phone text_vercel text_with_bsuid_contact"
    ),
    "message order": "order order_docs",
    "reaction": "reaction reaction_removed_empty_emoji reaction_removed_no_emoji",
    "edit text echo": "smb_message_echo_edit",
    "delete echo": "smb_message_echo_revoke",
    "message text echo": "smb_message_echo_text smb_message_echo_text_docs",
    "receipt failed": (
        "status_failed_130472 status_failed_131014 status_failed_131026 "
        "status_failed_131047 status_failed_131049"
    ),
    "receipt read": "status_group status_played status_read",
    "receipt sent": (
        "status_pmp_pricing status_sent status_sent_minimal status_sent_no_pricing "
        "status_sent_with_conversation_pricing status_with_biz_opaque_callback_data"
    ),
    "message sticker": "sticker_animated sticker_static",
    "identity": (
        "system_identity_changed system_message_openapi system_number_change_docs "
        "system_user_changed_number system_user_changed_user_id user_id_update"
    ),
    "message text from ad or post": "text_ctwa_referral",
    "message text from ad": "text_ctwa_welcome_message",
    "message text from product": "text_referred_product",
    "message video": "video_forwarded",
}
"""What is told, and the names of the files that tell it."""
SEVERAL: dict[str, list[str]] = {
    "nasty_all_fields_one_entry": [
        "channel",
        "channel",
        "channel",
        "channel",
        "ignored",
        "channel",
        "channel",
        "channel",
        "message text",
        "message text echo",
        "receipt delivered",
        "ignored",
        "channel",
        "channel",
        "channel",
        "channel",
        "channel",
        "ignored",
        "message text echo",
        "channel",
        "preference",
    ],
    "nasty_composed_two_wabas_three_numbers": ["message text", "receipt failed", "message image"],
    "nasty_duplicate_message_in_body": ["message text", "message text"],
    "nasty_many_kinds_one_value": [
        "message order",
        "message sticker",
        "message form from product",
        "receipt sent",
        "ignored",
    ],
    "nasty_messages_and_statuses_one_value": ["message text", "message text", "receipt delivered"],
    "nasty_statuses_out_of_order": ["receipt read", "receipt delivered", "receipt sent"],
}
EXPECTED = SEVERAL | {name: [shown] for shown, names in ALIKE.items() for name in names.split()}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_becomes_the_event_that_it_shows(path: Path) -> None:
    shown = [told(event) for event in WhatsApp().parse(WebhookRequest(body=path.read_bytes()))]
    assert shown == EXPECTED.get(path.stem, shown)


def first(name: str) -> InboundEvent:
    path = next((path for path in FILES if path.stem == name), None)
    if path is None:
        pytest.skip(f"{name} is not there")
    return WhatsApp().parse(WebhookRequest(body=path.read_bytes()))[0]


VALUES: dict[str, dict[str, Any]] = {
    "voice_note": {"content.voice": True},
    "voice_legacy_type": {"content.voice": True},
    "audio_file": {"content.voice": False},
    "media_with_url": {"content.media.id": "65463453"},
    "location_chosen": {"content.name": "Facebook HQ"},
    "reaction": {"emoji": "😮", "target_external_id": "wamid.yzxyzx="},
    "reaction_removed_empty_emoji": {"emoji": None},
    "reaction_removed_no_emoji": {"emoji": None},
    "text_bsuid_only": {"sender.address": "US.1234"},
    "text_bsuid_in_from": {"sender.address": "US.1234"},
    "text_group_message": {"thread": "555555555"},
    "text_reply_context": {"reply_to": "wamid.xyzxyz=="},
    "text_forwarded": {"reply_to": None},
    "nasty_bsuid_contacts_user_id_differs": {"sender.address": "US.13491208655302741918"},
    "nasty_invalid_timestamp": {"sent_at": None},
    "unsupported_with_type": {"content.platform_type": "pool"},
    "nasty_unknown_message_type": {"content.platform_type": "hologram"},
    "status_failed_130472": {"receipt.error.code": "130472"},
    "status_failed_131047": {"receipt.error.code": "131047", "receipt.error.retryable": False},
    "status_with_biz_opaque_callback_data": {"receipt.reference": "some data"},
    "smb_message_echo_edit": {"target_external_id": "wamid.zzzzzz"},
    "message_edit_text": {"target_external_id": "wamid.ORIG", "content.text": "Corrected text"},
    "interactive_nfm_reply": {"content.fields.delivery_rating": "4"},
}


@pytest.mark.parametrize("name", VALUES)
def test_some_by_their_values(name: str) -> None:
    event = first(name).model_dump(mode="json")
    for way, wanted in VALUES[name].items():
        found: Any = event
        for step in way.split("."):
            found = found[step]
        assert found == wanted, way
