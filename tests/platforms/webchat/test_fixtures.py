"""Every fixture of web chat: a body parses to its events, a content renders to its frame."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from domain.content import MessageContent
from platforms.base import OutboundMessage, WebhookRequest
from platforms.webchat.platform import Webchat
from tests.platforms.webchat.harness import ACCOUNT, MESSAGE_ID

HERE = Path(__file__).parent
INBOUND = sorted(
    path for path in (HERE / "inbound").glob("*.json") if not path.name.endswith(".expected.json")
)
OUTBOUND = sorted((HERE / "outbound").glob("*.json"))
_CONTENT: TypeAdapter[MessageContent] = TypeAdapter(MessageContent)


def load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", INBOUND, ids=lambda path: path.stem)
def test_a_body_parses_to_its_events(path: Path) -> None:
    events = Webchat().parse(WebhookRequest(body=path.read_bytes()))
    shown = [event.model_dump(mode="json", exclude_none=True) for event in events]
    assert shown == load(path.with_suffix(".expected.json"))


@pytest.mark.parametrize("path", OUTBOUND, ids=lambda path: path.stem)
def test_a_content_renders_to_its_frame(path: Path) -> None:
    case = load(path)
    message = OutboundMessage(
        id=MESSAGE_ID,
        address=case["address"],
        content=_CONTENT.validate_python(case["content"]),
        reply_to=case.get("reply_to"),
    )
    assert Webchat().render(message, ACCOUNT).masked(ACCOUNT.secrets()) == case["request"]
