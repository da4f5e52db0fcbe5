"""Our message id as a `nonce`: Discord drops a second message with it, and tells it in the echo of the first.

https://docs.discord.com/developers/resources/message#create-message: up to 25 characters, remembered for minutes.
"""

import base64
import binascii
import hashlib
from uuid import UUID

_MARK = "pt-"
"""Tells our nonces from those of apps, which are snowflakes."""
_CODED = 22
"""Characters of sixteen bytes in base 64, without their padding."""


def nonce_of(message_id: str) -> str:
    """The same id, the same nonce. A UUID can be read back from it; of anything else it is a digest."""
    try:
        return _MARK + _coded(UUID(message_id).bytes)
    except ValueError:
        return "px-" + _coded(hashlib.sha256(message_id.encode("utf-8", "replace")).digest()[:16])


def message_id_of(nonce: object) -> str | None:
    """The message whose nonce this is; None when it is not one of ours."""
    if not isinstance(nonce, str) or not nonce.startswith(_MARK):
        return None
    coded = nonce.removeprefix(_MARK)
    try:
        found = UUID(bytes=base64.urlsafe_b64decode(f"{coded}=="))
    except (ValueError, binascii.Error):
        return None
    return str(found) if nonce_of(str(found)) == nonce else None


def _coded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode()[:_CODED]
