"""What the SMS API posts: parameters, of which one signs the others.

https://developer.vonage.com/en/messaging/sms/guides/inbound-sms
https://developer.vonage.com/en/messaging/sms/guides/delivery-receipts (of a long text, the first part's only)
https://developer.vonage.com/en/concepts/guides/signing-messages
"""

import hashlib
import hmac
import json
import secrets
from typing import Any
from urllib.parse import urlencode

from simulator import clock
from simulator.sms.accounts import VonageAccount
from simulator.sms.jsons import JSON_TYPE
from simulator.sms.provider import Json, Posting, Report, Said
from simulator.sms.sending import new_uuid

OPTED_OUT, UNREACHABLE = 9, 12
_WORDS = {"sent": "accepted", "delivered": "delivered", "failed": "failed"}
_HASHES = {
    "md5": hashlib.md5,
    "sha1": hashlib.sha1,
    "sha256": hashlib.sha256,
    "sha512": hashlib.sha512,
}


def said(about: Said) -> tuple[Json, str]:
    """It knows no files. A long text comes in one piece here."""
    if about.file is not None:
        raise ValueError("Vonage's SMS API brings no files; the Messages API does")
    message_id = about.message_id or secrets.token_hex(8).upper()
    text = about.text or ""
    body = {
        "msisdn": about.address,
        "to": about.sender.removeprefix("+"),
        "messageId": message_id,
        "text": text,
        "type": "text" if text.isascii() else "unicode",
        "keyword": text.split(" ")[0].upper()[:20],
        "api-key": about.account.api_key,
        "message-timestamp": _now(),
    }
    return body, message_id


def report(about: Report) -> Posting | None:
    """Its `msisdn` is the customer and its `to` the sender."""
    entry = about.entry
    if entry.request.get("status-report-req") in {"0", "false"}:
        return None
    failed = about.status == "failed"
    code = about.chosen_code or (OPTED_OUT if about.blocked else UNREACHABLE)
    body = {
        "msisdn": entry.to,
        "to": about.sender.removeprefix("+"),
        "network-code": "72411",
        "messageId": entry.external_id,
        "price": "0.03330000",
        "status": "rejected" if failed and about.blocked else _WORDS[about.status],
        "scts": clock.now().strftime("%y%m%d%H%M"),
        "err-code": str(code) if failed else "0",
        "api-key": about.account.api_key,
        "message-timestamp": _now(),
    }
    if entry.reference is not None:
        body["client-ref"] = entry.reference
    return Posting(body, entry.request.get("callback"))


def _now() -> str:
    return clock.now().strftime("%Y-%m-%d %H:%M:%S")


def serialise(account: VonageAccount, body: Json) -> bytes:
    """With the moment, a nonce and the signature of everything."""
    values = {name: str(value) for name, value in body.items() if value is not None}
    values |= {"timestamp": str(int(clock.unix())), "nonce": new_uuid()}
    values["sig"] = _signature(account, values)
    if account.webhook_format == "json":
        return json.dumps(values, ensure_ascii=False).encode()
    return urlencode(values).encode()


def headers(account: VonageAccount) -> dict[str, str]:
    if account.webhook_format == "json":
        return JSON_TYPE
    return {"content-type": "application/x-www-form-urlencoded"}


def _signature(account: VonageAccount, values: dict[str, Any]) -> str:
    """Over the parameters in order, in whose values `&` and `=` are `_`."""
    pairs = (
        f"&{name}={value.replace('&', '_').replace('=', '_')}"
        for name, value in sorted(values.items())
        if value
    )
    signed, secret = "".join(pairs).encode(), account.signature_secret.encode()
    if account.signature_method == "md5hash":
        return hashlib.md5(signed + secret).hexdigest()  # noqa: S324  Vonage's own method
    return hmac.new(secret, signed, _HASHES[account.signature_method]).hexdigest()
