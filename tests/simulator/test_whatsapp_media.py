"""The simulated Cloud API's media endpoints follow the documented types and sizes."""

import httpx
import pytest

from tests.simulator.harness import PHONE_ID, WA_TOKEN, World, graph_error

HEADERS = {"authorization": f"Bearer {WA_TOKEN}"}
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


async def upload(
    sim: World, content: bytes = PNG, mime_type: str = "image/png", **fields: str
) -> httpx.Response:
    return await sim.http.post(
        f"{sim.control.whatsapp_url}/v24.0/{PHONE_ID}/media",
        data={"messaging_product": "whatsapp", **fields},
        files={"file": ("file.bin", content, mime_type)},
        headers=HEADERS,
    )


async def test_an_uploaded_picture_can_be_sent_looked_up_and_deleted(open_sim: World) -> None:
    media_id = (await upload(open_sim, type="image/png")).json()["id"]
    sent = await open_sim.send({"type": "image", "image": {"id": media_id, "caption": "Bolo"}})
    assert sent.status_code == 200
    address = f"{open_sim.control.whatsapp_url}/v24.0/{media_id}"
    found = (await open_sim.http.get(address, headers=HEADERS)).json()
    assert (found["mime_type"], found["file_size"], found["id"]) == (
        "image/png",
        len(PNG),
        media_id,
    )
    other = await open_sim.http.get(f"{address}?phone_number_id=1", headers=HEADERS)
    assert graph_error(other) == (400, 100, 33)
    gone = await open_sim.http.delete(address, headers=HEADERS)
    assert gone.json() == {"success": True}
    assert graph_error(await open_sim.http.get(address, headers=HEADERS)) == (400, 100, 33)


@pytest.mark.parametrize(
    ("content", "mime_type"),
    [
        (PNG, "image/heic"),
        (PNG, "application/octet-stream"),
        (b"a,b", "text/csv"),
        (PNG, "nonsense"),
        (b"", "image/png"),
        (b"0" * (5 * 1024 * 1024 + 1), "image/jpeg"),
        (b"0" * (500 * 1024 + 1), "image/webp"),
    ],
)
async def test_files_of_a_wrong_type_or_size_are_131053(
    sim: World, content: bytes, mime_type: str
) -> None:
    assert graph_error(await upload(sim, content, mime_type)) == (400, 131053, None)


async def test_the_declared_type_must_be_the_files_own(sim: World) -> None:
    assert graph_error(await upload(sim, type="image/jpeg")) == (400, 131053, None)
    assert (await upload(sim, mime_type="audio/ogg; codecs=opus", type="audio/ogg")).is_success


async def test_an_upload_needs_its_fields_and_a_token(sim: World) -> None:
    url = f"{sim.control.whatsapp_url}/v24.0/{PHONE_ID}/media"
    files = {"file": ("a.png", PNG, "image/png")}
    assert graph_error(await sim.http.post(url, files=files)) == (401, 190, None)
    response = await sim.http.post(url, files=files, headers=HEADERS)
    assert graph_error(response) == (400, 100, None)
    data = {"messaging_product": "whatsapp"}
    response = await sim.http.post(url, data=data, headers=HEADERS)
    assert graph_error(response) == (400, 100, None)


async def test_a_file_cannot_be_sent_as_another_kind(open_sim: World) -> None:
    pdf = (await upload(open_sim, b"%PDF", "application/pdf")).json()["id"]
    refused = await open_sim.send({"type": "image", "image": {"id": pdf}})
    assert graph_error(refused) == (400, 131053, None)
    sent = await open_sim.send({"type": "document", "document": {"id": pdf, "filename": "a.pdf"}})
    assert sent.status_code == 200


async def test_a_header_picture_is_checked_too(open_sim: World) -> None:
    pdf = (await upload(open_sim, b"%PDF", "application/pdf")).json()["id"]
    message = {
        "type": "interactive",
        "interactive": {
            "type": "button",
            "header": {"type": "image", "image": {"id": pdf}},
            "body": {"text": "Escolha"},
            "action": {"buttons": [{"type": "reply", "reply": {"id": "a", "title": "A"}}]},
        },
    }
    assert graph_error(await open_sim.send(message)) == (400, 131053, None)


async def test_a_download_address_cannot_be_made_up(sim: World) -> None:
    media_id = (await upload(sim)).json()["id"]
    base = f"{sim.control.whatsapp_url}/attachments/{PHONE_ID}/{media_id}"
    forged = await sim.http.get(f"{base}?ext=99999999999&hash=abc", headers=HEADERS)
    assert forged.status_code == 404
