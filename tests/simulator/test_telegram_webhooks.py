"""The simulated Telegram posts updates with the secret header, in the shapes the Bot API documents."""

import base64
from typing import Any

import pytest

from simulator.client import SimulatorError
from simulator.schemas import Post
from tests.simulator.harness import BOT_ID, BOT_SECRET, CHAT, World


def last_update(sim: World) -> dict[str, Any]:
    received = sim.receiver.received[-1]
    assert received.path == "/hooks/telegram"
    assert received.headers["x-telegram-bot-api-secret-token"] == BOT_SECRET
    update: dict[str, Any] = received.json
    assert len(update) == 2
    return update


async def test_a_text_is_an_update_with_the_secret(sim: World) -> None:
    said = await sim.tell_bot("olá 😀", name="Ana")
    message = last_update(sim)["message"]
    assert (said.external_id, said.contact) == ("1", CHAT)
    assert (message["message_id"], message["text"]) == (1, "olá 😀")
    assert message["from"] == {"id": int(CHAT), "is_bot": False, "first_name": "Ana"}
    assert message["chat"] == {"id": int(CHAT), "type": "private", "first_name": "Ana"}


async def test_update_numbers_grow_for_each_bot_and_message_numbers_for_each_chat(
    sim: World,
) -> None:
    await sim.tell_bot("um")
    await sim.tell_bot("dois", **{"from": "77"})
    await sim.tell_bot("tres")
    updates = [request.json for request in sim.receiver.received]
    assert [update["update_id"] for update in updates] == [1, 2, 3]
    assert [update["message"]["message_id"] for update in updates] == [1, 1, 2]


async def test_a_command_has_its_entity(sim: World) -> None:
    await sim.tell_bot("/start promo-7")
    message = last_update(sim)["message"]
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


async def test_a_press_carries_the_message_that_offered_it_and_can_be_answered_once_known(
    open_sim: World,
) -> None:
    markup = {"inline_keyboard": [[{"text": "Sim", "callback_data": "s"}]]}
    sent = (await open_sim.send_bot(text="Quer?", reply_markup=markup)).json()["result"]
    await open_sim.send_bot(text="Pense bem.")
    said = await open_sim.tell_bot(choice={"id": "s"})
    query = last_update(open_sim)["callback_query"]
    assert (query["id"], query["data"]) == (said.external_id, "s")
    assert query["from"]["id"] == int(CHAT)
    assert query["message"] == sent
    answer = {"callback_query_id": query["id"]}
    response = await open_sim.call_bot("answerCallbackQuery", json=answer)
    assert response.json() == {"ok": True, "result": True}


async def test_a_press_on_a_forgotten_message_is_inaccessible(sim: World) -> None:
    await sim.tell_bot(choice={"id": "old"})
    message = last_update(sim)["callback_query"]["message"]
    assert (message["date"], message["chat"]["id"]) == (0, int(CHAT))


@pytest.mark.parametrize(
    ("media", "key"),
    [
        ({"type": "image", "caption": "Bolo"}, "photo"),
        ({"type": "document", "filename": "nota.pdf"}, "document"),
        ({"type": "video"}, "video"),
        ({"type": "audio"}, "audio"),
        ({"type": "audio", "voice": True}, "voice"),
        ({"type": "sticker"}, "sticker"),
    ],
)
async def test_a_file_can_be_fetched_by_the_bot(
    sim: World, media: dict[str, Any], key: str
) -> None:
    content = base64.b64encode(b"some bytes").decode()
    await sim.tell_bot(media={**media, "content_base64": content})
    message = last_update(sim)["message"]
    assert message.get("caption") == media.get("caption")
    file = message[key][-1] if key == "photo" else message[key]
    found = (await sim.call_bot("getFile", json={"file_id": file["file_id"]})).json()["result"]
    url = f"{sim.control.telegram_url}/file/bot7300000001:AAtest-token/{found['file_path']}"
    assert (await sim.http.get(url)).content == b"some bytes"


async def test_a_raw_message_is_posted_in_its_own_shape(sim: World) -> None:
    await sim.tell_bot(raw={"dice": {"emoji": "🎲", "value": 4}})
    assert last_update(sim)["message"]["dice"] == {"emoji": "🎲", "value": 4}


async def test_any_update_can_be_posted_and_makes_its_chat_known(sim: World) -> None:
    message = {"message_id": 41, "date": 1, "chat": {"id": 555, "type": "private"}, "text": "oi"}
    update = {"update_id": 9, "message": message}
    posted = await sim.control.post(Post(platform="telegram", account=BOT_ID, body=update))
    assert posted.accepted
    assert last_update(sim) == update
    sent = (await sim.send_bot(text="olá", chat_id=555)).json()["result"]
    assert sent["message_id"] == 42


async def test_a_bot_gets_only_what_it_asked_for(sim: World) -> None:
    allowed = {"url": f"{sim.receiver.url}/hooks/telegram", "allowed_updates": ["callback_query"]}
    await sim.call_bot("setWebhook", json=allowed)
    said = await sim.tell_bot("oi")
    assert (said.accepted, said.deliveries, said.error) == (
        False,
        0,
        "the account asked for no such event",
    )
    assert (await sim.tell_bot(choice={"id": "a"})).accepted


async def test_without_a_webhook_nothing_is_delivered(sim: World) -> None:
    assert (await sim.call_bot("deleteWebhook")).json() == {"ok": True, "result": True}
    said = await sim.tell_bot("oi", attempts=1)
    assert (said.accepted, said.error) == (False, "no webhook is set")
    assert (await sim.call_bot("getWebhookInfo")).json()["result"]["url"] == ""


async def test_a_customer_is_a_number(sim: World) -> None:
    with pytest.raises(SimulatorError, match="422"):
        await sim.tell_bot("oi", **{"from": "ana"})
