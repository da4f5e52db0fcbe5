"""Signatures of what servers post to us: HMAC-SHA256 over the time and the exact bytes, good for five minutes."""

import hashlib
import hmac
import re
from datetime import datetime, timedelta

from pydantic import SecretStr

from domain.errors import SignatureInvalid

HEADER = "x-pytake-signature"
TOLERANCE = timedelta(minutes=5)

_TIME = re.compile(r"[0-9]{1,12}", re.ASCII)


def sign(secret: SecretStr, body: bytes, at: datetime) -> str:
    """The value of the signature header: `t=<unix seconds>,v1=<hex>`."""
    moment = str(int(at.timestamp()))
    return f"t={moment},v1={_digest(secret, moment, body)}"


def verify(secret: SecretStr, header: str, body: bytes, now: datetime | None) -> None:
    """Raise `SignatureInvalid` unless one of the header's `v1` fits and its time is near.

    Several `v1` may stand there while a secret is being rotated. Without a `now` only the signature counts.
    """
    fields = [field.strip().partition("=")[::2] for field in header.split(",")]
    moment = next((value for name, value in fields if name == "t"), "")
    given = [value for name, value in fields if name == "v1"]
    if not _TIME.fullmatch(moment) or not given:
        raise SignatureInvalid(f"the header {HEADER} is missing or not t=…,v1=…")
    expected = _digest(secret, moment, body).encode()
    fitting = [hmac.compare_digest(expected, value.encode("utf-8", "replace")) for value in given]
    if not any(fitting):
        raise SignatureInvalid("the signature does not fit the body")
    if now is not None and abs(now.timestamp() - int(moment)) > TOLERANCE.total_seconds():
        raise SignatureInvalid("the signature's time is more than five minutes away")


def _digest(secret: SecretStr, moment: str, body: bytes) -> str:
    key = secret.get_secret_value().encode()
    return hmac.new(key, moment.encode() + b"." + body, hashlib.sha256).hexdigest()
