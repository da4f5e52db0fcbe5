"""Frames of the socket: what is taken of a browser, why a frame is refused, what we answer."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.content import TextContent
from platforms.base import WebhookRequest
from platforms.webchat import frames, inbound, outbound
from platforms.webchat.frames import (
    CloseCode,
    Delivered,
    FrameRefused,
    Hello,
    Msg,
    Ping,
    Postback,
    Read,
    Typing,
    read_frame,
)

CID = "c-000001"
MSG = {"t": "msg", "cid": CID}
AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "frame"),
    [
        (
            {"t": "hello", "v": 1, "last_event_id": 1041, "caps": ["typing"]},
            Hello(t="hello", last_event_id=1041, caps=["typing"]),
        ),
        (
            {**MSG, "text": "Oi", "attachments": [], "reply_to": None, "postback": None},
            Msg(t="msg", cid=CID, text="Oi"),
        ),
        ({**MSG, "attachments": ["up_1"]}, Msg(t="msg", cid=CID, attachments=["up_1"])),
        ({**MSG, "postback": {"id": "a"}}, Msg(t="msg", cid=CID, postback=Postback(id="a"))),
        ({"t": "typing", "on": False}, Typing(t="typing", on=False)),
        ({"t": "delivered", "up_to": 1052}, Delivered(t="delivered", up_to=1052)),
        ({"t": "read", "up_to": 1052}, Read(t="read", up_to=1052)),
        ({"t": "ping"}, Ping(t="ping")),
    ],
)
def test_a_frame_is_read(raw: dict[str, Any], frame: object) -> None:
    assert read_frame(json.dumps(raw)) == frame
    assert read_frame(json.dumps(raw).encode()) == frame


@pytest.mark.parametrize(
    ("raw", "reason", "cid"),
    [
        ({**MSG, "text": "x" * 4001}, "text_too_long", CID),
        ({**MSG, "text": " "}, "empty", CID),
        (MSG, "empty", CID),
        ({**MSG, "attachments": ["u"] * 6}, "too_many_attachments", CID),
        ({**MSG, "text": "x", "html": "<b>"}, "malformed", CID),
        ({**MSG, "attachments": [{"key": "t2/secret"}]}, "malformed", CID),
        ({"t": "msg", "cid": "short", "text": "x"}, "malformed", "short"),
        ({"t": "msg", "text": "x"}, "malformed", None),
        ({"t": "read", "up_to": -1}, "malformed", None),
        ({"t": "hello", "v": 2}, "malformed", None),
        ({"t": "dance"}, "unknown_frame", None),
        ({}, "unknown_frame", None),
        ([], "malformed", None),
    ],
)
def test_a_frame_is_refused_with_a_word_a_browser_can_act_on(
    raw: Any, reason: str, cid: str | None
) -> None:
    with pytest.raises(FrameRefused) as refused:
        read_frame(json.dumps(raw))
    assert (refused.value.reason, refused.value.cid) == (reason, cid)
    expected = {"t": "nack", "cid": cid, "code": reason} if cid else None
    assert refused.value.nack() == expected


@pytest.mark.parametrize("raw", ["", "nope", b"\xff", '{"t":"ping"', "\ud800"])
def test_what_is_no_json_is_malformed(raw: str | bytes) -> None:
    with pytest.raises(FrameRefused, match="malformed"):
        read_frame(raw)


def test_a_frame_over_64_kib_is_refused_unread() -> None:
    longest = json.dumps({"t": "hello", "token": "x"}) + " " * (64 * 1024)
    with pytest.raises(FrameRefused, match="too_large"):
        read_frame(longest)
    fits = json.dumps({"t": "ping"}).ljust(64 * 1024)
    assert read_frame(fits) == Ping(t="ping")


def test_a_browsers_message_reaches_the_conversation_through_the_webhook() -> None:
    given = [
        read_frame('{"t":"msg","cid":"c-000001","text":"Oi"}'),
        read_frame('{"t":"typing","on":true}'),
    ]
    body = frames.webhook_body("v-1", given, name="Marta")
    message, typing = inbound.parse(WebhookRequest(body=json.dumps(body).encode()))
    assert message.external_id == "c-000001"
    assert message.content == TextContent(text="Oi")
    assert message.sender is not None
    assert (message.sender.address, message.sender.name) == ("v-1", "Marta")
    assert typing.kind == "typing"
    assert "name" not in frames.webhook_body("v-1", [])["visitor"]


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (
            frames.welcome("s", resumed=True),
            {"t": "welcome", "session": "s", "heartbeat": 25, "resume": "ok"},
        ),
        (
            frames.welcome("s", resumed=False),
            {"t": "welcome", "session": "s", "heartbeat": 25, "resume": "reset"},
        ),
        (frames.synced(1050), {"t": "synced", "id": 1050}),
        (
            frames.ack("c", 1051, "m", AT),
            {"t": "ack", "cid": "c", "id": 1051, "message_id": "m", "at": AT.isoformat()},
        ),
        (
            frames.nack("c", "rate_limited", 3),
            {"t": "nack", "cid": "c", "code": "rate_limited", "retry_after": 3},
        ),
        (frames.typing(on=True), {"t": "typing", "on": True}),
        (
            frames.conversation(1053, "open", "Caio"),
            {"t": "conversation", "id": 1053, "status": "open", "assignee": "Caio"},
        ),
        (frames.token("jwt"), {"t": "token", "session_token": "jwt"}),
        (frames.pong(), {"t": "pong"}),
        (frames.goodbye(CloseCode.TOO_MANY, 5), {"t": "goodbye", "code": 4429, "retry_after": 5}),
        (frames.goodbye(CloseCode.REPLACED), {"t": "goodbye", "code": 4409}),
    ],
)
def test_our_frames_are_as_documented(frame: dict[str, Any], expected: dict[str, Any]) -> None:
    assert frame == expected


def test_a_message_of_the_transcript_carries_its_author_time_and_number() -> None:
    content = TextContent(text="Oi, Marta")
    body = outbound.message_of("m-1", content, author={"type": "agent", "name": "Caio"}, at=AT)
    assert frames.msg(body, 1052) == {
        "t": "msg",
        "id": 1052,
        "message": {
            "id": "m-1",
            "author": {"type": "agent", "name": "Caio"},
            "at": "2026-03-02T10:00:00+00:00",
            "text": "Oi, Marta",
            "attachments": [],
            "interactive": None,
            "reply_to": None,
        },
    }


def test_every_example_of_the_page_is_taken() -> None:
    page = (Path(__file__).parents[3] / "docs/platforms/webchat.md").read_text(encoding="utf-8")
    posted = page.split("```json\n")[1].split("```")[0]
    kinds = [event.kind for event in inbound.parse(WebhookRequest(body=posted.encode()))]
    assert kinds == ["message", "message", "message", "typing", "receipt", "read"]
    sent = re.findall(r"^\| `(\{.*?\})` \|", page.split("| from us | |")[0], re.MULTILINE)
    examples = [re.sub(r'"…"', '"c-000001"', example).replace("up_…", "up_1") for example in sent]
    assert [type(read_frame(example)) for example in examples] == [
        Hello,
        Msg,
        Typing,
        Delivered,
        Read,
        Ping,
    ]
