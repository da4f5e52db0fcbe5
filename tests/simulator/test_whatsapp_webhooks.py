"""The simulated WhatsApp posts signed webhooks for what customers do, and statuses for what was sent."""

import base64
import hashlib
from typing import Any

import pytest

from simulator.receipts import Step, plan
from simulator.schemas import Post, ReceiptMode, ReceiptPolicy
from tests.simulator.harness import (
    APP_SECRET,
    BUSINESS_NUMBER,
    CUSTOMER,
    PHONE_ID,
    WA_TOKEN,
    Received,
    World,
    signed_with,
    statuses,
)
from tests.simulator.messages import buttons, menu, template


def value_of(received: Received) -> dict[str, Any]:
    body = received.json
    assert body["object"] == "whatsapp_business_account"
    (entry,) = body["entry"]
    (change,) = entry["changes"]
    assert change["field"] == "messages"
    value: dict[str, Any] = change["value"]
    assert value["metadata"] == {
        "display_phone_number": BUSINESS_NUMBER,
        "phone_number_id": PHONE_ID,
    }
    return value


def message_of(received: Received) -> dict[str, Any]:
    (message,) = value_of(received)["messages"]
    return dict(message)


async def test_a_text_is_escaped_and_signed_as_meta_does_it(sim: World) -> None:
    said = await sim.say("pão/ação 😀", name="Ana")
    assert (said.accepted, said.status, said.deliveries) == (True, 200, 1)
    (received,) = sim.receiver.received
    assert received.headers["x-hub-signature-256"] == signed_with(received.body, APP_SECRET)
    assert rb"p\u00e3o\/a\u00e7\u00e3o \ud83d\ude00" in received.body
    message = message_of(received)
    assert (message["id"], message["from"], message["type"]) == (said.external_id, CUSTOMER, "text")
    assert message["text"] == {"body": "pão/ação 😀"}
    assert message["timestamp"].isdigit()
    assert value_of(received)["contacts"] == [{"profile": {"name": "Ana"}, "wa_id": CUSTOMER}]


async def test_the_same_message_can_be_said_again(sim: World) -> None:
    first = await sim.say(message_id="wamid.again")
    second = await sim.say(message_id="wamid.again")
    assert first.external_id == second.external_id == "wamid.again"


async def test_a_pressed_button_answers_the_message_that_offered_it(open_sim: World) -> None:
    await open_sim.control.set_receipts(ReceiptPolicy(mode="none"))
    offered = (await open_sim.send(buttons(("s", "Sim"), ("n", "Não")))).json()
    await open_sim.send(buttons(("x", "Outra"), ("y", "Coisa")))
    await open_sim.say(choice={"id": "s"})
    message = message_of(open_sim.receiver.received[-1])
    assert message["context"] == {"from": BUSINESS_NUMBER, "id": offered["messages"][0]["id"]}
    assert message["interactive"] == {
        "type": "button_reply",
        "button_reply": {"id": "s", "title": "Sim"},
    }


async def test_a_pressed_row_keeps_its_description(open_sim: World) -> None:
    await open_sim.control.set_receipts(ReceiptPolicy(mode="none"))
    await open_sim.send(menu((None, [{"id": "a", "title": "Bolo", "description": "De fubá"}])))
    await open_sim.say(choice={"id": "a"})
    reply = message_of(open_sim.receiver.received[-1])["interactive"]
    assert reply["list_reply"] == {"id": "a", "title": "Bolo", "description": "De fubá"}


async def test_a_pressed_template_button_is_a_button_message(open_sim: World) -> None:
    await open_sim.control.set_receipts(ReceiptPolicy(mode="none"))
    body = template("volte_sempre", "pt_BR")
    press = {"type": "payload", "payload": "VOLTAR"}
    body["template"]["components"] = [
        {"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": [press]}
    ]
    assert (await open_sim.send(body)).status_code == 200
    await open_sim.say(choice={"id": "VOLTAR", "title": "Quero voltar"})
    message = message_of(open_sim.receiver.received[-1])
    assert message["button"] == {"payload": "VOLTAR", "text": "Quero voltar"}


async def test_a_file_that_was_said_can_be_fetched_with_the_token(sim: World) -> None:
    content = b"%PDF-1.7 simulated"
    media = {
        "type": "document",
        "content_base64": base64.b64encode(content).decode(),
        "filename": "nota.pdf",
        "caption": "A nota",
    }
    await sim.say(media=media)
    document = message_of(sim.receiver.received[-1])["document"]
    assert (document["filename"], document["caption"]) == ("nota.pdf", "A nota")
    digest = hashlib.sha256(content)
    assert document["sha256"] == base64.b64encode(digest.digest()).decode()

    headers = {"authorization": f"Bearer {WA_TOKEN}"}
    address = f"{sim.control.whatsapp_url}/v24.0/{document['id']}"
    found = (await sim.http.get(address, headers=headers)).json()
    assert found["sha256"] == digest.hexdigest()
    assert found["file_size"] == len(content)
    assert (await sim.http.get(found["url"])).status_code == 401
    assert (await sim.http.get(found["url"], headers=headers)).content == content


async def test_a_raw_message_is_posted_in_its_own_shape(sim: World) -> None:
    said = await sim.say(raw={"type": "order", "order": {"catalog_id": "1", "product_items": []}})
    message = message_of(sim.receiver.received[-1])
    assert (message["type"], message["id"]) == ("order", said.external_id)


async def test_any_body_can_be_posted_signed_and_opens_the_window(sim: World) -> None:
    poison = await sim.control.post(Post(platform="whatsapp", account=PHONE_ID, body="{not json"))
    assert poison.accepted
    assert sim.receiver.received[0].body == b"{not json"
    wild = {"entry": [1, {"changes": [{"value": 3}, {"value": {"messages": "?"}}]}]}
    await sim.control.post(Post(platform="whatsapp", account=PHONE_ID, body=wild))

    message = {"from": CUSTOMER, "id": "wamid.by-hand", "timestamp": "1", "type": "text"}
    value = {"metadata": {"phone_number_id": PHONE_ID}, "messages": [message]}
    body = {"entry": [{"changes": [{"value": value}]}]}
    await sim.control.post(Post(platform="whatsapp", account=PHONE_ID, body=body))
    for received in sim.receiver.received:
        assert received.headers["x-hub-signature-256"] == signed_with(received.body, APP_SECRET)
    assert (await sim.send_text()).status_code == 200
    mark = await sim.send({"status": "read", "message_id": "wamid.by-hand"})
    assert mark.status_code == 200


ORDERS: dict[ReceiptMode, list[str]] = {
    "normal": ["sent", "delivered", "read"],
    "twice": ["sent", "sent", "delivered", "delivered", "read", "read"],
    "out_of_order": ["read", "delivered", "sent"],
    "late": ["sent", "delivered", "read"],
    "failed": ["failed"],
}


@pytest.mark.parametrize("mode", ORDERS)
async def test_statuses_come_back_as_the_policy_says(open_sim: World, mode: ReceiptMode) -> None:
    policy = ReceiptPolicy(mode=mode, read=True, delay_seconds=0.01, error_code=131049)
    await open_sim.control.set_receipts(policy)
    sent = await open_sim.send_text(biz_opaque_callback_data="outbox-1")
    received = await open_sim.receiver.count(len(ORDERS[mode]))
    items = statuses(received)
    assert [item["status"] for item in items] == ORDERS[mode]
    for item, request in zip(items, received, strict=True):
        assert item["id"] == sent.json()["messages"][0]["id"]
        assert item["recipient_id"] == CUSTOMER
        assert item["biz_opaque_callback_data"] == "outbox-1"
        assert request.headers["x-hub-signature-256"] == signed_with(request.body, APP_SECRET)
        codes = [error["code"] for error in item.get("errors", [])]
        assert codes == ([131049] if mode == "failed" else [])


def test_no_status_is_planned_when_none_is_wanted() -> None:
    assert plan(ReceiptPolicy(mode="none"), unreachable=True) == []


def test_late_statuses_wait_once_and_then_come_together() -> None:
    assert plan(ReceiptPolicy(mode="late")) == [Step(2.0, "sent"), Step(0.0, "delivered")]
    assert plan(ReceiptPolicy()) == [Step(0.05, "sent"), Step(0.05, "delivered")]


async def test_the_webhook_url_is_checked_with_the_verify_token(sim: World) -> None:
    verified = await sim.control.verify_webhook(PHONE_ID)
    assert (verified.verified, verified.status) == (True, 200)
