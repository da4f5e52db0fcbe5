"""The simulated Cloud API takes every documented message and enters it in the ledger."""

import base64
from typing import Any

import pytest

from simulator.schemas import ContactChange
from tests.simulator.harness import CUSTOMER, PHONE_ID, World
from tests.simulator.messages import LINK, buttons, menu, rows, template

CARD = {
    "type": "cta_url",
    "header": {"type": "image", "image": {"link": LINK}},
    "action": {
        "name": "cta_url",
        "parameters": {"display_text": "Comprar", "url": "https://loja.example.com/1"},
    },
}
FLOW = {
    "flow_message_version": "3",
    "flow_id": "77",
    "flow_cta": "Preencher",
    "flow_action_payload": {"screen": "START", "data": {"a": 1}},
}


def interactive(kind: str, action: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "interactive",
        "interactive": {"type": kind, "body": {"text": "Corpo"}, "action": action},
    }


ACCEPTED: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    "text": ({"type": "text", "text": {"body": "x" * 4096, "preview_url": True}}, "x" * 4096, []),
    "type defaults to text": ({"text": {"body": "oi"}}, "oi", []),
    "image": ({"type": "image", "image": {"link": LINK, "caption": "Bolo"}}, "Bolo", []),
    "audio": ({"type": "audio", "audio": {"link": LINK, "voice": True}}, "", []),
    "document": (
        {"type": "document", "document": {"link": LINK, "filename": "nota.pdf"}}, "", [],
    ),
    "sticker": ({"type": "sticker", "sticker": {"link": LINK}}, "", []),
    "location": (
        {"type": "location", "location": {"latitude": -23.5, "longitude": "-46.6"}},
        "-23.5, -46.6", [],
    ),
    "named location": (
        {"type": "location",
         "location": {"latitude": -23.5, "longitude": -46.6, "name": "Padaria", "address": "Rua 1"}},
        "Padaria, Rua 1", [],
    ),
    "contacts": (
        {"type": "contacts",
         "contacts": [{"name": {"formatted_name": "Ana Lima", "first_name": "Ana"},
                       "phones": [{"phone": "+551130304041", "type": "WORK"}]}]},
        "Ana Lima", [],
    ),
    "reaction": (
        {"type": "reaction", "reaction": {"message_id": "wamid.x", "emoji": "👍"}}, "👍", [],
    ),
    "buttons": (buttons(("s", "Sim"), ("n", "Não")), "Escolha", ["Sim", "Não"]),
    "list": (menu(("A", rows(1)), ("B", rows(1, 1))), "Menu", ["Linha 0", "Linha 1"]),
    "link": (interactive("cta_url", CARD["action"]), "Corpo", ["Comprar"]),  # type: ignore[arg-type]  # one part of CARD
    "form": (interactive("flow", {"name": "flow", "parameters": FLOW}), "Corpo", []),
    "ask for a place": (
        interactive("location_request_message", {"name": "send_location"}), "Corpo", [],
    ),
    "carousel": (
        interactive("carousel", {"cards": [{"card_index": n, **CARD} for n in range(2)]}),
        "Corpo", ["Comprar", "Comprar"],
    ),
    "template": (
        template("pedido_pronto", "pt_BR", "Ana", "42"), "Olá Ana, o pedido 42 está pronto.", [],
    ),
    "template without a known body": (
        template("volte_sempre", "pt_BR", "Ana"), "[volte_sempre pt_BR] Ana", [],
    ),
}  # fmt: skip


async def test_every_documented_message_is_accepted_and_described(open_sim: World) -> None:
    for name, (body, text, titles) in ACCEPTED.items():
        response = await open_sim.send(body)
        assert response.status_code == 200, (name, response.text)
        entry = (await open_sim.control.ledger())[-1]
        answer = response.json()
        assert answer["contacts"] == [{"input": f"+{CUSTOMER}", "wa_id": CUSTOMER}]
        assert answer["messages"] == [{"id": entry.external_id}]
        assert (entry.text, [option.title for option in entry.options]) == (text, titles), name
        assert entry.type == body.get("type", "text")
        assert entry.request["messaging_product"] == "whatsapp"
    entries = await open_sim.control.ledger()
    assert [entry.seq for entry in entries] == list(range(1, len(ACCEPTED) + 1))
    assert len({entry.external_id for entry in entries}) == len(ACCEPTED)


async def test_a_template_parameter_may_be_written_in_capitals(open_sim: World) -> None:
    body = template("pedido_pronto", "pt_BR", "Ana", "42")
    for parameter in body["template"]["components"][0]["parameters"]:
        parameter["type"] = "TEXT"
    assert (await open_sim.send(body)).status_code == 200


async def test_an_entry_names_account_recipient_and_reference(open_sim: World) -> None:
    await open_sim.send_text("oi", biz_opaque_callback_data="outbox-9", to="+55 11 98765-0001")
    (entry,) = await open_sim.control.ledger(to=f"+{CUSTOMER}")
    assert (entry.platform, entry.account, entry.to) == ("whatsapp", PHONE_ID, CUSTOMER)
    assert entry.reference == "outbox-9"
    assert entry.external_id.startswith("wamid.")
    assert CUSTOMER.encode() in base64.b64decode(entry.external_id.removeprefix("wamid."))


async def test_a_user_id_can_be_written_to(sim: World) -> None:
    user = "BR.90210abc"
    said = await sim.say(**{"from": user})
    assert said.contact == user
    response = await sim.send(
        {"type": "text", "text": {"body": "oi"}, "to": None, "recipient": user}
    )
    assert response.json()["contacts"] == [{"input": user, "user_id": user}]


@pytest.mark.parametrize("typing", [{}, {"typing_indicator": {"type": "text"}}])
async def test_an_inbound_message_can_be_marked_as_read(sim: World, typing: dict[str, Any]) -> None:
    said = await sim.say()
    response = await sim.send({"status": "read", "message_id": said.external_id, **typing})
    assert (response.status_code, response.json()) == (200, {"success": True})
    assert await sim.control.ledger() == []


async def test_who_blocked_us_gets_nothing_but_the_send_is_accepted(open_sim: World) -> None:
    change = ContactChange(platform="whatsapp", account=PHONE_ID, contact=CUSTOMER, blocked=True)
    await open_sim.control.change_contact(change)
    assert (await open_sim.send_text()).status_code == 200
    (webhook,) = await open_sim.receiver.count(1)
    (status,) = webhook.json["entry"][0]["changes"][0]["value"]["statuses"]
    assert (status["status"], status["errors"][0]["code"]) == ("failed", 131026)
