"""What Sinch posts, signed where the plan has signatures: https://developers.sinch.com/docs/sms/api-reference/sms/webhooks."""

import base64
import hashlib
import hmac
import secrets

from domain.segments import measure
from simulator import clock
from simulator.sms.accounts import SinchAccount
from simulator.sms.jsons import JSON_TYPE, moment
from simulator.sms.provider import Json, Posting, Report, Said

DELIVERED, DISPATCHED, ABSENT, REFUSED, TOO_LONG = 0, 401, 404, 408, 411
"""https://developers.sinch.com/docs/sms/api-reference/sms/delivery-reports"""


def said(about: Said) -> tuple[Json, str]:
    message_id = about.message_id or f"01{secrets.token_hex(12).upper()}"
    item: Json = {
        "type": "mo_text",
        "id": message_id,
        "from": about.address,
        "to": about.sender.removeprefix("+"),
        "body": about.text or "",
        "operator_id": "72411",
        "received_at": moment(),
        "sent_at": moment(),
    }
    if about.file is not None:
        file = {"url": about.file.url, "content_type": about.file.mime_type}
        media = [{**file, "status": "Uploaded", "code": 0}]
        item |= {"type": "mo_media", "body": {"message": about.text or "", "media": media}}
    return item, message_id


def report(about: Report) -> Posting | None:
    """As the batch asked: each step for each number, the last one only, or a summary of the last ones."""
    wanted = about.entry.request.get("delivery_report", "none")
    if wanted == "none" or (about.status == "sent" and wanted != "per_recipient"):
        return None
    word, code = _outcome(about)
    each = wanted in {"per_recipient", "per_recipient_final"}
    body = _of_recipient(about, word, code) if each else _of_batch(about, word, code)
    if about.entry.reference is not None:
        body["client_reference"] = about.entry.reference
    return Posting(body, about.entry.request.get("callback_url"))


def _outcome(about: Report) -> tuple[str, int]:
    if about.status != "failed":
        return ("Dispatched", DISPATCHED) if about.status == "sent" else ("Delivered", DELIVERED)
    limit = about.entry.request.get("max_number_of_message_parts")
    if about.chosen_code is not None:
        return "Failed", about.chosen_code
    if limit is not None and measure(about.entry.text).segments > limit:
        return "Aborted", TOO_LONG
    return ("Rejected", REFUSED) if about.blocked else ("Failed", ABSENT)


def _of_recipient(about: Report, word: str, code: int) -> Json:
    return {
        "type": f"recipient_delivery_report_{about.entry.type}",
        "batch_id": about.entry.external_id,
        "recipient": about.entry.to,
        "code": code,
        "status": word,
        "at": moment(),
        "operator_status_at": moment(),
        "applied_originator": about.sender.removeprefix("+"),
        "number_of_message_parts": max(measure(about.entry.text).segments, 1),
    }


def _of_batch(about: Report, word: str, code: int) -> Json:
    named = about.entry.request["delivery_report"] == "full"
    status: Json = {"code": code, "status": word, "count": 1}
    return {
        "type": f"delivery_report_{about.entry.type}",
        "batch_id": about.entry.external_id,
        "total_message_count": 1,
        "statuses": [status | ({"recipients": [about.entry.to]} if named else {})],
    }


def proof(account: SinchAccount, url: str, body: bytes) -> dict[str, str]:
    """The body, a nonce and the moment, with dots between."""
    del url
    if not account.webhook_secret:
        return JSON_TYPE
    nonce, timestamp = secrets.token_hex(13).upper(), str(int(clock.unix()))
    signed = body + f".{nonce}.{timestamp}".encode()
    made = hmac.new(account.webhook_secret.encode(), signed, hashlib.sha256)
    header = "x-sinch-webhook-signature"
    return {
        **JSON_TYPE,
        header: base64.b64encode(made.digest()).decode(),
        f"{header}-algorithm": "HmacSHA256",
        f"{header}-nonce": nonce,
        f"{header}-timestamp": timestamp,
    }
