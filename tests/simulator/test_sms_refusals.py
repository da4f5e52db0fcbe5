"""What the simulated providers refuse, each in its own words."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.simulator.sms_world import (
    ALIAS,
    ANA,
    NUMBER,
    PLAN,
    SHORT_CODE,
    SID,
    SmsWorld,
    sms_world,
)

LINK = "https://files.example.com/a.png"


@pytest.fixture
async def sms(request: pytest.FixtureRequest) -> AsyncIterator[SmsWorld]:
    async with sms_world(request.param) as started:
        yield started
        assert await started.control.ledger() == []


def at(provider: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("sms", [provider], indirect=True, ids=[""])


TWILIO: list[tuple[dict[str, Any], int, int]] = [
    ({"To": ""}, 400, 21604),
    ({"To": "5511955500101"}, 400, 21211),
    ({"To": "+1234"}, 400, 21211),
    ({"To": "+551133334444"}, 400, 21614),
    ({"From": ""}, 400, 21603),
    ({"From": "+5511400041999"}, 400, 21659),
    ({"MessagingServiceSid": "MG404"}, 400, 21701),
    ({"Body": ""}, 400, 21619),
    ({"Body": "a" * 1601}, 400, 21617),
    ({"MediaUrl": [LINK] * 11}, 400, 21623),
    ({"MediaUrl": "cat.jpg"}, 400, 21620),
    ({"StatusCallback": "nowhere"}, 400, 21609),
]


@at("twilio")
@pytest.mark.parametrize(("form", "status", "code"), TWILIO)
async def test_twilio(sms: SmsWorld, form: dict[str, Any], status: int, code: int) -> None:
    path = f"/2010-04-01/Accounts/{SID}/Messages.json"
    body = {"To": f"+{ANA}", "From": NUMBER, "Body": "oi", **form}
    found, answer = await sms.call("POST", path, data=body, auth=(SID, "twilio-token-1"))
    assert (found, answer["code"], answer["status"]) == (status, code, status)
    assert answer["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert answer["message"]


@at("twilio")
async def test_twilio_knows_its_accounts(sms: SmsWorld) -> None:
    path = f"/2010-04-01/Accounts/{SID}/Messages.json"
    for auth in (None, (SID, "wrong"), ("AC2", "twilio-token-1"), ("", "")):
        status, answer = await sms.call("POST", path, data={}, auth=auth)
        assert (status, answer["code"], answer["message"]) == (401, 20003, "Authenticate")
    status, answer = await sms.call("GET", "/2010-04-01/Accounts/x/y")
    assert (status, answer["code"]) == (404, 20404)
    body = {"To": f"+{ANA}", "From": NUMBER, "Body": "oi"}
    status, answer = await sms.call("POST", path, json=body, auth=(SID, "twilio-token-1"))
    assert (status, answer["code"]) == (400, 21603)


MESSAGES: list[tuple[dict[str, Any], str]] = [
    ({"channel": "telex"}, "channel"),
    ({"message_type": "poem"}, "message_type"),
    ({"to": f"+{ANA}"}, "to"),
    ({"to": 5511955500101}, "to"),
    ({"text": None}, "text"),
    ({"text": ""}, "text"),
    ({"text": "a" * 3201}, "text"),
    ({"client_ref": "a" * 101}, "client_ref"),
    ({"sms": {"encoding_type": "morse"}}, "sms.encoding_type"),
    ({"webhook_url": "nowhere"}, "webhook_url"),
    ({"message_type": "image", "image": {"url": LINK}}, "message_type"),
    ({"channel": "mms", "message_type": "image"}, "image"),
    ({"channel": "mms", "message_type": "image", "image": {"url": "x"}}, "image.url"),
]


@at("vonage")
@pytest.mark.parametrize(("changed", "name"), MESSAGES)
async def test_vonage(sms: SmsWorld, changed: dict[str, Any], name: str) -> None:
    frame = {"channel": "sms", "message_type": "text", "from": SHORT_CODE, "to": ANA, "text": "oi"}
    status, answer = await sms.call(
        "POST", "/v1/messages", json={**frame, **changed}, auth=("k1234567", "vonage-secret-1")
    )
    assert (status, answer["title"]) == (422, "Invalid params")
    assert answer["type"].endswith("/messages#1150")
    assert name in [one["name"] for one in answer["invalid_parameters"]]


@at("vonage")
async def test_vonage_knows_its_accounts(sms: SmsWorld) -> None:
    path, right = "/v1/messages", ("k1234567", "vonage-secret-1")
    for auth in (None, ("k1234567", "wrong"), ("other", "vonage-secret-1")):
        status, answer = await sms.call("POST", path, json={}, auth=auth)
        assert (status, answer["title"]) == (401, "Unauthorized")
    status, answer = await sms.call("POST", path, content=b"{", auth=right)
    assert (status, answer["title"]) == (400, "Bad JSON")
    body = {"channel": "sms", "message_type": "text", "from": "1", "to": ANA, "text": "oi"}
    status, answer = await sms.call("POST", path, json=body, auth=right)
    assert (status, answer["title"]) == (422, "Invalid sender")


SMS_API: list[tuple[dict[str, str], str, str]] = [
    ({"api_key": ""}, "2", "Missing api_key"),
    ({"api_secret": ""}, "2", "Missing api_secret"),
    ({"api_secret": "wrong"}, "4", "Bad Credentials"),
    ({"to": ""}, "2", "Missing to"),
    ({"text": ""}, "2", "Missing text"),
    ({"to": f"+{ANA}"}, "3", "to address is not numeric"),
    ({"type": "poem"}, "3", "Invalid type"),
    ({"client-ref": "a" * 101}, "3", "Invalid client-ref"),
    ({"status-report-req": "please"}, "3", "Invalid status-report-req"),
    ({"callback": "nowhere"}, "23", "Invalid callback url"),
    ({"text": "a" * 3201}, "12", "Message too long"),
    ({"from": "Other"}, "15", "Illegal Sender Address - rejected"),
]


@at("vonage sms")
@pytest.mark.parametrize(("changed", "status", "said"), SMS_API)
async def test_vonage_sms_api(
    sms: SmsWorld, changed: dict[str, str], status: str, said: str
) -> None:
    form = {"api_key": "k1234567", "api_secret": "vonage-secret-1", "from": SHORT_CODE}
    form |= {"to": ANA, "text": "oi", **changed}
    http, answer = await sms.call("POST", "/sms/json", data=form)
    part = {"status": status, "error-text": said}
    assert (http, answer) == (200, {"message-count": "1", "messages": [part]})


ZENVIA: list[tuple[dict[str, Any], str]] = [
    ({"to": f"+{ANA}"}, "to"),
    ({"contents": []}, "contents"),
    ({"contents": [{"type": "file", "fileUrl": LINK}]}, "contents[0].type"),
    ({"contents": [{"type": "text", "text": "a" * 1521}]}, "contents[0].text"),
    ({"contents": [{"type": "text", "text": "a", "encodingStrategy": "X"}]}, "contents[0].enc"),
    ({"externalId": 42}, "externalId"),
]


@at("zenvia")
@pytest.mark.parametrize(("changed", "path"), ZENVIA)
async def test_zenvia(sms: SmsWorld, changed: dict[str, Any], path: str) -> None:
    frame = {"from": ALIAS, "to": ANA, "contents": [{"type": "text", "text": "oi"}]}
    status, answer = await sms.call(
        "POST",
        "/v2/channels/sms/messages",
        json={**frame, **changed},
        headers={"x-api-token": "zenvia-token-1"},
    )
    assert (status, answer["code"]) == (400, "VALIDATION_ERROR")
    assert any(one["path"].startswith(path) for one in answer["details"])


@at("zenvia")
async def test_zenvia_knows_its_accounts(sms: SmsWorld) -> None:
    path = "/v2/channels/sms/messages"
    for headers in ({}, {"x-api-token": "wrong"}):
        status, answer = await sms.call("POST", path, json={}, headers=headers)
        assert (status, answer["code"]) == (401, "AUTHENTICATION_ERROR")
    right = {"x-api-token": "zenvia-token-1"}
    frame = {"from": "other", "to": ANA, "contents": [{"type": "text", "text": "oi"}]}
    status, answer = await sms.call("POST", path, json=frame, headers=right)
    assert (status, answer["code"]) == (404, "NOT_FOUND")
    status, answer = await sms.call("POST", "/v2/nothing", json=frame, headers=right)
    assert (status, answer["code"]) == (404, "NOT_FOUND")


def infobip(**changed: Any) -> dict[str, Any]:
    to = {"to": ANA, "messageId": "m1"}
    message = {"sender": SHORT_CODE, "destinations": [to], "content": {"text": "oi"}}
    return {"messages": [{**message, **changed}]}


KEY = {"authorization": "App infobip-key-1"}
INFOBIP: list[tuple[dict[str, Any], str]] = [
    ({"messages": []}, "messages"),
    (infobip(destinations=[]), "messages[0].destinations"),
    (infobip(destinations=[{"to": ANA, "messageId": "a" * 201}]), "messages[0].destinations[0]"),
    (infobip(content={}), "messages[0].content.text"),
    (infobip(content={"text": "a", "transliteration": "X"}), "messages[0].content.translit"),
    (infobip(webhooks={"delivery": {"url": "nowhere"}}), "messages[0].webhooks.delivery.url"),
    (infobip(sender=29100), "messages[0].sender"),
]


@at("infobip")
@pytest.mark.parametrize(("body", "path"), INFOBIP)
async def test_infobip(sms: SmsWorld, body: dict[str, Any], path: str) -> None:
    status, answer = await sms.call("POST", "/sms/3/messages", json=body, headers=KEY)
    assert (status, answer["errorCode"]) == (400, "E400")
    assert answer["violations"][0]["property"].startswith(path)


REJECTED: list[tuple[dict[str, Any], int, str]] = [
    ({"sender": "Other"}, 13, "REJECTED_SENDER"),
    ({"destinations": [{"to": "123"}]}, 52, "REJECTED_DESTINATION"),
    ({"content": {"text": "a" * 4000}}, 25, "REJECTED_MESSAGE_TOO_LONG"),
]


@at("infobip")
@pytest.mark.parametrize(("changed", "number", "name"), REJECTED)
async def test_infobip_rejects_within_a_200(
    sms: SmsWorld, changed: dict[str, Any], number: int, name: str
) -> None:
    body = infobip(**changed)
    status, answer = await sms.call("POST", "/sms/3/messages", json=body, headers=KEY)
    (message,) = answer["messages"]
    told = message["status"]
    assert (status, told["groupName"], told["id"], told["name"]) == (200, "REJECTED", number, name)


@at("infobip")
async def test_infobip_knows_its_accounts(sms: SmsWorld) -> None:
    for headers in ({}, {"authorization": "App wrong"}, {"authorization": "Bearer infobip-key-1"}):
        status, answer = await sms.call("POST", "/sms/3/messages", json=infobip(), headers=headers)
        assert (status, answer["errorCode"]) == (401, "E401")


SINCH: list[tuple[dict[str, Any], str]] = [
    ({"to": []}, "syntax_invalid_parameter_format"),
    ({"to": ["abc"]}, "syntax_invalid_parameter_format"),
    ({"to": ANA}, "syntax_invalid_parameter_format"),
    ({"body": ""}, "syntax_invalid_parameter_format"),
    ({"body": "a" * 2001}, "syntax_invalid_parameter_format"),
    ({"type": "mt_media"}, "syntax_invalid_parameter_format"),
    ({"type": "mt_media", "body": {"url": "x"}}, "syntax_invalid_parameter_format"),
    ({"type": "mt_media", "body": {"message": "x"}}, "syntax_constraint_violation"),
    ({"delivery_report": "please"}, "syntax_invalid_parameter_format"),
    ({"callback_url": "nowhere"}, "syntax_invalid_parameter_format"),
    ({"client_reference": "a" * 2049}, "syntax_invalid_parameter_format"),
]


@at("sinch")
@pytest.mark.parametrize(("changed", "code"), SINCH)
async def test_sinch(sms: SmsWorld, changed: dict[str, Any], code: str) -> None:
    batch = {"from": SHORT_CODE, "to": [ANA], "body": "oi", **changed}
    headers = {"authorization": "Bearer sinch-token-1"}
    status, answer = await sms.call("POST", f"/xms/v1/{PLAN}/batches", json=batch, headers=headers)
    assert (status, answer["code"]) == (400, code), answer
    assert answer["text"]


@at("sinch")
async def test_sinch_knows_its_accounts(sms: SmsWorld) -> None:
    right = {"authorization": "Bearer sinch-token-1"}
    batch = {"from": SHORT_CODE, "to": [ANA], "body": "oi"}
    for plan, headers in ((PLAN, {}), (PLAN, {"authorization": "Bearer x"}), ("other", right)):
        status, answer = await sms.call(
            "POST", f"/xms/v1/{plan}/batches", json=batch, headers=headers
        )
        assert (status, answer["code"]) == (401, "unauthorized")
    path = f"/xms/v1/{PLAN}/batches"
    status, answer = await sms.call("POST", path, json={**batch, "from": "1"}, headers=right)
    assert (status, answer["code"]) == (403, "forbidden")
    status, answer = await sms.call("POST", path, content=b"{", headers=right)
    assert (status, answer["code"]) == (400, "syntax_invalid_json")
    status, answer = await sms.call("POST", path, json={"to": [ANA]}, headers=right)
    assert (status, answer["code"]) == (400, "syntax_constraint_violation")
