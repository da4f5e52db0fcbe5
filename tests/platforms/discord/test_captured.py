"""Payloads that others captured: each yields the event it is known to be, and each signature its verdict."""

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
from platforms.discord.errors import read_answer
from platforms.discord.platform import Discord
from tests.platforms.captured import fixtures
from tests.platforms.discord.harness import ACCOUNT

FILES = fixtures("discord")
INBOUND = [path for path in FILES if path.parent.name == "inbound"]
OUTBOUND = [path for path in FILES if path.parent.name == "outbound"]

EXPECTED: dict[str, list[str]] = {
    "gw_guild_member_add": ["lifecycle member_joined"],
    "gw_heartbeat_ack": ["ignored"],
    "gw_hello": ["ignored"],
    "gw_invalid_session": ["ignored"],
    "gw_message_attachment_image": ["message image"],
    "gw_message_create_dm": ["message text"],
    "gw_message_create_dm_voice": ["message audio"],
    "gw_message_create_empty_without_intent": ["ignored"],
    "gw_message_create_in_thread": ["message text"],
    "gw_message_create_mention": ["message text"],
    "gw_message_create_own_bot": ["echo message text"],
    "gw_message_create_reply_to_deleted": ["message text"],
    "gw_message_create_role_mention": ["message text"],
    "gw_message_crosspost": ["message text"],
    "gw_message_delete": ["delete"],
    "gw_message_forward_snapshot": ["message document", "message audio"],
    "gw_message_no_attachments_key": ["message text"],
    "gw_message_reaction_add": ["reaction"],
    "gw_message_reaction_remove_custom_emoji": ["reaction"],
    "gw_message_thread_starter": ["message text"],
    "gw_message_update_edit": ["edit text"],
    "gw_ready": ["channel connected"],
    "gw_reconnect": ["ignored"],
    "gw_thread_create": ["lifecycle thread_created"],
    "gw_typing_start": ["typing"],
    "interaction_autocomplete": ["ignored"],
    "interaction_button_dm": ["message choice"],
    "interaction_button_minimal_message": ["message choice"],
    "interaction_button_thread": ["message choice"],
    "interaction_message_command": ["message text"],
    "interaction_ping": ["ignored"],
    "interaction_slash_command": ["message text"],
    "interaction_subcommand_group": ["message text"],
    "webhook_event_app_authorized": ["lifecycle bot_added"],
}


def events_of(path: Path) -> list[InboundEvent]:
    return Discord().parse(WebhookRequest(body=path.read_bytes()))


def named(stem: str) -> InboundEvent:
    path = next((path for path in INBOUND if path.stem == stem), None)
    return events_of(path)[0] if path else pytest.skip(f"{stem} is not there")


def shape(event: InboundEvent) -> str:
    told = (event.details or {}).get("type") if event.kind in {"lifecycle", "channel"} else None
    said = event.content.type if event.content else None
    return " ".join(
        word for word in ("echo" if event.echo else None, event.kind, said, told) if word
    )


@pytest.mark.parametrize("path", INBOUND, ids=lambda path: path.stem)
def test_a_payload_yields_its_event(path: Path) -> None:
    events = events_of(path)
    assert events
    assert not any((event.reason or "").startswith("unreadable") for event in events)
    assert all(json.loads(event.model_dump_json()) for event in events)
    if path.stem in EXPECTED:
        assert [shape(event) for event in events] == EXPECTED[path.stem]


def test_a_reply_names_what_it_answers_and_a_crosspost_nothing() -> None:
    assert named("gw_message_create_reply_to_deleted").reply_to == "1459000000000000008"
    assert named("gw_message_crosspost").reply_to is None
    assert named("interaction_button_thread").reply_to == "1457536567810854934"


def test_reactions_are_told_apart() -> None:
    assert named("gw_message_reaction_add").emoji == "👍"
    assert named("gw_message_reaction_remove_custom_emoji").emoji is None


def test_what_was_pressed_has_its_words() -> None:
    shown = {}
    for stem in ("thread", "dm", "minimal_message"):
        event = named(f"interaction_button_{stem}").model_dump()
        shown[stem] = (event["content"]["id"], event["content"]["title"])
    assert shown == {
        "thread": ("hello", "Say Hello"),
        "dm": ("dm-action", "DM Action"),
        "minimal_message": ("channel-post", "channel-post"),
    }


def test_a_voice_message_is_one() -> None:
    assert named("gw_message_create_dm_voice").model_dump()["content"]["voice"] is True


def _cases() -> list[Any]:
    files = [json.loads(path.read_text("utf-8")) for path in FILES if path.parent.name == "auth"]
    return [
        pytest.param(vectors["public_key"], case, id=case["name"])
        for vectors in files
        for case in vectors.get("cases", [])
    ]


@pytest.mark.parametrize(("key", "case"), _cases())
def test_a_signature_gets_its_verdict(key: str, case: dict[str, Any]) -> None:
    account = ACCOUNT.model_copy(update={"public_key": key})
    headers = {name.lower(): value for name, value in case["headers"].items()}
    request = WebhookRequest(headers=headers, body=case["raw_body"].encode())
    if case["valid"]:
        Discord().verify(request, account)
        return
    with pytest.raises(SignatureInvalid):
        Discord().verify(request, account)


_MEANING: dict[str, type[DeliveryError]] = {
    "permanent_contact": ContactUnreachable,
    "permanent_channel": ChannelUnauthorized,
    "permanent_message": ContentRejected,
    "retry_backoff": PlatformUnavailable,
    "retry_after": Throttled,
    "treat_as_success": ContentRejected,  # of a second answer to an interaction: see `followups.deliver`
}


@pytest.mark.parametrize("path", OUTBOUND, ids=lambda path: path.stem)
def test_an_answer_means_what_it_was_classified_as(path: Path) -> None:
    exchange = json.loads(path.read_text("utf-8"))
    told, meaning = exchange["response"], exchange["classification"].partition(":")[0]
    body = told["body"]
    content = body if isinstance(body, str) else json.dumps(body)
    answer = httpx.Response(told["status"], content=content.encode(), headers=told.get("headers"))
    if meaning == "ok":
        assert read_answer(answer) == (body or {})
        return
    with pytest.raises(DeliveryError) as caught:
        read_answer(answer)
    assert type(caught.value) is _MEANING.get(meaning, type(caught.value))
