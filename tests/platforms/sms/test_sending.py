"""What each provider answers to a send, and what that means."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from domain.errors import (
    ChannelUnauthorized,
    ContactUnreachable,
    ContentRejected,
    DeliveryError,
    OutcomeUnknown,
    PlatformUnavailable,
    Throttled,
)
from domain.receipts import Receipt, ReceiptStatus
from tests.platforms.sms.support import (
    ACCOUNTS,
    MESSAGE_ID,
    SMS,
    VONAGE,
    FakeProvider,
    changed,
    no_media,
    outbound_message,
)

BY_SMS = changed(VONAGE, api="sms")


async def send(provider: str, status: int, body: Any, **headers: str) -> Receipt:
    account = BY_SMS if provider == "vonage-sms" else ACCOUNTS[provider]
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    fake = FakeProvider(httpx.Response(status, json=body, headers=named))
    async with fake.client() as client:
        receipt = await SMS.send(client, account, outbound_message("oi"), no_media)
    assert len(fake.requests) == 1
    return receipt


async def failure(provider: str, status: int, body: Any, **headers: str) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await send(provider, status, body, **headers)
    return caught.value


def parts(*statuses: dict[str, str] | str) -> dict[str, Any]:
    entries = [
        {"status": "0", "message-id": f"0B{number}"} if status == "0" else status
        for number, status in enumerate(statuses, 1)
    ]
    return {"message-count": str(len(entries)), "messages": entries}


def infobip(group: int, status: int, **fields: Any) -> dict[str, Any]:
    said = {"groupId": group, "id": status, "name": "NAME", "description": "words"}
    return {"bulkId": "b", "messages": [{"status": said, "destination": "1", **fields}]}


TAKEN: list[tuple[str, int, dict[str, Any], str]] = [
    ("twilio", 201, {"sid": "SM1", "status": "queued", "error_code": None}, "SM1"),
    ("zenvia", 200, {"id": "z-1", "direction": "OUT"}, "z-1"),
    ("infobip", 200, infobip(1, 26, messageId="i-1"), "i-1"),
    ("infobip", 200, infobip(5, 23, messageId="i-1"), "i-1"),
    ("infobip", 200, infobip(5, 23), MESSAGE_ID),
    ("vonage", 202, {"message_uuid": "u-1", "workflow_id": "w"}, "u-1"),
    ("vonage-sms", 200, parts("0"), "0B1"),
    ("vonage-sms", 200, parts("0", "0", "0"), "0B1"),
    ("sinch", 201, {"id": "01B", "to": ["1"], "canceled": False}, "01B"),
]


@pytest.mark.parametrize(("provider", "status", "body", "external_id"), TAKEN)
async def test_taken(provider: str, status: int, body: dict[str, Any], external_id: str) -> None:
    """A message with our id that had been taken before counts as taken: that is what the id is for."""
    receipt = await send(provider, status, body)
    assert receipt.status is ReceiptStatus.SENT
    assert (receipt.message_external_id, receipt.reference) == (external_id, MESSAGE_ID)


def twilio(code: int, words: str = "No.") -> dict[str, Any]:
    return {"code": code, "message": words, "more_info": "https://x", "status": 400}


def problem(title: str, code: str = "1150") -> dict[str, Any]:
    return {"type": f"https://x#{code}", "title": title, "detail": "words", "instance": "i"}


def old_infobip(code: str) -> dict[str, Any]:
    return {"requestError": {"serviceException": {"messageId": code, "text": "words"}}}


REFUSED: list[tuple[str, int, Any, type[DeliveryError], str]] = [
    ("twilio", 401, twilio(20003), ChannelUnauthorized, "20003"),
    ("twilio", 400, twilio(21211), ContactUnreachable, "21211"),
    ("twilio", 400, twilio(21610), ContactUnreachable, "21610"),
    ("twilio", 400, twilio(21614), ContactUnreachable, "21614"),
    ("twilio", 400, twilio(21617), ContentRejected, "21617"),
    ("twilio", 403, twilio(21408), ChannelUnauthorized, "21408"),
    ("twilio", 429, twilio(20429), Throttled, "20429"),
    ("twilio", 503, twilio(20503), PlatformUnavailable, "20503"),
    ("twilio", 500, twilio(20500), OutcomeUnknown, "500"),
    ("twilio", 400, twilio(29999), ContentRejected, "29999"),
    ("twilio", 401, twilio(29999), ChannelUnauthorized, "29999"),
    ("twilio", 201, {"status": "queued"}, OutcomeUnknown, "201"),
    ("zenvia", 400, {"code": "VALIDATION_ERROR", "message": "x"}, ContentRejected, "VALIDATION_ERROR"),
    ("zenvia", 401, {"code": "AUTHENTICATION_ERROR"}, ChannelUnauthorized, "AUTHENTICATION_ERROR"),
    ("zenvia", 409, {"code": "DUPLICATED"}, ContentRejected, "DUPLICATED"),
    ("zenvia", 200, {"code": "VALIDATION_ERROR", "message": "x"}, ContentRejected, "VALIDATION_ERROR"),
    ("zenvia", 200, {"code": "NEW_ERROR", "id": "z"}, ContentRejected, "NEW_ERROR"),
    ("zenvia", 500, {"code": "INTERNAL_ERROR"}, OutcomeUnknown, "500"),
    ("zenvia", 429, {"code": "TOO_MANY_REQUESTS"}, Throttled, "TOO_MANY_REQUESTS"),
    ("infobip", 400, {"errorCode": "E400", "description": "x"}, ContentRejected, "E400"),
    ("infobip", 401, {"errorCode": "E401"}, ChannelUnauthorized, "E401"),
    ("infobip", 401, old_infobip("UNAUTHORIZED"), ChannelUnauthorized, "UNAUTHORIZED"),
    ("infobip", 403, {"errorCode": "E999"}, ChannelUnauthorized, "E999"),
    ("infobip", 500, old_infobip("GENERAL_ERROR"), OutcomeUnknown, "500"),
    ("infobip", 200, infobip(5, 12), ChannelUnauthorized, "12"),
    ("infobip", 200, infobip(5, 10), ContactUnreachable, "10"),
    ("infobip", 200, infobip(5, 25), ContentRejected, "25"),
    ("infobip", 200, infobip(5, 20), Throttled, "20"),
    ("infobip", 200, infobip(5, 21), PlatformUnavailable, "21"),
    ("infobip", 200, infobip(1, 26), OutcomeUnknown, "200"),
    ("vonage", 401, problem("Unauthorized"), ChannelUnauthorized, "401"),
    ("vonage", 402, problem("Low balance", "low-balance"), ChannelUnauthorized, "402"),
    ("vonage", 422, problem("Invalid params"), ContentRejected, "422"),
    ("vonage", 429, problem("Rate Limit Hit", "1010"), Throttled, "429"),
    ("vonage", 500, problem("Internal error"), OutcomeUnknown, "500"),
    ("vonage", 202, {}, OutcomeUnknown, "202"),
    ("vonage-sms", 200, parts({"status": "2", "error-text": "x"}), ContentRejected, "2"),
    ("vonage-sms", 200, parts({"status": "4"}), ChannelUnauthorized, "4"),
    ("vonage-sms", 200, parts({"status": "7"}), ContactUnreachable, "7"),
    ("vonage-sms", 200, parts({"status": "5"}), PlatformUnavailable, "5"),
    ("vonage-sms", 200, parts({"status": "77"}), ContentRejected, "77"),
    ("vonage-sms", 200, parts("0", {"status": "1"}), OutcomeUnknown, "1"),
    ("vonage-sms", 200, parts({"status": "1"}, "0"), OutcomeUnknown, "1"),
    ("vonage-sms", 200, {"messages": [{}]}, OutcomeUnknown, "200"),
    ("vonage-sms", 200, {"messages": ["x"]}, OutcomeUnknown, "200"),
    ("sinch", 400, {"code": "syntax_invalid_json", "text": "x"}, ContentRejected, "syntax_invalid_json"),
    ("sinch", 401, {"code": "unauthorized"}, ChannelUnauthorized, "unauthorized"),
    ("sinch", 403, {"code": "new_code"}, ChannelUnauthorized, "new_code"),
    ("sinch", 500, {"code": "internal"}, OutcomeUnknown, "500"),
    ("sinch", 201, {"to": []}, OutcomeUnknown, "201"),
]  # fmt: skip


@pytest.mark.parametrize(("provider", "status", "body", "error", "code"), REFUSED)
async def test_refused(
    provider: str, status: int, body: Any, error: type[DeliveryError], code: str
) -> None:
    raised = await failure(provider, status, body)
    assert type(raised) is error
    assert raised.vendor_code == code


async def test_how_long_to_wait() -> None:
    said = "Throughput Rate Exceeded - please wait [ 702 ] and retry"
    longer = "Exceeded maximum MT throughput[ MAX [ 30 ] INTERVAL [ 1000 ] COUNT [ 30 ] ]"
    waits = [
        await failure("twilio", 429, twilio(20429), retry_after="3"),
        await failure("twilio", 429, twilio(21611)),
        await failure("infobip", 429, old_infobip("TOO_MANY_REQUESTS"), retry_after="2"),
        await failure("vonage-sms", 200, parts({"status": "1", "error-text": said})),
        await failure("vonage-sms", 200, parts({"status": "1", "error-text": longer})),
        await failure("vonage-sms", 200, parts({"status": "1", "error-text": "Throttled"})),
    ]
    delays = [error.retry_after for error in waits if isinstance(error, Throttled)]
    seconds = [None if delay is None else delay / timedelta(seconds=1) for delay in delays]
    assert seconds == [3, 120, 2, 0.702, 1, None]


async def test_an_error_names_no_number() -> None:
    error = await failure("twilio", 400, twilio(21211, "Invalid 'To' Phone Number: +5511955500101"))
    assert error.detail == "21211: Invalid 'To' Phone Number: (number)"


@pytest.mark.parametrize("provider", ACCOUNTS)
async def test_the_request_goes_where_the_account_says(provider: str) -> None:
    account = changed(ACCOUNTS[provider], api_base="http://127.0.0.1:8090/sms")
    fake = FakeProvider(httpx.Response(503))
    async with fake.client() as client:
        with pytest.raises(PlatformUnavailable):
            await SMS.send(client, account, outbound_message("Olá 😀"), no_media)
    (request,) = fake.requests
    assert (request.method, request.url.host, request.url.port) == ("POST", "127.0.0.1", 8090)
    name, value = next(iter(account.authorization.items()))
    assert request.headers[name] == value
