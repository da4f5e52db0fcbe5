"""Sinch's signatures: one for messages and reports, another for news of numbers.

https://developers.sinch.com/docs/sms/api-reference/sms/webhooks
https://developers.sinch.com/docs/numbers/api-reference/numbers/numbers-callbacks
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

from domain.errors import SignatureInvalid
from platforms.base import WebhookRequest
from platforms.sms.proofs import check_age, check_token, same
from platforms.sms.providers.sinch.account import SinchAccount
from platforms.sms.reading import as_moment

HEADER: Final = "x-sinch-webhook-signature"
NONCE_HEADER: Final = "x-sinch-webhook-signature-nonce"
TIMESTAMP_HEADER: Final = "x-sinch-webhook-signature-timestamp"
ALGORITHM_HEADER: Final = "x-sinch-webhook-signature-algorithm"
ALGORITHM: Final = "HmacSHA256"
NUMBERS_HEADER: Final = "x-sinch-signature"


def verify(request: WebhookRequest, account: SinchAccount) -> None:
    """Raise `SignatureInvalid` unless the plan's secret signed the body, or came along where nothing is signed."""
    held = (account.webhook_secret, account.previous_webhook_secret)
    if not account.signed:
        check_token(request, *held)
        return
    secrets = [secret.get_secret_value() for secret in held if secret is not None]
    check = _check_numbers if NUMBERS_HEADER in request.headers else _check
    check(request, secrets)


def _check(request: WebhookRequest, secrets: list[str]) -> None:
    headers = request.headers
    given = headers.get(HEADER, "").strip()
    if headers.get(ALGORITHM_HEADER, ALGORITHM).lower() != ALGORITHM.lower():
        raise SignatureInvalid("an unknown algorithm")
    matches = [same(given, sign(request.body, headers, secret)) for secret in secrets]
    if not any(matches):
        raise SignatureInvalid("missing" if not given else "no secret of this channel made it")
    check_age(as_moment(headers.get(TIMESTAMP_HEADER)), request.received_at)


def sign(body: bytes, headers: Mapping[str, str], secret: str) -> str:
    """The signature of a body with the nonce and timestamp of these headers."""
    nonce, timestamp = headers.get(NONCE_HEADER, ""), headers.get(TIMESTAMP_HEADER, "")
    tail = f".{nonce}.{timestamp}".encode("utf-8", "surrogatepass")
    made = hmac.new(secret.encode(), body + tail, hashlib.sha256)
    return base64.b64encode(made.digest()).decode()


def _check_numbers(request: WebhookRequest, secrets: list[str]) -> None:
    given = request.headers[NUMBERS_HEADER].strip().lower()
    made = [hmac.new(secret.encode(), request.body, hashlib.sha1) for secret in secrets]
    matches = [same(given, one.hexdigest()) for one in made]
    if not any(matches):
        raise SignatureInvalid("no secret of this channel made it")
