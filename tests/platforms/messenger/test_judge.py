"""The best-known Python library of the Messenger Platform is asked whether it says the same as we do.

It is of 2019: its template classes no longer run, its buttons, cards, files, quick replies and its client do.
"""

import json
from typing import Any

import pytest

from domain.content import MessageContent
from platforms.base import WebhookRequest
from platforms.meta.messenger.platform import Messenger
from tests.platforms.contract import load, outbound_cases
from tests.platforms.messenger.support import ACCOUNT, CONTACT, HERE, outbound_message

fbmessenger = pytest.importorskip("fbmessenger")
attachments = pytest.importorskip("fbmessenger.attachments")
elements = pytest.importorskip("fbmessenger.elements")
quick_replies = pytest.importorskip("fbmessenger.quick_replies")
sender_actions = pytest.importorskip("fbmessenger.sender_actions")

OWN = {"metadata"}
"""What we add, and the library does not know."""


def ours(content: dict[str, Any]) -> dict[str, Any]:
    request = Messenger().render(outbound_message(content), ACCOUNT)
    message = (request.json_body or {})["message"]
    return {key: value for key, value in message.items() if key not in OWN}


def button(given: dict[str, Any]) -> Any:
    kind = "web_url" if given.get("url") else "postback"
    payload = None if given.get("url") else given["id"]
    return elements.Button(kind, title=given["title"], url=given.get("url"), payload=payload)


FILES = {"image": "Image", "video": "Video", "audio": "Audio", "document": "File"}


@pytest.mark.parametrize("kind", FILES)
def test_files(kind: str) -> None:
    model = getattr(attachments, FILES[kind])
    url = "https://loja.example/a"
    assert ours({"type": kind, "media": {"url": url}}) == model(url=url).to_dict()
    assert ours({"type": kind, "media": {"id": "77"}}) == model(attachment_id="77").to_dict()


BUTTONS = [
    {"id": "sim", "title": "Sim"},
    {"id": "site", "title": "Ver", "url": "https://loja.example/"},
]


def test_buttons_and_cards() -> None:
    theirs = [button(each).to_dict() for each in BUTTONS]
    said = ours({"type": "buttons", "text": "Qual?", "buttons": BUTTONS})
    assert said["attachment"]["payload"]["buttons"] == theirs
    picture = "https://loja.example/b.jpg"
    card = {"type": "card", "title": "Bolsa", "text": "R$ 149", "media": {"url": picture}}
    said = ours({**card, "buttons": BUTTONS})
    element = elements.Element(
        "Bolsa", subtitle="R$ 149", image_url=picture, buttons=[button(each) for each in BUTTONS]
    )
    assert said["attachment"]["payload"]["elements"] == [element.to_dict()]


def test_quick_replies() -> None:
    options = [{"id": f"o{n}", "title": f"Opção {n}"} for n in range(5)]
    replies = [quick_replies.QuickReply(title=o["title"], payload=o["id"]) for o in options]
    text = elements.Text("Qual?", quick_replies=quick_replies.QuickReplies(replies))
    assert ours({"type": "buttons", "text": "Qual?", "buttons": options}) == text.to_dict()


class Recorder:
    """Stands in for the library's session and keeps what it would have posted."""

    def __init__(self) -> None:
        self.sent: dict[str, Any] = {}

    def post(self, url: str, **call: Any) -> "Recorder":
        self.sent = {"url": url, **call}
        return self

    def json(self) -> dict[str, Any]:
        return {}


def test_the_whole_request() -> None:
    recorder = Recorder()
    client = fbmessenger.MessengerClient("token", session=recorder)
    client.send(elements.Text("oi").to_dict(), CONTACT)
    theirs = {key: value for key, value in recorder.sent["json"].items() if "notif" not in key}
    request = Messenger().render(outbound_message({"type": "text", "text": "oi"}), ACCOUNT)
    said = dict(request.json_body or {})
    assert {**said, "message": ours({"type": "text", "text": "oi"})} == theirs
    client.send({}, CONTACT, messaging_type="MESSAGE_TAG", tag="HUMAN_AGENT")
    answer = outbound_message({"type": "text", "text": "oi"}, late=True)
    late = Messenger().render(answer, ACCOUNT).json_body
    assert late
    assert {key: late[key] for key in ("messaging_type", "tag")} == {
        key: recorder.sent["json"][key] for key in ("messaging_type", "tag")
    }


@pytest.mark.parametrize("action", ["mark_seen", "typing_on"])
def test_its_actions_are_ours(action: str) -> None:
    assert sender_actions.SenderAction(action).to_dict() == action


KINDS = {
    "account_linking": {"identity"},
    "delivery": {"receipt"},
    "message": {"message", "delete", "ignored"},
    "optin": {"preference"},
    "postback": {"message", "ignored"},
    "read": {"read", "ignored"},
}
"""Which of the library's handlers is called -> what we make of the same item."""


Handlers = type(
    "Handlers",
    (fbmessenger.BaseMessenger,),
    {name: lambda self, item, told=name: told for name in KINDS},
)
"""Each handler tells its own name."""


def test_both_read_the_same_kind_of_item() -> None:
    asked = 0
    for path in sorted((HERE / "inbound").glob("*.json")):
        body = load(path)
        if ".expected" in path.name or not isinstance(body, dict):
            continue
        for entry in body.get("entry", []):
            items = entry.get("messaging", []) if isinstance(entry, dict) else []
            for item in (each for each in items if isinstance(each, dict)):
                alone = {"object": "page", "entry": [{**entry, "messaging": [item], "changes": []}]}
                handler = Handlers("token").handle(alone)
                raw = json.dumps(alone).encode()
                events = Messenger().parse(WebhookRequest(body=raw))
                if handler:
                    asked += 1
                    assert {event.kind for event in events} <= KINDS[handler], path.name
    assert asked > 50


def test_every_title_and_payload_is_within_its_limits(caplog: pytest.LogCaptureFixture) -> None:
    for case in outbound_cases("messenger"):
        content: MessageContent = outbound_message(case["content"]).content
        for given in getattr(content, "buttons", None) or []:
            if not isinstance(given, str | None):
                button(given.model_dump())
    assert caplog.text == ""
