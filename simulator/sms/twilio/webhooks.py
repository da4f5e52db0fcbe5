"""What Twilio posts: forms, signed with the account's token.

https://www.twilio.com/docs/messaging/guides/webhook-request
https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
https://www.twilio.com/docs/usage/webhooks/webhooks-security
"""

import base64
import hashlib
import hmac
import secrets
from typing import Any
from urllib.parse import parse_qsl, urlencode

from domain.segments import measure
from simulator import clock
from simulator.contacts import Contact
from simulator.sms.accounts import TwilioAccount
from simulator.sms.provider import Json, Posting, Report, Said

STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "REVOKE", "OPTOUT", "CANCEL"})
START = frozenset({"START", "YES", "UNSTOP"})
"""https://help.twilio.com/articles/223134027"""
UNREACHABLE = 30003
_COUNTRIES = {"55": "BR", "1": "US"}


def said(about: Said) -> tuple[Json, str]:
    """A word of `STOP` closes the way to the customer; a messaging service with Advanced Opt-Out says so."""
    account: TwilioAccount = about.account
    sid = about.message_id or f"{'MM' if about.file else 'SM'}{secrets.token_hex(16)}"
    fields = {**_frame(account, about, sid), "Body": about.text or "", "NumMedia": "0"}
    fields["NumSegments"] = str(max(measure(about.text or "").segments, 1))
    if about.file is not None:
        base = f"{account.api_base.rstrip('/')}/2010-04-01/Accounts/{account.account_sid}"
        fields |= {
            "NumMedia": "1",
            "MediaUrl0": f"{base}/Messages/{sid}/Media/{about.file.id}",
            "MediaContentType0": about.file.mime_type,
        }
    return fields | _wish(account, about), sid


def _frame(account: TwilioAccount, about: Said, sid: str) -> dict[str, str]:
    service = account.messaging_service_sid
    return {
        "ToCountry": _country(about.sender),
        "ToState": "",
        "ToCity": "",
        "ToZip": "",
        "FromCountry": _country(about.address),
        "FromState": "",
        "FromCity": "",
        "FromZip": "",
        "SmsMessageSid": sid,
        "SmsSid": sid,
        "MessageSid": sid,
        "SmsStatus": "received",
        "AccountSid": account.account_sid,
        "ApiVersion": "2010-04-01",
        "From": _written(about.address),
        "To": about.sender,
        **({"MessagingServiceSid": service} if service else {}),
    }


def _wish(account: TwilioAccount, about: Said) -> dict[str, str]:
    word = (about.text or "").strip().upper()
    if word in STOP:
        about.contact.blocked = True
    verdict = "STOP" if word in STOP else "START" if word in START else None
    return {"OptOutType": verdict} if verdict and account.messaging_service_sid else {}


def tells_of_blocks(account: TwilioAccount, sender: str, contact: Contact) -> Json | None:
    """It is by writing STOP or START that a customer does it, and that is a message like any other."""
    blocked = contact.blocked
    body, _ = said(Said(account, sender, contact, text="STOP" if blocked else "START"))
    return body


def _country(number: str) -> str:
    digits = number.removeprefix("+")
    return next((name for code, name in _COUNTRIES.items() if digits.startswith(code)), "")


def _written(address: str) -> str:
    """Short codes have no plus."""
    return address if len(address) < 7 else f"+{address}"


def report(about: Report) -> Posting | None:
    account: TwilioAccount = about.account
    entry = about.entry
    status = "undelivered" if about.status == "failed" else about.status
    fields = {
        "MessageSid": entry.external_id,
        "MessageStatus": status,
        "SmsSid": entry.external_id,
        "SmsStatus": status,
        "To": _written(entry.to),
        "From": about.sender,
        "AccountSid": account.account_sid,
        "ApiVersion": "2010-04-01",
    }
    if service := entry.request.get("MessagingServiceSid"):
        fields["MessagingServiceSid"] = str(service)
    if about.status == "failed":
        fields["ErrorCode"] = str(about.chosen_code or UNREACHABLE)
    if about.status == "delivered":
        fields["RawDlrDoneDate"] = clock.now().strftime("%y%m%d%H%M")
    return Posting(fields, entry.request.get("StatusCallback"))


def serialise(account: TwilioAccount, body: Any) -> bytes:
    del account
    return (body if isinstance(body, str) else urlencode(body)).encode()


def proof(account: TwilioAccount, url: str, body: bytes) -> dict[str, str]:
    """HMAC-SHA1 over the address and every parameter in order, decoded, with nothing between."""
    pairs = sorted(set(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)))
    signed = url + "".join(name + value for name, value in pairs)
    made = hmac.new(account.auth_token.encode(), signed.encode(), hashlib.sha1)
    return {
        "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
        "i-twilio-idempotency-token": hashlib.sha256(body).hexdigest()[:32],
        "x-twilio-signature": base64.b64encode(made.digest()).decode(),
    }
