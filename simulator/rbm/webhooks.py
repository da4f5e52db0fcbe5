"""What reaches the agent's URL: messages and events of people, in the envelope of a subscription, signed.

https://developers.google.com/business-communications/rcs-business-messaging/guides/build/events/receive-events
https://developers.google.com/business-communications/rcs-business-messaging/guides/integrate/webhooks
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from typing import Any

from simulator import clock
from simulator.contacts import Contact
from simulator.deliver import Webhook
from simulator.rbm import files, moments
from simulator.rbm.account import RbmAccount
from simulator.rbm.chips import Suggestion
from simulator.rbm.tokens import KEY
from simulator.schemas import Choice, Say
from simulator.state import Simulation

Json = dict[str, Any]

_KINDS = {
    "text": "TEXT",
    "userFile": "USER_FILE",
    "location": "LOCATION",
    "suggestionResponse": "SUGGESTION_RESPONSE",
}


def enveloped(data: Json) -> Json:
    """As a push subscription hands it over: https://cloud.google.com/pubsub/docs/push#receive_push."""
    number = str(int.from_bytes(secrets.token_bytes(6)))
    moment = moments.written(clock.now())
    encoded = base64.b64encode(json.dumps(data, ensure_ascii=False).encode()).decode()
    return {
        "message": {
            "attributes": _attributes(data),
            "data": encoded,
            "messageId": number,
            "message_id": number,
            "publishTime": moment,
            "publish_time": moment,
        },
        "subscription": "projects/rbm-simulated/subscriptions/agent-webhook",
    }


def _attributes(data: Json) -> Json:
    common = {"business_id": str(data.get("agentId", "")), "product": "RBM"}
    if "eventType" in data:
        return {**common, "type": "event", "event_type": str(data["eventType"])}
    kind = next((word for key, word in _KINDS.items() if key in data), "UNKNOWN")
    return {**common, "type": "message", "message_type": kind}


def serialise(body: Any) -> bytes:
    return (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode()


def webhook(agent: str, lane: str, body: Any) -> Webhook:
    """At least once, in any order."""
    return Webhook(KEY, agent, lane, serialise(body))


def signature(account: RbmAccount, body: bytes) -> dict[str, str]:
    """Over the bytes inside the envelope; of a body without one, over all of it."""
    made = hmac.new(account.client_token.encode(), _inner(body), hashlib.sha512)
    return {"x-goog-signature": base64.b64encode(made.digest()).decode()}


def _inner(body: bytes) -> bytes:
    try:
        return base64.b64decode(json.loads(body)["message"]["data"], validate=True)
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error):
        return body


def from_person(agent: str, contact: Contact, **content: Any) -> Json:
    """A message or an event, of which each has an id of its own."""
    kind = "eventId" if "eventType" in content else "messageId"
    return {
        "agentId": agent,
        "senderPhoneNumber": f"+{contact.address}",
        kind: f"Mx{secrets.token_urlsafe(16)}",
        "sendTime": moments.to_the_nanosecond(clock.now()),
        **content,
    }


def of_message(agent: str, contact: Contact, kind: str, message_id: str) -> Json:
    """An event about a message of the agent's: there its id stands beside that of the event."""
    return from_person(agent, contact, eventType=kind) | {"messageId": message_id}


def expired(agent: str, contact: Contact, message_id: str) -> Json:
    """https://developers.google.com/business-communications/rcs-business-messaging/reference/rest/v1/ServerEvent."""
    return {
        "agentId": agent,
        "phoneNumber": f"+{contact.address}",
        "messageId": message_id,
        "eventId": secrets.token_hex(16),
        "eventType": "TTL_EXPIRATION_REVOKED",
        "sendTime": moments.written(clock.now()),
    }


def said(simulation: Simulation, order: Say, contact: Contact) -> Json:
    """What a customer's doing becomes. Raises `ValueError`."""
    account = simulation.accounts.get(KEY, order.account, RbmAccount)
    if order.choice is not None:
        content: Json = _tapped(contact, order.choice)
    elif order.media is not None:
        content = {"userFile": files.sent(simulation, order.account, account, order.media)}
    else:
        content = order.raw or {"text": order.text}
    data = from_person(order.account, contact, **content)
    key = "eventId" if "eventType" in data else "messageId"
    if order.message_id is not None:
        data[key] = order.message_id
    if key == "messageId":
        scope = f"{KEY}:{order.account}"
        simulation.contacts.remember_message(scope, str(data[key]), contact.address)
    return data


def _tapped(contact: Contact, choice: Choice) -> Json:
    """A chip of the newest message that has it. Raises `ValueError`."""
    for message in contact.messages.newest_first():
        for chip in message["chips"]:
            assert isinstance(chip, Suggestion)  # noqa: S101  put there by `messages`
            if chip.shown.postback_data == choice.id:
                kind = "REPLY" if chip.reply is not None else "ACTION"
                title = choice.title or chip.shown.text
                told = {"postbackData": choice.id, "text": title, "type": kind}
                return {"suggestionResponse": told}
    raise ValueError(f"no message offers {choice.id!r}")
