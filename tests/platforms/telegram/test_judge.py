"""python-telegram-bot as a judge: it reads the updates that we read, and would send what we send."""

import json
from pathlib import Path
from typing import Any

import pytest

from domain.content import ContactsContent, LocationContent, MediaContent, TextContent
from domain.events import InboundEvent
from platforms.base import OutboundRequest, WebhookRequest
from platforms.telegram.platform import Telegram
from tests.platforms.contract import bodies, harness, load, message_of, outbound_cases
from tests.platforms.telegram.harness import ACCOUNT

telegram: Any = pytest.importorskip("telegram")
requests: Any = pytest.importorskip("telegram.request")


def updates(path: Path) -> list[Any]:
    """What the library makes of a body; nothing where it cannot read it."""
    body = load(path)
    several = body.get("result") if isinstance(body, dict) else body
    given = several if isinstance(several, list) else [body]
    try:
        return [telegram.Update.de_json(each, None) for each in given]
    except (KeyError, TypeError, ValueError, AttributeError, telegram.error.TelegramError):
        return []


def events_of(path: Path) -> list[InboundEvent]:
    return Telegram().parse(WebhookRequest(body=path.read_bytes()))


SAID = [
    (path, update, event)
    for path in bodies("telegram")
    for update, event in zip(updates(path), events_of(path), strict=False)
    if event.kind in {"message", "edit"} and not update.callback_query and update.effective_message
]
names = [path.stem for path, _, _ in SAID]


def test_it_reads_enough_of_our_fixtures() -> None:
    assert len(SAID) > 25


@pytest.mark.parametrize(("path", "update", "event"), SAID, ids=names)
def test_who_wrote_what_when_and_where(path: Path, update: Any, event: InboundEvent) -> None:
    message = update.effective_message
    own = f"{message.chat.id}:{message.message_id}"
    assert own in {event.external_id, event.target_external_id}
    if event.kind == "message":
        assert event.sent_at == message.date
    stands_for_itself = message.from_user and not message.sender_chat and not event.echo
    if event.sender and event.sender.user_id and stands_for_itself:
        assert event.sender.user_id == str(message.from_user.id)
        assert event.sender.name == message.from_user.full_name
        assert event.sender.username == message.from_user.username
    if event.reply_to and message.reply_to_message:
        assert event.reply_to == f"{message.chat.id}:{message.reply_to_message.message_id}"


def largest(attachment: Any) -> Any:
    """Of the sizes of a picture, the one with the most of it."""
    if isinstance(attachment, tuple):
        return max(attachment, key=lambda size: size.width * size.height)
    return attachment


WITH_FILES = [case for case in SAID if isinstance(case[2].content, MediaContent)]


@pytest.mark.parametrize(
    ("path", "update", "event"), WITH_FILES, ids=[path.stem for path, _, _ in WITH_FILES]
)
def test_files_are_the_same(path: Path, update: Any, event: InboundEvent) -> None:
    content, message = event.content, update.effective_message
    # Of a live photo we take the still.
    file = largest(message.photo or message.effective_attachment)
    assert isinstance(content, MediaContent)
    if not hasattr(file, "file_id"):
        pytest.skip(f"{path.stem}: it does not know this kind")
    assert content.media.id == file.file_id
    assert content.media.size == file.file_size
    assert content.caption == update.effective_message.caption
    assert content.voice == isinstance(file, telegram.Voice)


def test_words_places_and_people_are_the_same() -> None:
    for _, update, event in SAID:
        message, content = update.effective_message, event.content
        if isinstance(content, TextContent) and message.text:
            assert content.text == message.text
        if isinstance(content, LocationContent):
            place = message.location or message.venue.location
            assert (content.latitude, content.longitude) == (place.latitude, place.longitude)
        if isinstance(content, ContactsContent) and message.contact:
            assert message.contact.phone_number in content.contacts[0].phones


def test_what_was_pressed_is_the_same() -> None:
    pressed = 0
    for path in bodies("telegram"):
        for update, event in zip(updates(path), events_of(path), strict=False):
            if update.callback_query and event.kind == "message":
                pressed += 1
                assert getattr(event.content, "id", None) == update.callback_query.data
                assert event.details
                assert event.details["callback_query_id"] == update.callback_query.id
    assert pressed


class Recorder(requests.BaseRequest):  # type: ignore[misc]  # the judge is not typed here
    """Keeps what the library would send, and answers as if it had been."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any], set[str]]] = []

    @property
    def read_timeout(self) -> float:
        return 1

    async def initialize(self) -> None: ...

    async def shutdown(self) -> None: ...

    async def do_request(self, url: str, method: str, request_data: Any = None, **_: Any) -> Any:
        data = request_data.json_parameters
        files = {*(request_data.multipart_data or {})}
        self.sent.append((url, data, files))
        chat = {"id": 1, "type": "private", "first_name": "R"}
        answer = {"ok": True, "result": {"message_id": 1, "date": 1, "chat": chat}}
        return 200, json.dumps(answer).encode()


METHODS = {
    "sendMessage": "send_message",
    "sendPhoto": "send_photo",
    "sendAnimation": "send_animation",
    "sendVideo": "send_video",
    "sendAudio": "send_audio",
    "sendVoice": "send_voice",
    "sendDocument": "send_document",
    "sendSticker": "send_sticker",
    "sendLocation": "send_location",
    "sendVenue": "send_venue",
    "sendContact": "send_contact",
}
NESTED = {"reply_markup": "InlineKeyboardMarkup", "reply_parameters": "ReplyParameters"}


def parameters(request: OutboundRequest) -> dict[str, Any]:
    """Ours, each as a form has it: texts as they are, everything else as JSON."""
    given = request.json_body or request.form or {}
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in given.items()
    }


async def theirs(request: OutboundRequest) -> tuple[str, dict[str, Any], set[str]]:
    """What the library sends when its method is called with our values as its own objects."""
    values: dict[str, Any] = {}
    for name, text in parameters(request).items():
        model = NESTED.get(name)
        values[name] = getattr(telegram, model).de_json(json.loads(text), None) if model else text
    for name in ("chat_id", "message_thread_id"):
        if name in values:
            values[name] = int(values[name])
    for name in ("latitude", "longitude"):
        if name in values:
            values[name] = float(values[name])
    if request.file:
        values[request.file.field] = telegram.InputFile(b"x", request.file.filename)
    recorder = Recorder()
    bot = telegram.Bot(ACCOUNT.token.get_secret_value(), request=recorder)
    bot._request = (recorder, recorder)
    await getattr(bot, METHODS[request.url.rsplit("/", 1)[-1]])(**values)
    (sent,) = recorder.sent
    return sent


CASES = outbound_cases("telegram")


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
async def test_it_sends_the_same_request(case: dict[str, Any]) -> None:
    spoken = harness("telegram")
    request = spoken.platform.render(message_of(case), spoken.account)
    url, sent, files = await theirs(request)
    assert url == request.url
    ours = parameters(request)
    assert {name: _plain(value) for name, value in sent.items()} == {
        name: _plain(value) for name, value in ours.items()
    }
    assert files == ({request.file.field} if request.file else set())


def _plain(text: str) -> Any:
    """JSON is the same however it is spaced."""
    try:
        return json.loads(text)
    except ValueError:
        return text
