"""Webhooks are redelivered until they are accepted: same body, in order where the platform keeps it."""

import asyncio

from simulator.background import Background
from simulator.deliver import Deliveries, Target, Webhook, new_client
from simulator.schemas import WhatsAppAccount
from tests.simulator.harness import (
    APP_SECRET,
    BOT_ID,
    PATIENCE,
    PHONE_ID,
    VERIFY_TOKEN,
    WA_TOKEN,
    Received,
    Receiver,
    World,
    serving,
)


def texts(received: list[Received]) -> list[str]:
    return [request.json["message"]["text"] for request in received]


def whatsapp_texts(received: list[Received]) -> list[str]:
    values = [request.json["entry"][0]["changes"][0]["value"] for request in received]
    return [value["messages"][0]["text"]["body"] for value in values]


async def test_a_webhook_is_redelivered_with_the_same_bytes_until_accepted(sim: World) -> None:
    sim.receiver.script = [503, 500, 302]
    said = await sim.say()
    assert (said.accepted, said.status, said.deliveries) == (True, 200, 4)
    assert len({request.body for request in sim.receiver.received}) == 1
    assert len({request.headers["x-hub-signature-256"] for request in sim.receiver.received}) == 1
    counts = await sim.control.deliveries()
    assert (counts.posted, counts.accepted, counts.redelivered, counts.pending) == (1, 1, 3, 0)


async def test_it_is_given_up_after_its_attempts(sim: World) -> None:
    sim.receiver.script = [500] * 5
    said = await sim.say(attempts=2)
    assert (said.accepted, said.status, said.deliveries) == (False, 500, 2)
    assert (await sim.control.deliveries()).given_up == 1


async def test_a_refused_connection_is_no_answer(sim: World) -> None:
    account = WhatsAppAccount(
        access_token=WA_TOKEN,
        app_secret=APP_SECRET,
        verify_token=VERIFY_TOKEN,
        webhook_url="http://127.0.0.1:9/nobody",
    )
    await sim.control.put_whatsapp_account(PHONE_ID, account)
    said = await sim.say(attempts=2)
    assert (said.accepted, said.status, said.deliveries) == (False, None, 2)
    assert said.error is not None
    assert said.error.startswith("ConnectError")
    assert not (await sim.control.verify_webhook(PHONE_ID)).verified


async def test_without_waiting_the_answer_comes_at_once(sim: World) -> None:
    sim.receiver.script = [500]
    said = await sim.say(wait=False)
    assert (said.accepted, said.status, said.deliveries) == (False, None, 0)
    assert said.external_id is not None
    received = await sim.receiver.count(2)
    assert [request.answered for request in received] == [500, 200]


async def test_telegram_keeps_a_chats_order_while_it_redelivers(sim: World) -> None:
    sim.receiver.script = [500, 500]
    for text in ("um", "dois", "tres"):
        await sim.tell_bot(text, wait=False)
    received = await sim.receiver.count(5)
    assert texts(received) == ["um", "um", "um", "dois", "tres"]


async def test_a_failing_chat_holds_up_no_other_chat(sim: World) -> None:
    sim.receiver.script = [500]
    await sim.tell_bot("meu", wait=False)
    await sim.receiver.count(1)
    await sim.tell_bot("outro", **{"from": "99"})
    assert texts(sim.receiver.received) == ["meu", "outro"]
    assert texts(await sim.receiver.count(3)) == ["meu", "outro", "meu"]


async def test_whatsapp_lets_later_messages_overtake_a_failing_one(sim: World) -> None:
    sim.receiver.script = [500]
    for text in ("um", "dois"):
        await sim.say(text, wait=False)
    received = await sim.receiver.count(3)
    assert whatsapp_texts(received) == ["um", "dois", "um"]


async def test_a_burst_is_first_posted_in_order(sim: World) -> None:
    await asyncio.gather(*[sim.tell_bot("x", **{"from": str(n)}, wait=False) for n in range(1, 4)])
    for number in range(10):
        await sim.say(f"n{number}", wait=False)
    received = await sim.receiver.count(13)
    mine = [request for request in received if request.path == "/hooks/whatsapp"]
    assert whatsapp_texts(mine) == [f"n{number}" for number in range(10)]


async def test_a_moved_webhook_gets_the_redelivery(sim: World) -> None:
    sim.receiver.script = [500]
    await sim.tell_bot("segue", wait=False)
    await sim.receiver.count(1)
    other = Receiver()
    async with serving(other) as (url,):
        moved = {"url": f"{url}/new", "secret_token": "fresh-1"}
        assert (await sim.call_bot("setWebhook", json=moved)).json()["result"] is True
        (received,) = await other.count(1)
        assert received.headers["x-telegram-bot-api-secret-token"] == "fresh-1"


async def test_webhook_info_tells_of_failures(sim: World) -> None:
    sim.receiver.script = [500]
    await sim.tell_bot(attempts=1)
    info = (await sim.call_bot("getWebhookInfo")).json()["result"]
    assert info["url"] == f"{sim.receiver.url}/hooks/telegram"
    assert info["last_error_message"] == "Wrong response from the webhook: 500"
    assert info["pending_update_count"] == 0


async def test_nothing_is_left_behind_after_delivery_or_shutdown() -> None:
    receiver = Receiver(script=[500] * 100)
    background = Background()
    async with serving(receiver) as (url,), new_client() as client:
        deliveries = Deliveries(client, background, lambda _: Target(url, {}))
        receiver.script = []
        await deliveries.start(Webhook("telegram", BOT_ID, "1", b"{}", holds_lane=True))
        assert deliveries._lanes == {}
        receiver.script = [500] * 100
        pending = deliveries.start(Webhook("telegram", BOT_ID, "1", b"{}", holds_lane=True))
        await receiver.count(2)
        await asyncio.wait_for(background.aclose(), PATIENCE)
        assert pending.cancelled()
        assert (deliveries.counts().pending, deliveries._lanes, len(background)) == (0, {}, 0)
