"""Vonage's two signatures: a JWT over a hash of the body, and a parameter over all the others.

https://developer.vonage.com/en/getting-started/concepts/webhooks#decoding-signed-webhooks (Messages API)
https://developer.vonage.com/en/concepts/guides/signing-messages (SMS API)
"""

import base64
import binascii
import hashlib
import hmac
from http import HTTPMethod
from typing import Final

from domain.errors import PayloadUnreadable, SignatureInvalid
from platforms.base import WebhookRequest
from platforms.reading import Json, as_object, as_text, read_json
from platforms.sms.bodies import read_body
from platforms.sms.proofs import check_age, same
from platforms.sms.providers.vonage.account import SignatureMethod, VonageAccount
from platforms.sms.reading import as_moment

PARAMETER: Final = "sig"
_RESERVED = str.maketrans("&=", "__")
_HASHES = {
    "md5": hashlib.md5,
    "sha1": hashlib.sha1,
    "sha256": hashlib.sha256,
    "sha512": hashlib.sha512,
}


def verify(request: WebhookRequest, account: VonageAccount) -> None:
    """Raise `SignatureInvalid` unless the signature secret made the token, or the `sig` of the parameters.

    Vonage delivers again what it forgot to sign.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        _check_token(token.strip(), request, account)
    else:
        _check_parameters(request, account)


def _check_token(token: str, request: WebhookRequest, account: VonageAccount) -> None:
    """HS256 and nothing else, whatever the token says of itself."""
    signed, _, given = token.rpartition(".")
    head, _, claims_part = signed.partition(".")
    if not same(given, sign_token(signed, account.signature_secret.get_secret_value())):
        raise SignatureInvalid("the signature secret of this channel did not make the token")
    if _decoded(head).get("alg") != "HS256":
        raise SignatureInvalid("the token is not signed with HS256")
    claims = _decoded(claims_part)
    if not same(as_text(claims.get("api_key")) or "", account.api_key):
        raise SignatureInvalid("the token is for another account")
    hashed = hashlib.sha256(request.body).hexdigest()
    if not same((as_text(claims.get("payload_hash")) or "").lower(), hashed):
        raise SignatureInvalid("the body is not what was signed")
    check_age(as_moment(claims.get("iat")), request.received_at)


def sign_token(signed: str, secret: str) -> str:
    """The last part of a token, made of the two before it (RFC 7515, section 5.1)."""
    made = hmac.new(secret.encode(), signed.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return base64.urlsafe_b64encode(made.digest()).decode().rstrip("=")


def _decoded(part: str) -> Json:
    try:
        return as_object(read_json(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))
    except (binascii.Error, ValueError):
        return {}


def _check_parameters(request: WebhookRequest, account: VonageAccount) -> None:
    values = _parameters(request)
    given = values.pop(PARAMETER, "")
    secret = account.signature_secret.get_secret_value()
    if not same(given.lower(), sign_parameters(values, secret, account.signature_method)):
        raise SignatureInvalid("missing" if not given else "the signature secret did not make it")
    check_age(as_moment(values.get("timestamp")), request.received_at)


def _parameters(request: WebhookRequest) -> dict[str, str]:
    """All of the query and of the body, as texts."""
    try:
        body = as_object(read_body(request))
    except PayloadUnreadable:
        return {}
    posted = {} if request.method.upper() == HTTPMethod.GET else dict(request.query)
    return {**posted, **{name: as_text(value) or "" for name, value in body.items()}}


def sign_parameters(values: dict[str, str], secret: str, method: SignatureMethod) -> str:
    """In lower-case hex: names in order, each with its value, in which `&` and `=` stand as `_`."""
    pairs = ((name, values[name]) for name in sorted(values) if values[name])
    signed = "".join(f"&{name}={value.translate(_RESERVED)}" for name, value in pairs).encode()
    if method == "md5hash":
        return hashlib.md5(signed + secret.encode()).hexdigest()  # noqa: S324  their method, chosen there
    return hmac.new(secret.encode(), signed, _HASHES[method]).hexdigest()
