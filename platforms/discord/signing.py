"""Proves that Discord posted a body: an Ed25519 signature over its time and its exact bytes.

https://docs.discord.com/developers/interactions/overview#setting-up-an-endpoint-validating-security-request-headers
Webhook events are signed alike. Discord probes with wrong signatures, and removes a URL that takes one.
"""

import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from domain.errors import SignatureInvalid
from platforms.base import WebhookRequest
from platforms.discord.account import DiscordAccount

SIGNATURE = "x-signature-ed25519"
TIMESTAMP = "x-signature-timestamp"
TOLERANCE_SECONDS = 300
"""Discord names no window; nothing it posts takes minutes, so what is older was posted before."""

_SIGNATURE = re.compile(r"[0-9a-fA-F]{128}")
_TIME = re.compile(r"[0-9]{1,12}", re.ASCII)


def verify(request: WebhookRequest, account: DiscordAccount) -> None:
    """Raise `SignatureInvalid` unless signature and time fit. Verifying takes no secret, so time tells none."""
    signature, moment = (request.headers.get(name, "") for name in (SIGNATURE, TIMESTAMP))
    if not _SIGNATURE.fullmatch(signature) or not _TIME.fullmatch(moment):
        raise SignatureInvalid("the signature or its time is missing or malformed")
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(account.public_key))
        key.verify(bytes.fromhex(signature), moment.encode() + request.body)
    except (InvalidSignature, ValueError):
        raise SignatureInvalid("the signature does not fit") from None
    now = request.received_at
    if now is not None and abs(now.timestamp() - int(moment)) > TOLERANCE_SECONDS:
        raise SignatureInvalid("the signature's time is more than five minutes away")
