"""Webhook bodies and their signatures, as the demo's platforms would post them."""

import json
from typing import Any
from uuid import uuid4

from platforms.meta.graph import sign
from simulator.demo import WHATSAPP

URL = f"/api/webhooks/whatsapp/{WHATSAPP.id}"
SHARED_URL = "/api/webhooks/whatsapp"


def text(sender: str, body: str, wamid: str | None = None) -> dict[str, Any]:
    return {
        "from": sender,
        "id": wamid or f"wamid.{uuid4().hex}",
        "timestamp": "1767225600",
        "type": "text",
        "text": {"body": body},
    }


def entry(number: str, *messages: Any, business: str = "", statuses: Any = ()) -> dict[str, Any]:
    """What happened at one number."""
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550100000", "phone_number_id": number},
    }
    if messages:
        value["messages"] = list(messages)
    if statuses:
        value["statuses"] = list(statuses)
    return {"id": business or f"9{number}", "changes": [{"field": "messages", "value": value}]}


def news(business: str, template: str) -> dict[str, Any]:
    """What is about a business account and names no number."""
    value = {"event": "APPROVED", "message_template_name": template}
    change = {"field": "message_template_status_update", "value": value}
    return {"id": business, "time": 1767225600, "changes": [change]}


def body_of(*entries: dict[str, Any]) -> bytes:
    return json.dumps({"object": "whatsapp_business_account", "entry": list(entries)}).encode()


def envelope(*messages: Any, statuses: list[Any] | None = None) -> bytes:
    """What happened at the demo's number."""
    business = WHATSAPP.account["waba_id"]
    number = WHATSAPP.account_id
    return body_of(entry(number, *messages, business=business, statuses=statuses or ()))


def signed(body: bytes, secret: str = WHATSAPP.account["app_secret"]) -> dict[str, str]:
    return {"x-hub-signature-256": sign(body, secret), "content-type": "application/json"}
