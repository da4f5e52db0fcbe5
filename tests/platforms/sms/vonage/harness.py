"""How the contract test speaks for Vonage: its account and its tokens."""

import base64
import hashlib
import json
from typing import Any

from pydantic import SecretStr

from platforms.sms.providers.vonage.account import VonageAccount
from platforms.sms.providers.vonage.signature import sign_token

ACCOUNT = VonageAccount(
    sender="28450",
    api_key="k1234567",
    api_secret=SecretStr("vonage-secret-of-nobody"),
    signature_secret=SecretStr("vonage-signature-of-nobody-0123456789"),
    callback_url="https://pytake.loja.example/api/webhooks/sms/0198f0ac",
    mms=True,
)
SIGNED_AT = 1772474650
BATCH = ""


def encoded(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def token(body: bytes, head: dict[str, Any] | None = None, **claims: Any) -> str:
    """A token as Vonage's, unless something else is wanted of it."""
    known = {
        "iat": SIGNED_AT,
        "iss": "Vonage",
        "api_key": ACCOUNT.api_key,
        "payload_hash": hashlib.sha256(body).hexdigest(),
    }
    signed = f"{encoded(head or {'alg': 'HS256', 'typ': 'JWT'})}.{encoded(known | claims)}"
    return f"{signed}.{sign_token(signed, ACCOUNT.signature_secret.get_secret_value())}"


def sign(body: bytes) -> dict[str, str]:
    return {"authorization": f"Bearer {token(body)}"}
