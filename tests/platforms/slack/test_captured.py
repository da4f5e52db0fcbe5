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
    OutcomeUnknown,
    PlatformUnavailable,
    SignatureInvalid,
    Throttled,
)
from platforms.base import WebhookRequest
from platforms.slack.account import SlackAccount
from platforms.slack.errors import read_answer
from platforms.slack.platform import Slack
from tests.platforms.captured import fixtures
from tests.platforms.slack.support import arrived

INBOUND = fixtures("slack/inbound")
OUTBOUND = fixtures("slack/outbound")
AUTH = fixtures("slack/auth")

EXPECTED: dict[str, tuple[str, str | None]] = {
    "app_home_opened": ("lifecycle", None),
    "app_mention": ("message", "text"),
    "app_mention_enterprise": ("message", "text"),
    "app_mention_with_file": ("message", "image"),
    "app_rate_limited": ("channel", None),
    "app_uninstalled": ("lifecycle", None),
    "block_actions_button": ("message", "choice"),
    "block_actions_ephemeral": ("message", "choice"),
    "block_actions_radio": ("message", "choice"),
    "block_actions_same_value_buttons": ("message", "choice"),
    "block_actions_static_select": ("message", "choice"),
    "block_suggestion": ("ignored", None),
    "bot_message_classic": ("ignored", None),
    "channel_join_subtype": ("ignored", None),
    "file_share_audio_mp3": ("message", "audio"),
    "file_share_image": ("message", "image"),
    "file_share_video": ("message", "video"),
    "file_shared_event": ("ignored", None),
    "interactive_message_legacy": ("message", "choice"),
    "member_joined_channel_bot": ("lifecycle", None),
    "member_left_channel": ("lifecycle", None),
    "message_changed_metadata_only": ("ignored", None),
    "message_channel_link": ("message", "text"),
    "message_channel_with_mention": ("message", "text"),
    "message_deleted": ("delete", None),
    "message_dm_blocks": ("message", "text"),
    "message_org_install": ("message", "text"),
    "message_other_bot": ("ignored", None),
    "message_shortcut": ("message", "choice"),
    "message_thread_reply": ("message", "text"),
    "own_bot_message_echo": ("ignored", None),
    "reaction_added": ("reaction", None),
    "reaction_removed": ("reaction", None),
    "shortcut_global": ("message", "choice"),
    "slash_command": ("message", "text"),
    "slash_command_args": ("message", "text"),
    "thread_broadcast": ("message", "text"),
    "tokens_revoked": ("channel", None),
    "url_verification": ("ignored", None),
    "view_closed": ("ignored", None),
    "view_submission_modal": ("message", "form"),
}


def _load(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("path", INBOUND, ids=lambda path: path.stem)
def test_each_becomes_the_event_that_it_shows(path: Path) -> None:
    (event,) = arrived(path.read_bytes())
    shown = (event.kind, event.content.type if event.content else None)
    assert shown == EXPECTED.get(path.stem, shown)
    unfinished = {"unreadable", "unknown"} & {*(event.reason or "").replace(":", "").split()}
    assert not unfinished


def test_some_by_their_values() -> None:
    events = {path.stem: arrived(path.read_bytes())[0] for path in INBOUND}
    ids = {name: getattr(event.content, "id", None) for name, event in events.items()}
    assert ids["block_actions_button"] == "option-a"
    assert ids["block_actions_static_select"] == "greet"
    assert ids["block_actions_same_value_buttons"] == "wyo"
    assert ids["block_actions_ephemeral"] == "ephemeral_modal"
    assert events["own_bot_message_echo"].echo is True
    assert events["message_other_bot"].echo is False
    assert events["message_org_install"].account == "E111"
    assert events["message_thread_reply"].thread == "1767406613.568609"
    assert events["message_deleted"].target_external_id == "C111:1665368619.804829"
    details = events["member_joined_channel_bot"].details
    assert details is not None
    assert details["type"] == "bot_added"


def _cases() -> list[dict[str, Any]]:
    loaded = [_load(path) for path in AUTH]
    shared = [
        {"signing_secret": each["signing_secret"], **case}
        for each in loaded
        for case in each.get("cases", [each])
    ]
    return [case for case in shared if "raw_body" in case]


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case.get("name", "documented"))
def test_signatures(case: dict[str, Any]) -> None:
    secret = case["signing_secret"]
    account = SlackAccount.model_validate(
        {"team_id": "T1", "bot_token": "t", "signing_secret": secret}
    )
    request = WebhookRequest.model_validate(
        {
            "headers": {name.lower(): value for name, value in case["headers"].items()},
            "body": case["raw_body"].encode(),
            "received_at": case["now"],
        }
    )
    if case["valid"]:
        Slack().verify(request, account)
    else:
        with pytest.raises(SignatureInvalid):
            Slack().verify(request, account)


MEANINGS: dict[str, tuple[type[DeliveryError], ...]] = {
    "permanent_contact": (ContactUnreachable,),
    "permanent_channel": (ChannelUnauthorized,),
    "permanent_message": (ContentRejected,),
    # We fetch no token anew: somebody must connect the channel again.
    "refresh_token_then_retry": (ChannelUnauthorized,),
    # An error that may have come after the deed is never tried again on a guess.
    "retry_backoff": (PlatformUnavailable, OutcomeUnknown),
    "retry_after:30": (Throttled,),
}


@pytest.mark.parametrize("path", OUTBOUND, ids=lambda path: path.stem)
def test_answers_mean_what_they_are_said_to(path: Path) -> None:
    exchange = _load(path)
    answer, wanted = exchange["response"], exchange["classification"]
    said = answer.get("body")
    content = said if isinstance(said, str) else json.dumps(said)
    response = httpx.Response(answer["status"], headers=answer.get("headers"), content=content)
    if wanted == "ok" and isinstance(said, dict):
        assert read_answer(response)["ok"] is True
    elif wanted in MEANINGS:
        with pytest.raises(MEANINGS[wanted]):
            read_answer(response)
