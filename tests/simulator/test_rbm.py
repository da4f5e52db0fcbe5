"""The simulated RCS for Business against our own adapter: sends, refusals, events of people, faults."""

import base64
import json
import time
import uuid
from typing import Any

import jwt
import pytest

from domain.content import ChoiceContent, LocationContent, MediaContent, TextContent
from domain.errors import (
    ChannelUnauthorized,
    ContactUnreachable,
    ContentRejected,
    OutcomeUnknown,
    PlatformUnavailable,
    SignatureInvalid,
    Throttled,
)
from domain.receipts import ReceiptStatus
from platforms.rbm import reach, sending
from platforms.rbm.tokens import GRANT, authorization
from simulator.client import SimulatorError
from simulator.schemas import ContactChange, Fault, Post, ReceiptPolicy
from tests.simulator.harness import World
from tests.simulator.rbm_world import AGENT, ANA, EMAIL, KEY_ID, MESSAGE_ID, PRIVATE, RbmWorld
from tests.stack import eventually

BUTTONS = {
    "type": "buttons",
    "text": "Quer?",
    "buttons": [
        {"id": "s", "title": "Sim"},
        {"id": "ligar", "title": "Ligar", "url": "tel:+551130304040"},
    ],
}
CARD = {
    "type": "card",
    "title": "Bolo",
    "text": "De milho",
    "media": {"url": "https://files.example.com/bolo.png", "mime_type": "image/png"},
    "buttons": [{"id": "quero", "title": "Quero"}],
}


@pytest.fixture
async def rbm(sim: World) -> RbmWorld:
    started = RbmWorld(sim)
    await started.register()
    return started


async def quiet(rbm: RbmWorld) -> None:
    """No receipts."""
    await rbm.world.control.set_receipts(ReceiptPolicy(platform="rbm", mode="none"))


async def test_a_text_is_an_envelope_that_our_adapter_trusts(rbm: RbmWorld) -> None:
    said = await rbm.say("olá 😀")
    (event,) = rbm.events(rbm.world.receiver.received[-1])
    assert event.content == TextContent(text="olá 😀")
    assert event.sender is not None
    assert (event.sender.address, said.contact) == (f"+{ANA}", ANA)
    assert (event.external_id, event.account) == (said.external_id, AGENT)
    assert event.sent_at is not None


async def test_another_client_token_proves_nothing(rbm: RbmWorld) -> None:
    await rbm.register(client_token="ANOTHER")
    await rbm.say()
    with pytest.raises(SignatureInvalid):
        rbm.events(rbm.world.receiver.received[-1])


async def test_a_send_is_in_the_ledger_and_phones_report(rbm: RbmWorld) -> None:
    await rbm.world.control.set_receipts(ReceiptPolicy(platform="rbm", read=True))
    receipt = await rbm.send("Olá")
    assert receipt.status is ReceiptStatus.SENT
    (entry,) = await rbm.world.control.ledger(platform="rbm", to=ANA)
    assert (entry.text, entry.external_id, entry.type) == ("Olá", MESSAGE_ID, "text")
    found = [event.receipt for event in await rbm.told(2)]
    assert [(one.status, one.message_external_id) for one in found if one] == [
        (ReceiptStatus.DELIVERED, MESSAGE_ID),
        (ReceiptStatus.READ, MESSAGE_ID),
    ]


async def test_the_same_id_is_the_same_message(rbm: RbmWorld) -> None:
    await quiet(rbm)
    assert await rbm.send("oi") == await rbm.send("oi")
    again = await rbm.create({"text": "oi"})
    assert (again.status_code, again.json()["error"]["status"]) == (409, "ALREADY_EXISTS")
    assert len(await rbm.world.control.ledger()) == 1


async def test_a_message_that_expired_is_told(rbm: RbmWorld) -> None:
    await rbm.world.control.set_receipts(ReceiptPolicy(platform="rbm", mode="failed"))
    await rbm.send("oi")
    (event,) = await rbm.told(1)
    assert event.receipt is not None
    assert event.receipt.status is ReceiptStatus.FAILED
    assert event.receipt.error is not None
    assert event.receipt.error.code == "TTL_EXPIRATION_REVOKED"


@pytest.mark.parametrize("content", [BUTTONS, CARD], ids=["chips", "card"])
async def test_a_tap_answers_what_offers_it(rbm: RbmWorld, content: dict[str, Any]) -> None:
    await quiet(rbm)
    await rbm.send(content)
    (entry,) = await rbm.world.control.ledger()
    offered = entry.options[0]
    assert (await rbm.say(choice={"id": offered.id})).accepted
    (event,) = rbm.events(rbm.world.receiver.received[-1])
    assert event.content == ChoiceContent(id=offered.id, title=offered.title)
    assert event.details == {"suggestion": "reply"}
    with pytest.raises(SimulatorError, match="no message offers"):
        await rbm.say(choice={"id": "nobody offers this"})


async def test_a_file_and_a_place_of_a_customer(rbm: RbmWorld) -> None:
    content = base64.b64encode(b"some bytes").decode()
    await rbm.say(media={"type": "image", "content_base64": content, "filename": "a b.png"})
    (event,) = rbm.events(rbm.world.receiver.received[-1])
    assert isinstance(event.content, MediaContent)
    media = event.content.media
    assert (media.filename, media.size) == ("a b.png", 10)
    fetched = await rbm.adapter.fetch_media(rbm.world.http, rbm.channel, media, 100)
    assert (fetched.content, fetched.mime_type) == (b"some bytes", "image/png")
    await rbm.say(raw={"location": {"latitude": -23.5, "longitude": -46.6}})
    (event,) = rbm.events(rbm.world.receiver.received[-1])
    assert event.content == LocationContent(latitude=-23.5, longitude=-46.6)
    await rbm.say(raw={"eventType": "IS_TYPING"})
    (event,) = rbm.events(rbm.world.receiver.received[-1])
    assert event.kind == "typing"


async def test_a_file_of_ours_is_uploaded_and_named(rbm: RbmWorld) -> None:
    await quiet(rbm)

    async def load(key: str) -> bytes:
        return b"%PDF of " + key.encode()

    media = {"key": "k1", "filename": "nota.pdf", "mime_type": "application/pdf"}
    await rbm.send({"type": "document", "media": media}, load)
    (entry,) = await rbm.world.control.ledger()
    name = entry.request["contentMessage"]["uploadedRbmFile"]["fileName"]
    assert (entry.type, name.startswith("files/")) == ("file", True)
    refused = await rbm.create({"uploadedRbmFile": {"fileName": "files/of-nobody"}})
    assert refused.status_code == 400
    exe = await rbm.call(
        "POST", "/upload/v1/files", content=b"MZ", headers={"content-type": "application/x-exe"}
    )
    assert (exe.status_code, exe.json()["error"]["status"]) == (400, "INVALID_ARGUMENT")
    linked = await rbm.call(
        "POST", "/v1/files", json={"fileUrl": "https://files.example.com/a.png"}
    )
    assert linked.json()["name"].startswith("files/")


async def test_who_has_no_rcs_and_who_is_no_tester(rbm: RbmWorld) -> None:
    await rbm.register(without_rcs=[ANA])
    with pytest.raises(ContactUnreachable):
        await rbm.send("oi")
    assert await reach.features(rbm.world.http, rbm.channel, ANA) is None
    await rbm.register(launched=False)
    with pytest.raises(ContactUnreachable):
        await rbm.send("oi")
    await rbm.register(launched=False, testers=[ANA])
    await rbm.send("oi")
    features = await reach.features(rbm.world.http, rbm.channel, ANA)
    assert features is not None
    assert "RICHCARD_STANDALONE" in features


async def test_what_a_device_cannot_show_is_refused_whole(rbm: RbmWorld) -> None:
    await rbm.register(devices={ANA: ["ACTION_OPEN_URL"]})
    with pytest.raises(ContentRejected, match="RICHCARD_STANDALONE"):
        await rbm.send(CARD)
    with pytest.raises(ContentRejected, match="ACTION_DIAL"):
        await rbm.send(BUTTONS)
    await rbm.send({"type": "location", "latitude": 1.0, "longitude": 2.0, "name": "Loja"})
    assert [entry.text for entry in await rbm.world.control.ledger()] == ["Loja"]


async def test_many_are_asked_for_at_once(rbm: RbmWorld) -> None:
    await rbm.register(without_rcs=["551155500000"])
    numbers = [f"+5511555{n:05}" for n in range(500)]
    found = await reach.reachable(rbm.world.http, rbm.channel, numbers)
    assert found == frozenset(numbers) - {"+551155500000"}
    few = await rbm.call(
        "POST", "/v1/users:batchGet", json={"users": numbers[:3], "agentId": AGENT}
    )
    assert few.status_code == 400


async def test_typing_and_reading_are_no_messages(rbm: RbmWorld) -> None:
    said = await rbm.say()
    assert said.external_id is not None
    await rbm.adapter.show_activity(rbm.world.http, rbm.channel, f"+{ANA}", said.external_id)
    assert await rbm.world.control.ledger() == []
    path = f"/v1/phones/+{ANA}/agentEvents"
    key = {"eventId": str(uuid.UUID(int=7))}
    for body, status in (
        ({"eventType": "READ"}, 400),
        ({"eventType": "DANCING"}, 400),
        ({"eventType": "READ", "messageId": "of nobody"}, 404),
        ({"eventType": "READ", "messageId": said.external_id}, 200),
        ({"eventType": "IS_TYPING"}, 409),
    ):
        answer = await rbm.call("POST", path, params=key, json=body)
        assert answer.status_code == status, body


async def test_a_message_is_taken_back_until_it_arrives(rbm: RbmWorld) -> None:
    await quiet(rbm)
    await rbm.send("oi")
    assert await sending.revoke(rbm.world.http, rbm.channel, ANA, MESSAGE_ID)
    await rbm.world.control.set_receipts(ReceiptPolicy(platform="rbm"))
    later = str(uuid.UUID(int=9))
    await rbm.send("oi", id=later)
    await rbm.told(1)
    assert not await sending.revoke(rbm.world.http, rbm.channel, ANA, later)
    assert not await sending.revoke(rbm.world.http, rbm.channel, ANA, str(uuid.UUID(int=3)))


async def test_who_unsubscribes_is_told_of_twice_and_gets_nothing(rbm: RbmWorld) -> None:
    await rbm.say()
    rbm.world.receiver.received.clear()
    change = ContactChange(platform="rbm", account=AGENT, contact=ANA, blocked=True)
    await rbm.world.control.change_contact(change)
    told = await rbm.told(2)
    assert {event.kind for event in told} == {"message", "preference"}
    (event,) = [event for event in told if event.kind == "preference"]
    assert event.details == {"value": "opt_out"}
    await rbm.send("oi")
    rbm.world.receiver.received.clear()
    rbm.channel = rbm.channel.model_copy(update={"ttl_seconds": 10})
    await rbm.send("oi", id=str(uuid.UUID(int=4)))
    (event,) = await rbm.told(1)
    assert event.receipt is not None
    assert event.receipt.status is ReceiptStatus.FAILED
    assert event.receipt.message_external_id == str(uuid.UUID(int=4))


async def test_faults(rbm: RbmWorld) -> None:
    await quiet(rbm)
    arm = rbm.world.control.arm
    await arm(Fault(platform="rbm", kind="throttle", seconds=7))
    with pytest.raises(Throttled) as told:
        await rbm.send("oi")
    assert told.value.retry_after is not None
    assert told.value.retry_after.total_seconds() == 7
    for status in (500, 503):
        await arm(Fault(platform="rbm", kind="error", status=status))
        with pytest.raises(PlatformUnavailable):
            await rbm.send("oi")
    assert await rbm.world.control.ledger() == []
    await arm(Fault(platform="rbm", kind="drop_after"))
    with pytest.raises(OutcomeUnknown):
        await rbm.send("oi")
    await rbm.send("oi")
    assert len(await rbm.world.control.ledger()) == 1


async def test_a_token_that_ended_is_fetched_anew(rbm: RbmWorld) -> None:
    await quiet(rbm)
    await rbm.register(token_seconds=1)
    await rbm.send("oi")
    old = await authorization(rbm.world.http, rbm.channel)

    async def refused() -> str | None:
        answer = await rbm.create({"text": "oi"})
        word: str = answer.json()["error"]["status"]
        return word if answer.status_code == 401 else None

    assert await eventually(refused, "the token ends") == "UNAUTHENTICATED"
    await rbm.send("oi", id=str(uuid.UUID(int=6)))
    assert await authorization(rbm.world.http, rbm.channel) != old
    assert len(await rbm.world.control.ledger()) == 2


async def test_a_token_of_somebody_else(rbm: RbmWorld) -> None:
    await rbm.send("oi")
    unknown = await rbm.call("POST", "/v1/files", token="ya29.of-nobody", json={})
    assert (unknown.status_code, unknown.json()["error"]["status"]) == (401, "UNAUTHENTICATED")
    await rbm.register(client_email="another@x.iam.gserviceaccount.com")
    with pytest.raises(ChannelUnauthorized):
        await rbm.send("oi", id=str(uuid.UUID(int=5)))
    strange = await rbm.create({"text": "oi"})
    assert (strange.status_code, strange.json()["error"]["status"]) == (403, "PERMISSION_DENIED")


def claims(base: str, **changed: Any) -> dict[str, Any]:
    now = int(time.time())
    scope = "https://www.googleapis.com/auth/rcsbusinessmessaging"
    known = {"iss": EMAIL, "scope": scope, "aud": f"{base}/token", "iat": now, "exp": now + 3600}
    return {**known, **changed}


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"iss": "nobody@x"}, "invalid_grant"),
    ({"aud": "https://oauth2.googleapis.com/token"}, "invalid_grant"),
    ({"iat": 1_600_000_000, "exp": 1_600_003_600}, "invalid_grant"),
    ({"exp": int(time.time()) + 90_000}, "invalid_grant"),
    ({"scope": "https://www.googleapis.com/auth/drive"}, "invalid_scope"),
]


@pytest.mark.parametrize(("changed", "word"), WRONG)
async def test_a_claim_that_earns_no_token(
    rbm: RbmWorld, changed: dict[str, Any], word: str
) -> None:
    made = jwt.encode(claims(rbm.base, **changed), PRIVATE, "RS256", {"kid": KEY_ID})
    form = {"grant_type": GRANT, "assertion": made}
    answer = await rbm.world.http.post(f"{rbm.base}/token", data=form)
    assert (answer.status_code, answer.json()["error"]) == (400, word)


async def test_a_claim_signed_by_another_key(rbm: RbmWorld) -> None:
    made = jwt.encode(claims(rbm.base), PRIVATE, "RS256", {"kid": "another"})
    for form, word in (
        ({"grant_type": GRANT, "assertion": made}, "invalid_grant"),
        ({"grant_type": GRANT, "assertion": f"{made[:-8]}AAAAAAAA"}, "invalid_grant"),
        ({"grant_type": GRANT, "assertion": "no claim"}, "invalid_grant"),
        ({"grant_type": GRANT}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ):
        answer = await rbm.world.http.post(f"{rbm.base}/token", data=form)
        assert (answer.status_code, answer.json()["error"]) == (400, word)


def chip(**fields: Any) -> dict[str, Any]:
    return {"reply": {"text": "Sim", "postbackData": "s", **fields}}


def action(**fields: Any) -> dict[str, Any]:
    return {"action": {"text": "Ir", "postbackData": "i", **fields}}


def card(**fields: Any) -> dict[str, Any]:
    content = {"title": "Bolo", **fields}
    return {"richCard": {"standaloneCard": {"cardOrientation": "VERTICAL", "cardContent": content}}}


REFUSED: list[dict[str, Any]] = [
    {},
    {"text": ""},
    {"text": "a" * 3073},
    {"text": 42},
    {"text": "oi", "emoji": True},
    {"text": "oi", "contentInfo": {"fileUrl": "https://files.example.com/a.png"}},
    {"contentInfo": {"fileUrl": "ftp://files.example.com/a.png"}},
    {"text": "oi", "suggestions": [chip()] * 12},
    {"text": "oi", "suggestions": [chip(text="t" * 26)]},
    {"text": "oi", "suggestions": [chip(postbackData="p" * 2049)]},
    {"text": "oi", "suggestions": [{}]},
    {"text": "oi", "suggestions": [action()]},
    {"text": "oi", "suggestions": [action(dialAction={"phoneNumber": "3030"})]},
    {"text": "oi", "suggestions": [action(openUrlAction={"url": "javascript:1"})]},
    {"text": "oi", "suggestions": [action(viewLocationAction={"label": "Loja"})]},
    card(title="t" * 201),
    card(description="d" * 2001),
    card(suggestions=[chip()] * 5),
    card(media={"contentInfo": {"fileUrl": "https://files.example.com/a.png"}}),
    {"richCard": {"carouselCard": {"cardWidth": "SMALL", "cardContents": [{"title": "x"}]}}},
]


@pytest.mark.parametrize("content", REFUSED, ids=range(len(REFUSED)))
async def test_content_that_does_not_fit(rbm: RbmWorld, content: dict[str, Any]) -> None:
    answer = await rbm.create(content)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["status"]) == (400, 400, "INVALID_ARGUMENT")
    assert error["details"][0]["fieldViolations"]
    assert await rbm.world.control.ledger() == []


async def test_other_refusals(rbm: RbmWorld) -> None:
    path = f"/v1/phones/+{ANA}/agentMessages"
    body = {"contentMessage": {"text": "oi"}}
    good = {"messageId": MESSAGE_ID}
    cases: list[tuple[str, dict[str, str], dict[str, Any], str]] = [
        (path, {}, {"json": body}, "messageId must be a UUID."),
        (path, {"messageId": "7"}, {"json": body}, "messageId must be a UUID."),
        (path, {**good, "agentId": ""}, {"json": body}, "An agent ID is required."),
        (path, good, {"content": b"{"}, "Invalid JSON payload received."),
        (path, good, {"json": {**body, "ttl": "soon"}}, "String should match pattern"),
        (path, good, {"json": {**body, "color": 1}}, 'Unknown name "color"'),
        (f"/v1/phones/{ANA}/agentMessages", good, {"json": body}, "E.164"),
    ]
    for where, params, fields, said in cases:
        answer = await rbm.call("POST", where, params=params, **fields)
        assert answer.status_code == 400, where
        assert said in answer.json()["error"]["message"]
    nowhere = await rbm.call("GET", "/v1/nothing")
    assert nowhere.json()["error"]["status"] == "NOT_FOUND"
    none = await rbm.call("POST", path, params={"agentId": "another"}, json=body)
    assert none.status_code == 403


async def test_the_console_checks_an_address(rbm: RbmWorld) -> None:
    """Our receiver answers nothing, so it fails here; the conversation's test has the real API."""
    answer = await rbm.world.http.post(
        f"{rbm.world.control.base_url}/control/rbm/{AGENT}/webhook_check"
    )
    assert answer.json() == {"verified": False, "status": 200}
    (asked,) = rbm.world.receiver.received
    assert set(json.loads(asked.body)) == {"clientToken", "secret"}


async def test_any_body_is_posted_signed(rbm: RbmWorld) -> None:
    for body in ("not json", {"message": {"data": "%%"}}):
        order = Post(platform="rbm", account=AGENT, body=body)
        assert (await rbm.world.control.post(order)).accepted
    launch = {"agentId": AGENT, "oldLaunchState": "A", "newLaunchState": "B", "eventId": "e1"}
    data = base64.b64encode(json.dumps(launch).encode()).decode()
    order = Post(platform="rbm", account=AGENT, body={"message": {"data": data}})
    assert (await rbm.world.control.post(order)).accepted
    (event,) = rbm.events(rbm.world.receiver.received[-1])
    assert event.kind == "channel"
