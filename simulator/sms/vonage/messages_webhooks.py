"""What the Messages API posts: JSON, with a token that holds the body's hash.

https://developer.vonage.com/en/api/messages#webhooks
https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks
"""

import base64
import hashlib
import hmac
import json
from typing import Any

from domain.segments import measure
from simulator import clock
from simulator.sms.accounts import VonageAccount
from simulator.sms.jsons import JSON_TYPE
from simulator.sms.provider import File, Json, Posting, Report, Said
from simulator.sms.sending import new_uuid
from simulator.sms.vonage.errors import DOCS

OPTED_OUT, UNREACHABLE = 1240, 1260
_WORDS = {"sent": "submitted", "delivered": "delivered", "failed": "rejected"}


def said(about: Said) -> tuple[Json, str]:
    message_id = about.message_id or new_uuid()
    content = _mms(about, about.file) if about.file else _sms(about)
    body = {
        "message_uuid": message_id,
        "to": about.sender.removeprefix("+"),
        "from": about.address,
        "timestamp": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        **content,
        "origin": {"network_code": "72411"},
    }
    return body, message_id


def _sms(about: Said) -> Json:
    text = about.text or ""
    parts = str(max(measure(text).segments, 1))
    sms = {"num_messages": parts, "keyword": text.split(" ")[0].upper()[:20]}
    return {"channel": "sms", "message_type": "text", "text": text, "sms": sms}


def _mms(about: Said, file: File) -> Json:
    group = file.mime_type.partition("/")[0]
    kind = group if group in {"image", "audio", "video"} else "file"
    item = {"url": file.url, **({"name": file.filename} if file.filename else {})}
    caption = {"caption": about.text} if about.text else {}
    return {"channel": "mms", "message_type": kind, kind: item | caption}


def report(about: Report) -> Posting | None:
    entry = about.entry
    body: Json = {
        "message_uuid": entry.external_id,
        "to": entry.to,
        "from": about.sender.removeprefix("+"),
        "timestamp": clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        "status": _WORDS[about.status],
        "channel": entry.type,
        "usage": {"currency": "EUR", "price": "0.0333"},
    }
    if entry.reference is not None:
        body["client_ref"] = entry.reference
    if about.status == "failed":
        code = about.chosen_code or (OPTED_OUT if about.blocked else UNREACHABLE)
        body["error"] = {
            "type": f"{DOCS}/messages#{code}",
            "title": str(code),
            "detail": "The message could not be delivered.",
            "instance": new_uuid(),
        }
    return Posting(body, entry.request.get("webhook_url"))


def proof(account: VonageAccount, body: bytes) -> dict[str, str]:
    claims = {
        "iat": int(clock.unix()),
        "jti": new_uuid(),
        "iss": "Vonage",
        "payload_hash": hashlib.sha256(body).hexdigest(),
        "api_key": account.api_key,
        "application_id": "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab",
    }
    signed = f"{_part({'alg': 'HS256', 'typ': 'JWT'})}.{_part(claims)}"
    made = hmac.new(account.signature_secret.encode(), signed.encode(), hashlib.sha256)
    return {**JSON_TYPE, "authorization": f"Bearer {signed}.{_encoded(made.digest())}"}


def _part(value: Any) -> str:
    return _encoded(json.dumps(value, separators=(",", ":")).encode())


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
