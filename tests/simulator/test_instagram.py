"""What only the simulated Instagram does: bytes, files, both logins, echoes that say nothing, seen marks."""

import pytest

from simulator.client import SimulatorError
from simulator.schemas import ContactChange, ReceiptPolicy
from tests.simulator.harness import World, graph_error
from tests.simulator.send_api import (
    CUSTOMER,
    PAGE,
    PROFESSIONAL,
    TOKEN,
    Desk,
    account,
    open_desk,
)


@pytest.fixture
async def desk(sim: World) -> Desk:
    return await open_desk(sim, "instagram")


async def quiet(desk: Desk) -> None:
    await desk.sim.control.set_receipts(ReceiptPolicy(platform="instagram", mode="none"))


async def test_an_accepted_text_has_a_thousand_bytes_at_most(desk: Desk) -> None:
    await quiet(desk)
    body = {"recipient": {"id": CUSTOMER}, "message": {"text": "ã" * 500}}
    answer = await desk.post(body)
    entry = await desk.last()
    assert answer.json() == {"recipient_id": CUSTOMER, "message_id": entry.external_id}
    assert (entry.account, entry.to, entry.text) == (PROFESSIONAL, CUSTOMER, "ã" * 500)
    refused = await desk.send({"text": "ã" * 500 + "x"})
    assert graph_error(refused) == (400, 100, None)
    assert "must be less than or equal to 1000" in refused.json()["error"]["message"]


async def test_its_own_refusals(desk: Desk) -> None:
    assert graph_error(await desk.send(recipient={"id": "42"})) == (400, 100, 2534014)
    assert graph_error(await desk.send(messaging_type="UTILITY")) == (400, 100, None)
    named = {"template": {"name": "visita", "language": {"code": "pt_BR"}}}
    assert 'Invalid keys "template"' in (await desk.send(named)).json()["error"]["message"]
    await desk.sim.control.change_contact(
        ContactChange(
            platform="instagram", account=PROFESSIONAL, contact=CUSTOMER, silent_seconds=90_000
        )
    )
    assert graph_error(await desk.send()) == (400, 10, 2534022)
    assert graph_error(await desk.call("GET", "v25.0/42")) == (400, 230, None)


@pytest.mark.parametrize(
    ("kind", "mime_type"),
    [
        ("image", "image/webp"),
        ("audio", "audio/ogg"),
        ("file", "text/plain"),
        ("video", "video/3gpp"),
    ],
)
async def test_few_types_of_files_are_taken(desk: Desk, kind: str, mime_type: str) -> None:
    assert graph_error(await desk.upload(kind, b"oi", mime_type)) == (400, 100, 2018047)


async def test_an_image_may_have_eight_megabytes(desk: Desk) -> None:
    large = await desk.upload("image", b"x" * (8 * 1024 * 1024 + 1), "image/png")
    assert graph_error(large) == (400, 100, 2018109)


async def test_with_a_login_at_facebook_everything_is_below_the_page(desk: Desk) -> None:
    await quiet(desk)
    linked = account(desk.sim, "instagram", page_id=PAGE)
    await desk.sim.control.put_account("instagram", PROFESSIONAL, linked)
    body = {"recipient": {"id": CUSTOMER}, "message": {"text": "oi"}}
    assert graph_error(await desk.post(body)) == (400, 100, 33)
    assert (await desk.post(body, node=PAGE)).status_code == 200
    assert (await desk.last()).account == PROFESSIONAL
    described = '{"attachment": {"type": "image", "payload": {}}}'
    files = {"filedata": ("a.png", b"png", "image/png")}
    path = f"v25.0/{PAGE}/message_attachments"
    silent = await desk.call("POST", path, data={"message": described}, files=files)
    assert graph_error(silent) == (400, 100, None)
    fields = {"message": described, "platform": "instagram"}
    assert (await desk.call("POST", path, data=fields, files=files)).status_code == 200


async def test_a_token_is_renewed(desk: Desk) -> None:
    async def renew(**query: str) -> tuple[int, dict[str, object]]:
        answer = await desk.call("GET", "refresh_access_token", token=None, params=query)
        return answer.status_code, answer.json()

    status, body = await renew(grant_type="ig_refresh_token", access_token=TOKEN)
    assert (status, body["token_type"], body["expires_in"]) == (200, "bearer", 60 * 24 * 3600)
    renewed = str(body["access_token"])
    for token in (TOKEN, renewed):
        assert (await desk.call("GET", "v25.0/me", token=token)).status_code == 200
    assert (await renew(grant_type="ig_refresh_token", access_token=renewed))[0] == 400
    assert (await renew(grant_type="ig_refresh_token", access_token="x"))[0] == 401
    assert (await renew(access_token=TOKEN))[0] == 400


async def test_an_echo_says_nothing_of_who_sent_and_seen_names_the_message(desk: Desk) -> None:
    await desk.sim.control.set_receipts(ReceiptPolicy(platform="instagram", read=True))
    mid = (await desk.send({"text": "olá", "metadata": "x"})).json()["message_id"]
    (echo,) = await desk.items(1, "message")
    assert echo["message"] == {"mid": mid, "text": "olá", "is_echo": True}
    (seen,) = await desk.items(1, "read")
    assert seen["read"] == {"mid": mid}
    events = [event for one in desk.sim.receiver.received for event in desk.read(one)]
    assert [(event.kind, event.echo) for event in events] == [("message", True), ("read", False)]
    assert events[0].receipt is None
    assert events[1].target_external_id == mid


async def test_no_webhook_tells_of_a_sticker(desk: Desk) -> None:
    with pytest.raises(SimulatorError, match="posts no webhook of a sticker"):
        await desk.say(media={"type": "sticker"})
