"""The simulated Cloud API refuses what the real one refuses, with its code."""

from typing import Any

import pytest

from simulator.schemas import ContactChange
from tests.simulator.harness import (
    BUSINESS_NUMBER,
    CUSTOMER,
    PHONE_ID,
    WA_TOKEN,
    World,
    graph_error,
)
from tests.simulator.messages import LINK, buttons, menu, rows, template, text

REFUSED: dict[str, tuple[dict[str, Any], int, int]] = {
    "text too long": (text("x" * 4097), 400, 100),
    "text empty": (text(""), 400, 131009),
    "text blank": (text("  \n"), 400, 131009),
    "text body missing": ({"type": "text", "text": {}}, 400, 131008),
    "text object missing": ({"type": "text"}, 400, 131008),
    "unknown key": (text("oi", colour="red"), 400, 100),
    "wrong product": (text("oi") | {"messaging_product": "messenger"}, 400, 100),
    "unsupported type": ({"type": "poll", "poll": {}}, 400, 131051),
    "recipient missing": (text("oi") | {"to": None}, 400, 100),
    "recipient not a number": (text("oi") | {"to": "ana"}, 400, 131009),
    "recipient is the sender": (text("oi") | {"to": f"+{BUSINESS_NUMBER}"}, 400, 131021),
    "reference too long": (text("oi") | {"biz_opaque_callback_data": "x" * 513}, 400, 100),
    "context without id": (text("oi") | {"context": {}}, 400, 100),
    "id and link": ({"type": "image", "image": {"id": "1", "link": LINK}}, 400, 131009),
    "neither id nor link": ({"type": "image", "image": {"caption": "oi"}}, 400, 131009),
    "link without scheme": ({"type": "image", "image": {"link": "example.com/a"}}, 400, 131009),
    "unknown media": ({"type": "image", "image": {"id": "123"}}, 400, 131009),
    "caption too long": (
        {"type": "image", "image": {"link": LINK, "caption": "x" * 1025}}, 400, 131009,
    ),
    "audio with caption": ({"type": "audio", "audio": {"link": LINK, "caption": "x"}}, 400, 100),
    "no buttons": (buttons(), 400, 131009),
    "four buttons": (buttons(*[(f"b{n}", f"B{n}") for n in range(4)]), 400, 131009),
    "same titles": (buttons(("a", "Sim"), ("b", "Sim")), 400, 131009),
    "same ids": (buttons(("a", "Sim"), ("a", "Não")), 400, 131009),
    "title too long": (buttons(("a", "x" * 21)), 400, 131009),
    "title empty": (buttons(("a", "")), 400, 131009),
    "button id too long": (buttons(("x" * 257, "Sim")), 400, 131009),
    "button id with spaces": (buttons((" a", "Sim")), 400, 131009),
    "buttons text too long": (buttons(("a", "Sim"), text="x" * 1025), 400, 131009),
    "footer too long": (buttons(("a", "Sim"), footer={"text": "x" * 61}), 400, 131009),
    "header too long": (
        buttons(("a", "Sim"), header={"type": "text", "text": "x" * 61}), 400, 131009,
    ),
    "eleven rows": (menu(("A", rows(6)), ("B", rows(5, 6))), 400, 131009),
    "same row ids": (menu((None, [*rows(1), *rows(1)])), 400, 131009),
    "row title too long": (menu((None, [{"id": "a", "title": "x" * 25}])), 400, 131009),
    "row description too long": (
        menu((None, [{"id": "a", "title": "A", "description": "x" * 73}])), 400, 131009,
    ),
    "section titles missing": (menu((None, rows(1)), (None, rows(1, 1))), 400, 131009),
    "list button too long": (menu((None, rows(1)), button="x" * 21), 400, 131009),
    "unknown interactive": (
        {"type": "interactive", "interactive": {"type": "quiz"}}, 400, 131009,
    ),
    "catalogue": (
        {"type": "interactive", "interactive": {"type": "product", "action": {}}}, 400, 131009,
    ),
    "latitude": ({"type": "location", "location": {"latitude": 91, "longitude": 0}}, 400, 131009),
    "contact without a name part": (
        {"type": "contacts", "contacts": [{"name": {"formatted_name": "Ana"}}]}, 400, 131009,
    ),
    "no contacts": ({"type": "contacts", "contacts": []}, 400, 131009),
    "unknown template": (template("nada", "pt_BR"), 404, 132001),
    "template in another language": (template("pedido_pronto", "en_US", "Ana", "7"), 404, 132001),
    "too few variables": (template("pedido_pronto", "pt_BR", "Ana"), 400, 132000),
    "line break in a variable": (template("pedido_pronto", "pt_BR", "A\nna", "7"), 400, 132012),
    "filled template too long": (template("pedido_pronto", "pt_BR", "A" * 1024, "7"), 400, 132005),
    "read mark of an unknown message": ({"status": "read", "message_id": "wamid.no"}, 400, 100),
    "typing of another kind": (
        {"status": "read", "message_id": "x", "typing_indicator": {"type": "dots"}}, 400, 100,
    ),
}  # fmt: skip


async def test_malformed_messages_are_refused_with_their_code(open_sim: World) -> None:
    for name, (body, status, code) in REFUSED.items():
        response = await open_sim.send(body)
        assert graph_error(response)[:2] == (status, code), (name, response.text)
    assert await open_sim.control.ledger() == []


async def test_a_wrong_or_missing_token_is_190(open_sim: World) -> None:
    assert graph_error(await open_sim.send(text("oi"), token="stolen")) == (401, 190, None)
    url = f"{open_sim.control.whatsapp_url}/v24.0/{PHONE_ID}/messages"
    assert graph_error(await open_sim.http.post(url, json=text("oi"))) == (401, 190, None)


async def test_an_unknown_phone_number_is_100_33(open_sim: World) -> None:
    assert graph_error(await open_sim.send(text("oi"), phone_id="404")) == (400, 100, 33)


@pytest.mark.parametrize("path", ["24.0/1/messages", "latest/1/messages"])
async def test_a_path_without_a_version_is_unknown(sim: World, path: str) -> None:
    response = await sim.http.post(f"{sim.control.whatsapp_url}/{path}", json={})
    assert graph_error(response)[:2] == (400, 2500)


async def test_a_body_that_is_no_json_is_100(open_sim: World) -> None:
    headers = {"authorization": f"Bearer {WA_TOKEN}", "content-type": "application/json"}
    url = f"{open_sim.control.whatsapp_url}/v24.0/{PHONE_ID}/messages"
    for raw in (b"{", b"[]", b"\xff"):
        response = await open_sim.http.post(url, content=raw, headers=headers)
        assert graph_error(response)[:2] == (400, 100)


async def test_free_content_needs_an_open_window(sim: World) -> None:
    never_wrote = await sim.send_text()
    assert graph_error(never_wrote) == (400, 131047, None)
    assert never_wrote.json()["error"]["error_data"]["messaging_product"] == "whatsapp"

    await sim.say()
    assert (await sim.send_text()).status_code == 200

    day = 24 * 3600
    change = ContactChange(
        platform="whatsapp", account=PHONE_ID, contact=CUSTOMER, silent_seconds=day + 1
    )
    await sim.control.change_contact(change)
    assert graph_error(await sim.send_text()) == (400, 131047, None)
    ready = template("pedido_pronto", "pt_BR", "Ana", "7")
    assert (await sim.send(ready)).status_code == 200

    await sim.say("voltei")
    assert (await sim.send_text()).status_code == 200


async def test_the_window_is_kept_for_each_customer(open_sim: World) -> None:
    other = await open_sim.send_text(to="+5511987650002")
    assert graph_error(other) == (400, 131047, None)
