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


def envelope(*messages: Any, statuses: list[Any] | None = None) -> bytes:
    value: dict[str, Any] = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": "15550100000",
            "phone_number_id": WHATSAPP.account_id,
        },
    }
    if messages:
        value["messages"] = list(messages)
    if statuses:
        value["statuses"] = statuses
    change = {"field": "messages", "value": value}
    entry = {"id": WHATSAPP.account["waba_id"], "changes": [change]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


def signed(body: bytes, secret: str = WHATSAPP.account["app_secret"]) -> dict[str, str]:
    return {"x-hub-signature-256": sign(body, secret), "content-type": "application/json"}
