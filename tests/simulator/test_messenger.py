"""What only the simulated Messenger does: its limits, utility messages, echoes with metadata, watermarks."""

from datetime import UTC, datetime

import pytest

from domain.receipts import ReceiptStatus
from simulator.schemas import ContactChange, ReceiptPolicy
from tests.simulator.harness import World, graph_error
from tests.simulator.send_api import (
    CUSTOMER,
    LINK,
    PAGE,
    Desk,
    file,
    open_desk,
)

REFERENCE = "0198f0aa-0000-7000-8000-000000000042"


@pytest.fixture
async def desk(sim: World) -> Desk:
    return await open_desk(sim, "messenger")


async def quiet(desk: Desk) -> None:
    await desk.sim.control.set_receipts(ReceiptPolicy(platform="messenger", mode="none"))


async def test_an_accepted_text(desk: Desk) -> None:
    await quiet(desk)
    answer = await desk.send({"text": "x" * 2000, "metadata": REFERENCE})
    entry = await desk.last()
    assert answer.json() == {"recipient_id": CUSTOMER, "message_id": entry.external_id}
    assert entry.external_id.startswith("m_")
    assert (entry.platform, entry.account, entry.to) == ("messenger", PAGE, CUSTOMER)
    assert (entry.type, entry.text, entry.reference) == ("text", "x" * 2000, REFERENCE)


async def test_its_own_refusals(desk: Desk) -> None:
    long = await desk.send({"text": "x" * 2001})
    assert graph_error(long) == (400, 100, None)
    assert long.json()["error"]["message"] == (
        "(#100) Length of param message[text] must be less than or equal to 2000"
    )
    typeless = await desk.post({"recipient": {"id": CUSTOMER}, "message": {"text": "oi"}})
    assert typeless.json()["error"]["message"] == "(#100) The parameter messaging_type is required"
    stranger = await desk.send(recipient={"id": "42"})
    assert graph_error(stranger) == (400, 100, 2018001)
    await desk.sim.control.change_contact(
        ContactChange(
            platform="messenger", account=PAGE, contact=CUSTOMER, silent_seconds=24 * 3600 + 1
        )
    )
    late = await desk.send()
    assert graph_error(late) == (400, 10, 2018278)
    assert "sent outside of allowed window" in late.json()["error"]["message"]
    nobody = await desk.call("GET", "v25.0/42")
    assert graph_error(nobody) == (400, 100, 33)


async def test_a_utility_message_needs_no_window_and_an_approved_template(desk: Desk) -> None:
    await quiet(desk)
    await desk.sim.control.change_contact(
        ContactChange(
            platform="messenger", account=PAGE, contact=CUSTOMER, silent_seconds=9 * 24 * 3600
        )
    )
    named = [
        {"type": "text", "text": "terça", "parameter_name": "dia"},
        {"type": "text", "text": "15h", "parameter_name": "hora"},
    ]
    asked = {
        "name": "visita",
        "language": {"code": "pt_BR"},
        "components": [{"type": "body", "parameters": named}],
    }
    sent = await desk.send({"template": asked}, messaging_type="UTILITY")
    assert sent.status_code == 200, sent.text
    entry = await desk.last()
    assert (entry.type, entry.text) == ("utility", "Até terça, às 15h.")
    other = {"template": {**asked, "name": "outra"}}
    few = {"template": {**asked, "components": []}}
    for message in (other, few):
        assert graph_error(await desk.send(message, messaging_type="UTILITY"))[1] == 100
    assert graph_error(await desk.send({"template": asked}))[1] == 100
    assert graph_error(await desk.send(messaging_type="UTILITY"))[1] == 100


async def test_an_echo_brings_our_reference_back_and_settles_the_send(desk: Desk) -> None:
    mid = (await desk.send({"text": "olá", "metadata": REFERENCE})).json()["message_id"]
    (item,) = await desk.items(1, "message")
    assert (item["sender"]["id"], item["recipient"]["id"]) == (PAGE, CUSTOMER)
    assert item["message"] == {
        "mid": mid,
        "text": "olá",
        "is_echo": True,
        "app_id": 400_555_000_111,
        "metadata": REFERENCE,
    }
    (event,) = desk.read(desk.sim.receiver.received[0])
    assert event.receipt is not None
    assert (event.echo, event.receipt.status) == (True, ReceiptStatus.SENT)
    assert (event.receipt.reference, event.receipt.message_external_id) == (REFERENCE, mid)


async def test_an_echo_of_a_file_shows_where_it_is(desk: Desk) -> None:
    await desk.send(file(url=LINK, is_reusable=True))
    (item,) = await desk.items(1, "message")
    assert item["message"]["attachments"] == [{"type": "image", "payload": {"url": LINK}}]


async def test_delivery_names_the_message_and_reading_a_moment(desk: Desk) -> None:
    await desk.sim.control.set_receipts(ReceiptPolicy(platform="messenger", read=True))
    before = datetime.now(UTC)
    mid = (await desk.send()).json()["message_id"]
    (delivery,) = await desk.items(1, "delivery")
    (read,) = await desk.items(1, "read")
    assert delivery["delivery"]["mids"] == [mid]
    assert set(read["read"]) == {"watermark"}
    told = [event for one in desk.sim.receiver.received[1:] for event in desk.read(one)]
    assert [event.kind for event in told] == ["receipt", "read"]
    assert told[0].receipt is not None
    assert told[0].receipt.status is ReceiptStatus.DELIVERED
    assert told[1].up_to is not None
    assert told[1].up_to.at is not None
    assert told[1].up_to.at >= before.replace(microsecond=0)


async def test_no_failure_is_ever_reported(desk: Desk) -> None:
    await desk.sim.control.set_receipts(
        ReceiptPolicy(platform="messenger", mode="failed", delay_seconds=0)
    )
    assert (await desk.send()).status_code == 200
    await desk.say()
    assert len(desk.sim.receiver.received) == 1


async def test_a_sticker_is_an_image_with_a_number(desk: Desk) -> None:
    await desk.say(media={"type": "sticker"})
    (event,) = desk.read(desk.sim.receiver.received[0])
    assert event.content is not None
    assert event.content.type == "sticker"
