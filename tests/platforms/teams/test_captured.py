"""Payloads that others captured: none breaks the parser, and each becomes what its source says it shows."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.errors import (
    ChannelUnauthorized,
    ContactUnreachable,
    ContentRejected,
    DeliveryError,
    PlatformUnavailable,
    SignatureInvalid,
    Throttled,
)
from domain.events import InboundEvent
from platforms.base import WebhookRequest
from platforms.teams.account import TeamsAccount
from platforms.teams.errors import read_answer
from platforms.teams.platform import Teams
from tests.platforms.captured import fixtures, told
from tests.platforms.teams.support import arrived

INBOUND = fixtures("teams/inbound")
OUTBOUND = fixtures("teams/outbound")
AUTH = fixtures("teams/auth")

EXPECTED: dict[str, list[str]] = {
    "card_action_submit_full": ["message choice"],
    "card_action_submit_no_reply_to": ["message choice"],
    "conversation_update_bot_added_personal": ["lifecycle", "lifecycle"],
    "conversation_update_bot_added_team": ["lifecycle"],
    "conversation_update_channel_created": ["lifecycle"],
    "conversation_update_member_removed": ["lifecycle"],
    "emulator_conversation_update": ["lifecycle", "lifecycle"],
    "installation_update_add": ["lifecycle"],
    "invoke_adaptive_card_action": ["message choice"],
    "invoke_file_consent_decline": ["message choice"],
    "invoke_suggested_action_submit": ["message choice"],
    "invoke_task_fetch": ["message choice"],
    "message_back_button": ["message choice"],
    "message_channel_mention": ["message text"],
    "message_channel_thread_followup": ["message text"],
    "message_file_download_info": ["message document"],
    "message_inline_image": ["message image"],
    "message_mention_entity_without_text": ["message text"],
    "message_personal": ["message text"],
    "message_personal_html": ["message text"],
    "message_quoted_reply": ["message text"],
    "message_update_edit_without_text": ["edit unsupported"],
    "reaction_added_legacy_ids": ["reaction"],
    "reaction_added_like": ["reaction"],
    "typing": ["typing"],
}


def _load(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("path", INBOUND, ids=lambda path: path.stem)
def test_each_becomes_the_event_that_it_shows(path: Path) -> None:
    events = arrived(path.read_bytes())
    shown = [told(event) for event in events]
    assert shown == EXPECTED.get(path.stem, shown)
    reasons = {word.strip(":") for event in events for word in (event.reason or "").split()}
    assert not {"unreadable", "unknown"} & reasons


def _first() -> dict[str, InboundEvent]:
    return {path.stem: arrived(path.read_bytes())[0] for path in INBOUND}


def test_some_by_their_values() -> None:
    events = _first()
    ids = {name: getattr(event.content, "id", None) for name, event in events.items()}
    texts = {name: getattr(event.content, "text", None) for name, event in events.items()}
    assert ids["card_action_submit_full"] == "channel-post"
    assert ids["card_action_submit_no_reply_to"] == "info"
    assert ids["invoke_adaptive_card_action"] == "approve"
    assert ids["invoke_file_consent_decline"] == "decline"
    assert ids["invoke_task_fetch"] == "open_form"
    assert texts["message_channel_mention"] == "Hey"
    assert texts["message_mention_entity_without_text"] == "Hey"
    assert texts["message_quoted_reply"] == "yes please"
    targets = {name: event.target_external_id or "" for name, event in events.items()}
    assert targets["reaction_added_legacy_ids"].endswith(":1575667808184")
    assert targets["reaction_added_like"].endswith(":1767326111492")
    assert events["message_channel_mention"].thread == "1771290107407"
    answered = events["message_quoted_reply"].reply_to or ""
    assert answered.endswith(":1767378504300")
    added = events["conversation_update_bot_added_team"].details
    assert added is not None
    assert added["type"] == "bot_added"


def _cases() -> list[dict[str, Any]]:
    loaded = [_load(path) for path in AUTH]
    return [{**each, **case, "cases": None} for each in loaded for case in each.get("cases", [])]


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["name"])
def test_tokens(case: dict[str, Any]) -> None:
    account = TeamsAccount.model_validate(
        {"app_id": case["app_id"], "tenant_id": "t", "client_secret": "s"}
    )
    given = case["authorization"]
    request = WebhookRequest.model_validate(
        {
            "headers": {"authorization": given} if given else {},
            "body": json.dumps(case["activity"]).encode(),
            "received_at": case["now"],
            "keys": {key["kid"]: key for key in case["jwks"]["keys"]},
        }
    )
    if case["valid"]:
        Teams().verify(request, account)
    else:
        with pytest.raises(SignatureInvalid):
            Teams().verify(request, account)


MEANINGS: dict[str, type[DeliveryError]] = {
    "permanent_contact": ContactUnreachable,
    "permanent_channel": ChannelUnauthorized,
    "permanent_message": ContentRejected,
    "refresh_token_once_then_permanent_channel": ChannelUnauthorized,
    "retry_backoff": PlatformUnavailable,
    "retry_after:17": Throttled,
}


@pytest.mark.parametrize("path", OUTBOUND, ids=lambda path: path.stem)
def test_answers_mean_what_they_are_said_to(path: Path) -> None:
    exchange = _load(path)
    answer, wanted = exchange["response"], exchange["classification"]
    is_tokens = "login.microsoftonline.com" in exchange["request"]["url"]
    response = httpx.Response(
        answer["status"], headers=answer.get("headers"), content=json.dumps(answer.get("body"))
    )
    if wanted == "ok" and isinstance(answer.get("body"), dict):
        assert read_answer(response) == answer["body"]
    elif wanted in MEANINGS and not is_tokens:
        with pytest.raises(MEANINGS[wanted]):
            read_answer(response)
