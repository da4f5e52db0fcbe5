"""Bodies and answers captured by others: each is read as what its name says, and each proof as good as it says."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
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
    SignatureInvalid,
    Throttled,
)
from platforms.base import WebhookRequest
from platforms.reading import as_object
from platforms.sms.account import SmsAccount
from platforms.sms.providers.vonage.signature import sign_parameters
from platforms.sms.table import PROVIDERS
from tests.platforms import captured
from tests.platforms.sms.support import (
    ACCOUNTS,
    SINCH,
    SMS,
    TWILIO,
    VONAGE,
    changed,
    outbound_message,
)

FOLDERS = {f"sms-{provider}": provider for provider in PROVIDERS}
FILES = [path for path in captured.fixtures(*FOLDERS) if not path.name.endswith(".meta.json")]
INBOUND = [path for path in FILES if path.parent.name == "inbound"]
OUTBOUND = [path for path in FILES if path.parent.name == "outbound"]
PROVEN = [path for path in INBOUND if Path(f"{path}.meta.json").is_file()]


def name(path: Path) -> str:
    return f"{path.parent.parent.name}/{path.name}"


def provider(path: Path) -> str:
    return FOLDERS[path.parent.parent.name]


def meta(path: Path) -> dict[str, Any]:
    beside = Path(f"{path}.meta.json")
    return as_object(json.loads(beside.read_text("utf-8"))) if beside.is_file() else {}


TOLD: dict[str, list[str]] = {
    "receive_media": ["message image", "message image"],
    "signature_json_bodysha256": ["ignored"],
    "signature_params_vector": ["ignored"],
    "signature_md5hash_vector": ["message text"],
    "signature_vector_conversation": ["ignored"],
    "signature_vector_numbers_sha1": ["channel"],
    "status_failed_63018_rate": ["receipt failed"],
    "status_undelivered_30003": ["receipt failed"],
    "status_canceled": ["receipt failed"],
    "status_partially_delivered": ["receipt sent"],
    "status_accepted": ["receipt queued"],
    "status_sending": ["receipt queued"],
    "courier_receive_file": ["message document"],
    "message_in_parar_carrier": ["message text", "preference"],
    "status_not_delivered": ["receipt failed"],
    "totalvoice_status_entregue": ["receipt delivered"],
    "dlr_expired": ["receipt failed"],
    "dlr_pending_enroute": ["receipt sent"],
    "dlr_rejected_dnd": ["receipt failed", "preference"],
    "dlr_undeliverable_absent": ["receipt failed"],
    "dlr_v3": ["receipt delivered", "receipt delivered"],
    "dlr_v3_two_delivered": ["receipt delivered", "receipt delivered"],
    "mo_mms": ["message image"],
    "url_click_tracking": ["ignored"],
    "messages_inbound_mms_vcard": ["message document"],
    "messages_status_read_unknown_fields": ["receipt read"],
    "messages_status_submitted": ["receipt sent"],
    "messages_status_undeliverable_min": ["receipt failed"],
    "sms_api_dlr_buffered_err0": ["receipt sent"],
    "sms_api_dlr_expired_err0": ["receipt failed"],
    "sms_api_dlr_failed_err6": ["receipt failed"],
    "sms_api_dlr_rejected_err9": ["receipt failed", "preference"],
    "sms_api_dlr_unknown_err0": ["receipt unconfirmed"],
    "sms_api_dlr_get": ["receipt delivered"],
    "sms_api_dlr_post_json": ["receipt delivered"],
    "sms_api_inbound_binary": ["message unsupported"],
    "sms_api_invalid": ["ignored"],
    "dlr_batch_full_two": ["receipt delivered", "receipt delivered"],
    "dlr_recipient_dispatched": ["receipt sent"],
    "dlr_recipient_mms": ["receipt sent"],
    "dlr_recipient_failed_404": ["receipt failed"],
    "mblox_mo_missing_from": ["ignored"],
    "mblox_status": ["receipt delivered"],
    "mblox_status_invalid": ["ignored"],
    "mo_binary": ["message unsupported"],
}
"""Where the rest of the name does not say it."""


def expected(stem: str) -> list[str]:
    if stem in TOLD:
        return TOLD[stem]
    word = next((word for word in ("delivered", "queued", "sent", "read") if word in stem), None)
    if word and ("status" in stem or stem.startswith("dlr")):
        return [f"receipt {word}"]
    return ["message text"]


@pytest.mark.parametrize("path", INBOUND, ids=name)
def test_each_is_what_its_name_says(path: Path) -> None:
    request = WebhookRequest(body=path.read_bytes(), provider=provider(path))
    events = SMS.parse(request)
    assert [captured.told(event) for event in events] == expected(path.stem)


def owner(path: Path, known: dict[str, Any]) -> SmsAccount:
    if provider(path) == "twilio":
        return changed(TWILIO, auth_token=known["auth_token"])
    if provider(path) == "vonage":
        secret = known["signature_secret"]
        key = known.get("claims", {}).get("api_key", VONAGE.account_id)
        return changed(VONAGE, signature_secret=secret, api_key=key)
    return changed(SINCH, webhook_secret=known["secret"])


def signed(path: Path) -> list[tuple[Path, dict[str, Any]]]:
    known = meta(path)
    return [(path, known)] if "signature_valid" in known and "headers" in known else []


SIGNED = [pair for path in PROVEN for pair in signed(path)]


@pytest.mark.parametrize(("path", "known"), SIGNED, ids=[name(path) for path, _ in SIGNED])
def test_each_proof_is_as_good_as_it_says(path: Path, known: dict[str, Any]) -> None:
    headers = {title.lower(): value for title, value in known["headers"].items()}
    stamp = headers.get("x-sinch-webhook-signature-timestamp") or known.get("claims", {}).get("iat")
    now = datetime.fromtimestamp(int(stamp), UTC) + timedelta(seconds=5) if stamp else None
    forms = known.get("also_valid", [])
    urls = [(known.get("url", ""), headers)]
    urls += [(form["url"], {**headers, "x-twilio-signature": form["sig"]}) for form in forms]
    account = owner(path, known)
    for url, proof in urls:
        request = WebhookRequest(url=url, headers=proof, body=path.read_bytes(), received_at=now)
        if known["signature_valid"]:
            SMS.verify(request, account)
            forged = request.model_copy(update={"body": request.body + b"&x=1"})
            with pytest.raises(SignatureInvalid):
                SMS.verify(forged, account)
        else:
            with pytest.raises(SignatureInvalid):
                SMS.verify(request, account)


def test_the_vectors_of_vonages_parameters() -> None:
    known = next((path for path in INBOUND if path.stem == "signature_md5hash_vector"), None)
    if known is None:
        pytest.skip("no captured vectors of parameters")
    values = dict(httpx.QueryParams(known.read_text("utf-8")))
    values.pop("sig")
    secret, vectors = meta(known)["signature_secret"], meta(known)["vectors"]
    ways = {
        "md5hash": "md5hash",
        "md5": "md5(hmac)",
        "sha1": "sha1(hmac)",
        "sha256": "sha256(hmac)",
    }
    for method, title in ways.items():
        made = sign_parameters(values, secret, method)  # type: ignore[arg-type]
        assert made == vectors[title].lower()


OUTCOMES: dict[str, tuple[int, type[DeliveryError] | None]] = {
    "twilio/send_error_20003": (401, ChannelUnauthorized),
    "twilio/send_error_20503": (503, PlatformUnavailable),
    "twilio/send_error_21211": (400, ContactUnreachable),
    "twilio/send_error_21408": (403, ChannelUnauthorized),
    "twilio/send_error_21611": (429, Throttled),
    "twilio/send_error_21614": (400, ContactUnreachable),
    "twilio/send_response_201": (201, None),
    "zenvia/send_error_400_validation": (400, ContentRejected),
    "zenvia/send_response_200": (200, None),
    "infobip/send_error_400": (400, ContentRejected),
    "infobip/send_error_429": (429, Throttled),
    "infobip/send_response_one": (200, None),
    "vonage/messages_send_202": (202, None),
    "vonage/messages_send_202_failover": (202, None),
    "vonage/messages_send_400": (400, ContentRejected),
    "vonage/messages_send_402_low_balance": (402, ChannelUnauthorized),
    "vonage/messages_send_422_invalid": (422, ContentRejected),
    "vonage/messages_send_429": (429, Throttled),
    "vonage/sms_api_send_missing_param": (200, ContentRejected),
    "vonage/sms_api_send_ok": (200, None),
    "vonage/sms_api_send_partial": (200, OutcomeUnknown),
    "vonage/sms_api_send_throttled_mt": (200, Throttled),
    "sinch/send_error_400": (400, ContentRejected),
    "sinch/send_response_201": (201, None),
}


ANSWERS = [path for path in OUTBOUND if f"{provider(path)}/{path.stem}" in OUTCOMES]
"""The others are requests."""


@pytest.mark.parametrize("path", ANSWERS, ids=name)
def test_each_answer_means_what_its_name_says(path: Path) -> None:
    status, error = OUTCOMES[f"{provider(path)}/{path.stem}"]
    response = httpx.Response(status, content=path.read_bytes())
    account, message = ACCOUNTS[provider(path)], outbound_message("oi")
    read = PROVIDERS[provider(path)].read_answer
    if error is None:
        assert read(response, account, message).message_external_id
        return
    with pytest.raises(error) as caught:
        read(response, account, message)
    assert type(caught.value) is error
