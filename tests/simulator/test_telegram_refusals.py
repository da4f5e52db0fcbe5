"""The simulated Bot API refuses what the real one refuses, in its words."""

import json
from typing import Any

import pytest

from simulator.schemas import ContactChange
from tests.simulator.harness import BOT_ID, CHAT, World


def keyboard(**button: Any) -> dict[str, Any]:
    return {"text": "oi", "reply_markup": {"inline_keyboard": [[{"text": "A", **button}]]}}


REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "no text": ("sendMessage", {}, "message text is empty"),
    "blank text": ("sendMessage", {"text": " \n "}, "message text is empty"),
    "only markup": ("sendMessage", {"text": "<b></b>", "parse_mode": "HTML"}, "text is empty"),
    "text too long": ("sendMessage", {"text": "x" * 4097}, "message is too long"),
    "unknown mode": ("sendMessage", {"text": "x", "parse_mode": "BBCode"}, "unsupported parse_mode"),
    "open tag": ("sendMessage", {"text": "<b>x", "parse_mode": "HTML"}, "can't parse entities"),
    "unescaped dot": (
        "sendMessage", {"text": "x.", "parse_mode": "MarkdownV2"}, "Character '.' is reserved",
    ),
    "data too long": ("sendMessage", keyboard(callback_data="x" * 65), "BUTTON_DATA_INVALID"),
    "data too many bytes": ("sendMessage", keyboard(callback_data="ã" * 33), "BUTTON_DATA_INVALID"),
    "data empty": ("sendMessage", keyboard(callback_data=""), "BUTTON_DATA_INVALID"),
    "host without a dot": ("sendMessage", keyboard(url="http://localhost/a"), "Wrong HTTP URL"),
    "other protocol": ("sendMessage", keyboard(url="mailto:a@b.example"), "Unsupported URL protocol"),
    "button without action": ("sendMessage", keyboard(), "Text buttons are unallowed"),
    "button with two actions": (
        "sendMessage", keyboard(callback_data="a", url="https://a.example"), "exactly one action",
    ),
    "button without text": (
        "sendMessage", {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": ""}]]}},
        "non-empty String",
    ),
    "keyboard is no list of rows": (
        "sendMessage", {"text": "x", "reply_markup": {"inline_keyboard": [{"text": "A"}]}},
        "Array of Array",
    ),
    "too many buttons": (
        "sendMessage",
        {"text": "x", "reply_markup": {"keyboard": [[str(n) for n in range(101)]]}},
        "reply markup is too long",
    ),
    "markup is no JSON": ("sendMessage", {"text": "x", "reply_markup": "{"}, "can't parse"),
    "unknown markup": ("sendMessage", {"text": "x", "reply_markup": {"rows": []}}, "object expected"),
    "quoted message unknown": (
        "sendMessage", {"text": "x", "reply_parameters": {"message_id": 999}},
        "message to be replied not found",
    ),
    "unknown chat": ("sendMessage", {"text": "x", "chat_id": 404}, "chat not found"),
    "no chat": ("sendMessage", {"text": "x", "chat_id": None}, "chat_id is empty"),
    "no photo": ("sendPhoto", {}, "there is no photo in the request"),
    "photo not attached": ("sendPhoto", {"photo": "attach://a"}, "there is no photo in the request"),
    "unknown file": ("sendDocument", {"document": "AgACnope"}, "wrong file identifier"),
    "bad address": ("sendPhoto", {"photo": "https://nodot/a.jpg"}, "wrong HTTP URL specified"),
    "document of a wrong type by URL": (
        "sendDocument", {"document": "https://a.example/a.docx"}, "wrong type of the web page content",
    ),
    "caption too long": (
        "sendPhoto", {"photo": "https://a.example/a.jpg", "caption": "x" * 1025},
        "message caption is too long",
    ),
    "latitude": ("sendLocation", {"latitude": 91, "longitude": 0}, "wrong location"),
    "no longitude": ("sendLocation", {"latitude": 1}, "can't parse longitude"),
    "venue without address": (
        "sendVenue", {"latitude": 1, "longitude": 1, "title": "A"}, "venue address",
    ),
    "contact without name": ("sendContact", {"phone_number": "+1"}, "contact first name"),
    "vcard too long": (
        "sendContact", {"phone_number": "+1", "first_name": "A", "vcard": "x" * 2049}, "vCard",
    ),
    "unknown action": ("sendChatAction", {"action": "dancing"}, "wrong parameter action"),
    "unknown press": ("answerCallbackQuery", {"callback_query_id": "1"}, "query is too old"),
    "unknown message": ("editMessageText", {"text": "x", "message_id": 77}, "message to edit not found"),
    "no message": ("editMessageText", {"text": "x"}, "message identifier is not specified"),
    "unknown file id": ("getFile", {"file_id": "x"}, "invalid file_id"),
    "webhook without TLS": ("setWebhook", {"url": "http://a.example/h"}, "An HTTPS URL must be"),
    "secret with a space": (
        "setWebhook", {"url": "https://a.example/h", "secret_token": "a b"}, "unallowed characters",
    ),
}  # fmt: skip


async def test_malformed_calls_are_refused_in_the_bot_apis_words(open_sim: World) -> None:
    for name, (method, params, words) in REFUSED.items():
        response = await open_sim.send_bot(method, **params)
        body = response.json()
        assert (response.status_code, body["ok"], body["error_code"]) == (400, False, 400), name
        assert body["description"].startswith("Bad Request: "), name
        assert words in body["description"], (name, body)
    assert await open_sim.control.ledger() == []


async def test_a_wrong_token_is_unauthorized(sim: World) -> None:
    expected = {"ok": False, "error_code": 401, "description": "Unauthorized"}
    response = await sim.call_bot("getMe", token="1:wrong")
    assert (response.status_code, response.json()) == (401, expected)
    file = await sim.http.get(f"{sim.control.telegram_url}/file/bot1:wrong/files/x")
    assert (file.status_code, file.json()) == (401, expected)


@pytest.mark.parametrize("method", ["sendNothing", "getUpdates"])
async def test_an_unknown_method_is_not_found(sim: World, method: str) -> None:
    response = await sim.call_bot(method)
    expected = {"ok": False, "error_code": 404, "description": "Not Found"}
    assert (response.status_code, response.json()) == (404, expected)


async def test_who_never_wrote_cannot_be_written_to(sim: World) -> None:
    response = await sim.send_bot(text="oi")
    assert (response.status_code, response.json()["description"]) == (
        400,
        "Bad Request: chat not found",
    )
    await sim.tell_bot("/start")
    assert (await sim.send_bot(text="oi")).status_code == 200


async def test_who_blocked_the_bot_is_forbidden_until_they_write_again(open_sim: World) -> None:
    change = ContactChange(platform="telegram", account=BOT_ID, contact=CHAT, blocked=True)
    assert (await open_sim.control.change_contact(change)).error is None
    (received,) = await open_sim.receiver.count(1)
    membership = received.json["my_chat_member"]
    assert membership["new_chat_member"]["status"] == "kicked"
    response = await open_sim.send_bot(text="oi")
    assert (response.status_code, response.json()["description"]) == (
        403,
        "Forbidden: bot was blocked by the user",
    )
    await open_sim.tell_bot("voltei")
    assert (await open_sim.send_bot(text="oi")).status_code == 200


async def test_a_file_that_is_too_large_or_no_picture_is_refused(open_sim: World) -> None:
    large = {"photo": ("a.jpg", b"\xff\xd8\xff" + b"0" * (10 * 1024 * 1024), "image/jpeg")}
    response = await open_sim.call_bot("sendPhoto", data={"chat_id": CHAT}, files=large)
    assert (response.status_code, response.json()["description"]) == (
        413,
        "Request Entity Too Large",
    )
    text = {"photo": ("a.jpg", b"not a picture", "image/jpeg")}
    response = await open_sim.call_bot("sendPhoto", data={"chat_id": CHAT}, files=text)
    assert response.json()["description"] == "Bad Request: IMAGE_PROCESS_FAILED"


@pytest.mark.parametrize("raw", [b"{", b"[]", json.dumps("x").encode()])
async def test_a_body_that_is_no_object_is_refused(open_sim: World, raw: bytes) -> None:
    headers = {"content-type": "application/json"}
    response = await open_sim.call_bot("sendMessage", content=raw, headers=headers)
    assert response.status_code == 400
