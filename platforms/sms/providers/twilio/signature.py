"""Twilio's signature: over the URL that was called and every parameter of the form, or over a hash of a JSON body.

https://www.twilio.com/docs/usage/webhooks/webhooks-security, and the validators of Twilio's own libraries
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import parse_qs, urlsplit, urlunsplit

from pydantic import SecretStr

from domain.errors import PayloadUnreadable, SignatureInvalid
from platforms.base import WebhookRequest
from platforms.sms.bodies import parameters
from platforms.sms.proofs import same
from platforms.sms.providers.twilio.account import TwilioAccount

HEADER: Final = "x-twilio-signature"
SETTINGS_HEADER: Final = "x-twilio-webhooks-signature-settings"
"""`key=…,algorithm=…`: comes where a shared key signs, and is not there where the account's token does."""
BODY_HASH: Final = "bodySHA256"
DEFAULT_ALGORITHM: Final = "HMAC_SHA1"
ALGORITHMS: Final = {"HMAC_SHA1": hashlib.sha1, "HMAC_SHA256": hashlib.sha256}
_PORTS = {"https": 443, "http": 80}

Pairs = Iterable[tuple[str, str]]


def verify(request: WebhookRequest, account: TwilioAccount) -> None:
    """Raise `SignatureInvalid` unless one of the account's keys signed this URL and this body.

    The URL counts with and without its port: Twilio's own services do not agree on that.
    """
    given = request.headers.get(HEADER, "").strip()
    algorithm, keys = _keys(request, account)
    pairs = _signed_parameters(request)
    matches = [
        same(given, sign(url, pairs, key.get_secret_value(), algorithm))
        for key in keys
        for url in _with_and_without_port(request.url)
    ]
    if not any(matches):
        raise SignatureInvalid("missing" if not given else "no key of this channel made it")


def sign(url: str, pairs: Pairs, key: str, algorithm: str = DEFAULT_ALGORITHM) -> str:
    """The signature header's value: names in order, each with its distinct values, decoded, nothing between."""
    signed = url + "".join(name + value for name, value in sorted(set(pairs)))
    made = hmac.new(key.encode(), signed.encode("utf-8", "surrogatepass"), ALGORITHMS[algorithm])
    return base64.b64encode(made.digest()).decode()


def _keys(request: WebhookRequest, account: TwilioAccount) -> tuple[str, list[SecretStr]]:
    settings = request.headers.get(SETTINGS_HEADER, "")
    if not settings:
        keys = (account.auth_token, account.previous_auth_token)
        return DEFAULT_ALGORITHM, [key for key in keys if key is not None]
    algorithm = _algorithm(settings)
    if algorithm not in ALGORITHMS or account.shared_key is None:
        raise SignatureInvalid("signed with a shared key that this channel has not")
    return algorithm, [account.shared_key]


def _algorithm(settings: str) -> str:
    for part in settings.split(","):
        name, _, value = part.partition("=")
        if name.strip() == "algorithm" and value.strip():
            return value.strip().upper()
    return DEFAULT_ALGORITHM


def _signed_parameters(request: WebhookRequest) -> list[tuple[str, str]]:
    """A form's parameters; none of a body whose hash stands in the URL. Raises `SignatureInvalid` for a wrong hash."""
    if request.body.strip()[:1] in {b"{", b"["}:
        hashes = parse_qs(urlsplit(request.url).query).get(BODY_HASH, [""])
        if not same(hashes[0].lower(), hashlib.sha256(request.body).hexdigest()):
            raise SignatureInvalid("the body is not what was signed")
        return []
    try:
        return parameters(request)
    except PayloadUnreadable:
        raise SignatureInvalid("the form cannot be read") from None


def _with_and_without_port(url: str) -> Iterator[str]:
    try:
        split = urlsplit(url)
        port, host = split.port, split.netloc.rpartition(":")[0] if split.port else split.netloc
    except ValueError:
        yield url
        return
    yield urlunsplit(split._replace(netloc=host))
    shown = port or _PORTS.get(split.scheme)
    yield urlunsplit(split._replace(netloc=f"{host}:{shown}")) if shown else url
