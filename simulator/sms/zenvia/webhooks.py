"""What Zenvia posts to its subscriptions: https://zenvia.github.io/zenvia-openapi-spec/ (MESSAGE, MESSAGE_STATUS).

Nothing is signed: a subscription may have headers of its own, and ours has one.
"""

from simulator.sms.accounts import ZenviaAccount
from simulator.sms.jsons import JSON_TYPE, moment
from simulator.sms.provider import Json, Posting, Report, Said
from simulator.sms.sending import new_uuid

UNREACHABLE = 102
_SUBSCRIPTIONS = {"MESSAGE": "c3b1", "MESSAGE_STATUS": "c3b2"}
_SAYS = {
    "SENT": "The message has been forwarded to the provider",
    "DELIVERED": "The message has been delivered",
    "NOT_DELIVERED": "The message was not delivered",
    "REJECTED": "The message was rejected",
}


def said(about: Said) -> tuple[Json, str]:
    if about.file is not None:
        raise ValueError("Zenvia's SMS carries no files")
    message_id = about.message_id or new_uuid()
    message = {
        "id": message_id,
        "from": about.address,
        "to": about.sender,
        "direction": "IN",
        "channel": "sms",
        "visitor": {"name": about.contact.name, "firstName": about.contact.name, "lastName": ""},
        "contents": [{"type": "text", "text": about.text or ""}],
        "timestamp": moment(),
        "channelData": {"sms": {"carrier": "VIVO"}},
    }
    return {**_event("MESSAGE"), "direction": "IN", "message": message}, message_id


def _event(kind: str) -> Json:
    return {
        "id": new_uuid(),
        "timestamp": moment(),
        "type": kind,
        "subscriptionId": _SUBSCRIPTIONS[kind],
        "channel": "sms",
    }


def report(about: Report) -> Posting | None:
    entry = about.entry
    failure = "REJECTED" if about.blocked else "NOT_DELIVERED"
    code = failure if about.status == "failed" else about.status.upper()
    status: Json = {
        "timestamp": moment(),
        "code": code,
        "description": _SAYS[code],
        "channel": "sms",
        "direction": "OUT",
    }
    if about.status == "failed":
        number = str(about.chosen_code or UNREACHABLE)
        reason = "Blocked by the user" if about.blocked else "Number not found"
        status["causes"] = [{"channelErrorCode": number, "reason": reason, "details": ""}]
    message: Json = {
        "id": entry.external_id,
        "contentIndex": 0,
        "direction": "OUT",
        "from": about.sender,
        "to": entry.to,
    }
    if entry.reference is not None:
        message["externalId"] = entry.reference
    named = {"messageId": entry.external_id, "contentIndex": 0, "message": message}
    return Posting({**_event("MESSAGE_STATUS"), **named, "messageStatus": status})


def proof(account: ZenviaAccount, url: str, body: bytes) -> dict[str, str]:
    del url, body
    token = {"x-hook-token": account.webhook_token} if account.webhook_token else {}
    return {**JSON_TYPE, **token}
