"""Links to files of ours that anybody can open, and that expire: for messages, and for platforms that fetch."""

import base64
import binascii
import hashlib
import hmac
import struct
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

_PURPOSE = b"pytake: a link to a file"
_FORM = struct.Struct("!16s32sL")
_PROOF_BYTES = 16
"""128 bits: short, because a link is a part of short messages."""


class LinkInvalid(Exception):
    """The link is not ours, or its time is over."""


class LinkedFile(NamedTuple):
    """What a link leads to."""

    tenant_id: UUID
    key: str
    expires_at: datetime


class MediaLinks:
    """Makes links, and reads them. All processes that share the secret understand each other's."""

    def __init__(self, secret: str, base_url: str, life: timedelta) -> None:
        # A key of its own: what this proves is never taken for an access token, nor the other way round.
        self._key = hmac.digest(secret.encode(), _PURPOSE, hashlib.sha256)
        self._base_url = base_url
        self._life = life

    def make(self, tenant_id: UUID, key: str, now: datetime, life: timedelta | None = None) -> str:
        """Where a file can be fetched from `now` on. `key` is its key in the store; without a `life`: as configured."""
        until = int((now + (life or self._life)).timestamp())
        named = _FORM.pack(tenant_id.bytes, bytes.fromhex(key), until)
        token = base64.urlsafe_b64encode(named + self._proof(named)).decode().rstrip("=")
        return f"{self._base_url}/media/{token}"

    def read(self, token: str, now: datetime) -> LinkedFile:
        """What the last part of a link says. Raises `LinkInvalid`."""
        try:
            whole = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise LinkInvalid("it is no link of ours") from None
        named, proof = whole[: _FORM.size], whole[_FORM.size :]
        if len(named) != _FORM.size or not hmac.compare_digest(proof, self._proof(named)):
            raise LinkInvalid("it is no link of ours")
        tenant, key, until = _FORM.unpack(named)
        expires_at = datetime.fromtimestamp(until, UTC)
        if now >= expires_at:
            raise LinkInvalid("its time is over")
        return LinkedFile(UUID(bytes=tenant), key.hex(), expires_at)

    def _proof(self, named: bytes) -> bytes:
        return hmac.digest(self._key, named, hashlib.sha256)[:_PROOF_BYTES]
