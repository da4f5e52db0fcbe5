"""The simulated Bot API takes every documented send and side call, however it is encoded."""

import json
from typing import Any

from tests.simulator.harness import BOT_ID, CHAT, World

PICTURE = "https://files.example.com/bolo.jpg"
ACCEPTED: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "text": ("sendMessage", {"text": "x" * 4096}, "text", "x" * 4096),
    "markup does not count": (
        "sendMessage", {"text": "<b>" + "x" * 4096 + "</b>", "parse_mode": "HTML"}, "text", "x" * 4096,
    ),
    "photo": ("sendPhoto", {"photo": PICTURE, "caption": "Bolo"}, "photo", "Bolo"),
    "document": ("sendDocument", {"document": "https://files.example.com/a.pdf"}, "document", ""),
    "video": ("sendVideo", {"video": "https://files.example.com/a.mp4"}, "video", ""),
    "audio": ("sendAudio", {"audio": "https://files.example.com/a.mp3"}, "audio", ""),
    "voice": ("sendVoice", {"voice": "https://files.example.com/a.ogg"}, "voice", ""),
    "animation": ("sendAnimation", {"animation": "https://files.example.com/a.gif"}, "animation", ""),
    "sticker": ("sendSticker", {"sticker": "https://files.example.com/a.webp"}, "sticker", ""),
    "location": ("sendLocation", {"latitude": -23.5, "longitude": "-46.6"}, "location", "-23.5, -46.6"),
    "venue": (
        "sendVenue",
        {"latitude": 1, "longitude": 2, "title": "Padaria", "address": "Rua 1"},
        "venue", "Padaria, Rua 1",
    ),
    "contact": (
        "sendContact", {"phone_number": "+551130304041", "first_name": "Ana", "last_name": "Lima"},
        "contact", "Ana Lima",
    ),
    "upper-case method": ("SENDMESSAGE", {"text": "oi"}, "text", "oi"),
}  # fmt: skip


async def test_every_documented_send_is_accepted_and_described(open_sim: World) -> None:
    numbers = []
    for name, (method, params, kind, text) in ACCEPTED.items():
        response = await open_sim.send_bot(method, **params)
        assert response.status_code == 200, (name, response.text)
        result = response.json()["result"]
        entry = (await open_sim.control.ledger())[-1]
        assert (entry.type, entry.text, entry.to) == (kind, text, CHAT), name
        assert (entry.platform, entry.account, entry.reference) == ("telegram", BOT_ID, None)
        assert entry.external_id == str(result["message_id"])
        assert kind in result
        assert (result["from"]["id"], result["chat"]["id"]) == (int(BOT_ID), int(CHAT))
        numbers.append(result["message_id"])
    assert numbers == list(range(2, 2 + len(ACCEPTED)))  # the customer's own message was 1


async def test_json_form_query_and_multipart_say_the_same(open_sim: World) -> None:
    markup = {"inline_keyboard": [[{"text": "Sim", "callback_data": "s"}]]}
    flat = {"chat_id": CHAT, "text": "oi", "reply_markup": json.dumps(markup)}
    parts = {
        "chat_id": (None, CHAT),
        "text": (None, "oi"),
        "reply_markup": (None, json.dumps(markup)),
    }
    ways: list[dict[str, Any]] = [
        {"json": {"chat_id": int(CHAT), "text": "oi", "reply_markup": markup}},
        {"data": flat},
        {"params": flat},
        {"files": parts},
    ]
    for how in ways:
        response = await open_sim.call_bot("sendMessage", **how)
        assert response.json()["result"]["reply_markup"] == markup
    for entry in await open_sim.control.ledger():
        assert [(option.id, option.title) for option in entry.options] == [("s", "Sim")]
        assert entry.request["reply_markup"] == markup


async def test_options_of_both_keyboards_and_links_are_listed(open_sim: World) -> None:
    link = {"text": "Site", "url": "https://loja.example.com"}
    await open_sim.send_bot(text="a", reply_markup={"inline_keyboard": [[link]]})
    plain = {"keyboard": [["Sim", {"text": "Não"}]], "resize_keyboard": True}
    await open_sim.send_bot(text="b", reply_markup=plain)
    await open_sim.send_bot(text="c", reply_markup={"remove_keyboard": True})
    shown = [[option.id for option in entry.options] for entry in await open_sim.control.ledger()]
    assert shown == [["https://loja.example.com"], ["Sim", "Não"], []]


async def test_an_uploaded_file_is_described_kept_and_sent_again(open_sim: World) -> None:
    content = b"\x89PNG\r\n\x1a\n" + b"1" * 32
    files = {"photo": ("bolo.png", content, "image/png")}
    data = {"chat_id": CHAT, "caption": "<i>Bolo</i>", "parse_mode": "HTML"}
    message = (await open_sim.call_bot("sendPhoto", data=data, files=files)).json()["result"]
    assert message["caption"] == "Bolo"
    (entry,) = await open_sim.control.ledger()
    described = {"filename": "bolo.png", "mime_type": "image/png", "size": len(content)}
    assert entry.request["photo"] == described

    file_id = message["photo"][-1]["file_id"]
    assert (await open_sim.send_bot("sendPhoto", photo=file_id)).status_code == 200
    found = (await open_sim.call_bot("getFile", json={"file_id": file_id})).json()["result"]
    url = f"{open_sim.control.telegram_url}/file/bot7300000001:AAtest-token/{found['file_path']}"
    assert (await open_sim.http.get(url)).content == content


async def test_an_attached_file_may_have_any_name(open_sim: World) -> None:
    files = {"doc1": ("nota.pdf", b"%PDF", "application/pdf")}
    data = {"chat_id": CHAT, "document": "attach://doc1"}
    response = await open_sim.call_bot("sendDocument", data=data, files=files)
    assert response.json()["result"]["document"]["file_name"] == "nota.pdf"


async def test_a_reply_may_quote_what_exists_or_go_without(open_sim: World) -> None:
    for reply in ({"message_id": 1}, {"message_id": 999, "allow_sending_without_reply": True}):
        assert (await open_sim.send_bot(text="oi", reply_parameters=reply)).status_code == 200


async def test_get_me_names_the_bot(sim: World) -> None:
    me = (await sim.call_bot("getMe")).json()["result"]
    assert (me["id"], me["is_bot"], me["username"]) == (int(BOT_ID), True, "padaria_bot")


async def test_typing_is_no_message(open_sim: World) -> None:
    response = await open_sim.send_bot("sendChatAction", action="typing")
    assert response.json() == {"ok": True, "result": True}
    assert await open_sim.control.ledger() == []


async def test_a_text_can_be_edited_but_not_into_itself(open_sim: World) -> None:
    markup = {"inline_keyboard": [[{"text": "Sim", "callback_data": "s"}]]}
    sent = (await open_sim.send_bot(text="antes", reply_markup=markup)).json()["result"]
    number = sent["message_id"]
    edited = await open_sim.send_bot("editMessageText", message_id=number, text="depois")
    result = edited.json()["result"]
    assert (result["text"], "edit_date" in result, "reply_markup" in result) == (
        "depois",
        True,
        False,
    )
    again = await open_sim.send_bot("editMessageText", message_id=number, text="depois")
    assert again.json()["description"].startswith("Bad Request: message is not modified")
    assert len(await open_sim.control.ledger()) == 1
