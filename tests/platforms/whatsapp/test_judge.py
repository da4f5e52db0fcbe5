"""pywa as a judge: it reads the webhooks that we read, proves them as we do, and would send what we send."""

import json
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.content import (
    ButtonsContent,
    ChoiceContent,
    ContactsContent,
    ListContent,
    LocationContent,
    MediaContent,
    MediaRef,
    TextContent,
)
from domain.errors import PayloadUnreadable
from domain.events import InboundEvent
from platforms.base import OutboundMessage, WebhookRequest
from platforms.meta import graph
from platforms.meta.whatsapp.platform import WhatsApp
from tests.platforms.contract import bodies, harness, load, message_of, outbound_cases
from tests.platforms.whatsapp.support import ACCOUNT, accepted

pywa: Any = pytest.importorskip("pywa")
types: Any = pytest.importorskip("pywa.types")
others: Any = pytest.importorskip("pywa.types.others")
utils: Any = pytest.importorskip("pywa.utils")

SENT: list[httpx.Request] = []


def _answer(request: httpx.Request) -> httpx.Response:
    SENT.append(request)
    return accepted()


CLIENT = pywa.WhatsApp(
    phone_id=ACCOUNT.phone_number_id,
    token=ACCOUNT.access_token.get_secret_value(),
    session=httpx.Client(transport=httpx.MockTransport(_answer)),
)


def _contacts(value: Any) -> list[dict[str, Any]]:
    """Those who wrote, wherever they stand in a body."""
    if isinstance(value, list):
        return [contact for item in value for contact in _contacts(item)]
    if not isinstance(value, dict):
        return []
    own = [contact for contact in value.get("contacts") or [] if "wa_id" in contact]
    return own + [contact for item in value.values() for contact in _contacts(item)]


def update(path: Path) -> Any:
    """What the library makes of a body, of which it reads the first message; None where it reads none."""
    body = load(path)
    for contact in _contacts(body):
        contact.setdefault(
            "user_id", "BR.1"
        )  # it insists on the new id, which not every body has yet
    for reader in (types.Message, types.CallbackButton, types.CallbackSelection):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # it warns of what it does not know
                read = reader.from_update(CLIENT, body)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError):
            continue
        # A press is a message too, in which it finds nothing.
        if reader is not types.Message or read.type not in {"interactive", "button"}:
            return read
    return None


def first(path: Path) -> InboundEvent | None:
    try:
        events = WhatsApp().parse(WebhookRequest(body=path.read_bytes()))
    except PayloadUnreadable:
        return None
    return next((event for event in events if event.kind in {"message", "reaction"}), None)


READ = [
    (path.stem, theirs, ours)
    for path in bodies("whatsapp")
    if (theirs := update(path)) and (ours := first(path))
]


def test_it_reads_enough_of_our_fixtures() -> None:
    assert len(READ) >= 20


def _file(content: MediaContent, theirs: Any) -> None:
    kind = content.type
    file = getattr(theirs, kind)
    if file is None:
        pytest.skip("it does not know the old type `voice`")
    assert (content.media.id, content.media.mime_type) == (file.id, file.mime_type)
    assert content.caption == theirs.caption
    if kind == "audio":
        assert content.voice == bool(file.voice)
    if kind == "document":
        assert content.media.filename == file.filename


def _choice(content: ChoiceContent, theirs: Any) -> None:
    if hasattr(theirs, "data"):
        assert (content.id, content.title) == (theirs.data, theirs.title)


def _place(content: LocationContent, theirs: Any) -> None:
    place = theirs.location
    assert (content.latitude, content.longitude) == (place.latitude, place.longitude)
    assert (content.name, content.address) == (place.name, place.address)


def _people(content: ContactsContent, theirs: Any) -> None:
    for ours, card in zip(content.contacts, theirs.contacts, strict=True):
        assert ours.name == card.name.formatted_name
        assert ours.phones == [each.phone or each.wa_id for each in card.phones]


def _text(content: TextContent, theirs: Any) -> None:
    assert content.text == theirs.text


SAME: dict[type, Callable[[Any, Any], None]] = {
    TextContent: _text,
    MediaContent: _file,
    ChoiceContent: _choice,
    LocationContent: _place,
    ContactsContent: _people,
}


@pytest.mark.parametrize(("name", "theirs", "ours"), READ, ids=[name for name, _, _ in READ])
def test_it_reads_the_same(name: str, theirs: Any, ours: InboundEvent) -> None:
    assert ours.account == theirs.metadata.phone_number_id
    assert ours.sent_at == theirs.timestamp
    assert ours.external_id == theirs.id
    if ours.sender and theirs.from_user and ours.sender.name:
        assert ours.sender.name == theirs.from_user.name
    if ours.kind == "reaction":
        assert (ours.emoji, ours.target_external_id) == (
            theirs.reaction.emoji or None,
            theirs.reaction.message_id,
        )
    if ours.reply_to and theirs.reply_to_message:
        assert ours.reply_to == theirs.reply_to_message.id
    if compare := SAME.get(type(ours.content)):
        compare(ours.content, theirs)


@pytest.mark.parametrize("body", [b"{}", '{"a": "é 😀"}'.encode()])
def test_a_signature_is_good_for_both(body: bytes) -> None:
    secret = ACCOUNT.app_secret.get_secret_value()
    signed = graph.sign(body, secret)
    assert utils.webhook_updates_validator(secret, body, signed)
    assert not utils.webhook_updates_validator(secret, body + b" ", signed)


def _source(media: MediaRef) -> str | None:
    return media.id or media.url


def _buttons(content: ButtonsContent) -> Any:
    (first_button, *_) = content.buttons
    if first_button.url:
        return types.URLButton(first_button.title, first_button.url)
    return [types.Button(button.title, button.id) for button in content.buttons]


def _sections(content: ListContent) -> Any:
    sections = [
        types.Section(
            section.title, [types.SectionRow(r.title, r.id, r.description) for r in section.rows]
        )
        for section in content.sections
    ]
    return types.SectionList(content.button, sections)


def _card(content: ContactsContent) -> Any:
    return [
        types.Contact(
            name=types.Contact.Name(formatted_name=card.name, first_name=card.name),
            phones=[types.Contact.Phone(phone=phone) for phone in card.phones],
            emails=[types.Contact.Email(email=email) for email in card.emails],
        )
        for card in content.contacts
    ]


def send(message: OutboundMessage) -> bool:
    """Have the library send the same; False where it has no call of that kind."""
    content: Any = message.content
    how = {"to": "+5511955500101", "tracker": message.id, "reply_to_message_id": message.reply_to}
    if isinstance(content, TextContent):
        CLIENT.send_message(text=content.text, preview_url="https://" in content.text, **how)
    elif isinstance(content, ButtonsContent):
        CLIENT.send_message(
            text=content.text, footer=content.footer, buttons=_buttons(content), **how
        )
    elif isinstance(content, ListContent):
        CLIENT.send_message(
            text=content.text, footer=content.footer, buttons=_sections(content), **how
        )
    elif isinstance(content, LocationContent):
        CLIENT.send_location(
            latitude=content.latitude,
            longitude=content.longitude,
            name=content.name,
            address=content.address,
            **how,
        )
    elif isinstance(content, ContactsContent):
        CLIENT.send_contact(contact=_card(content), **how)
    else:
        return isinstance(content, MediaContent) and _send_file(content, how)
    return True


def _send_file(content: MediaContent, how: dict[str, Any]) -> bool:
    source = _source(content.media)
    if source is None:
        return False
    how = {**how, content.type: source}
    if content.type == "audio":
        voice = (content.media.mime_type or "").startswith("audio/ogg") and content.voice
        CLIENT.send_audio(is_voice=voice or None, **how)
    elif content.type == "sticker":
        CLIENT.send_sticker(**how)
    elif content.type == "document":
        CLIENT.send_document(caption=content.caption, filename=content.media.filename, **how)
    else:
        getattr(CLIENT, f"send_{content.type}")(caption=content.caption, **how)
    return True


COMPARED = {
    *("text", "image", "video", "audio", "document", "sticker"),
    *("buttons", "list", "location", "contacts"),
}


def is_known(case: dict[str, Any]) -> bool:
    """Whether it can be asked for just that: we add a link to a text, a label to a list, a name to a file."""
    content = message_of(case).content
    if content.type not in COMPARED or case["address"].startswith("BR."):
        return False
    if isinstance(content, ButtonsContent):
        return len({bool(button.url) for button in content.buttons}) == 1
    if isinstance(content, ListContent):
        return bool(content.button) and all(section.title for section in content.sections)
    named = not isinstance(content, MediaContent) or content.media.filename
    return content.type != "document" or bool(named)


CASES = [case for case in outbound_cases("whatsapp") if is_known(case)]


def without_nothing(value: Any) -> Any:
    """Absent, null and an empty list are the same."""
    if isinstance(value, dict):
        return {
            name: without_nothing(item) for name, item in value.items() if item not in (None, [])
        }
    return [without_nothing(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_it_sends_the_same(case: dict[str, Any]) -> None:
    spoken = harness("whatsapp")
    message = message_of(case)
    request = spoken.platform.render(message, spoken.account)
    SENT.clear()
    if not send(message):
        pytest.skip("it uploads such a file first, in its own way")
    (sent,) = SENT
    assert sent.url.path.partition("/messages")[0].endswith(f"/{ACCOUNT.phone_number_id}")
    assert sent.headers["authorization"] == request.headers["Authorization"]
    assert without_nothing(json.loads(sent.content)) == without_nothing(request.json_body)
