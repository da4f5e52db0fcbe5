"""The Pub/Sub envelope around everything that Google posts: JSON with JSON inside, as base64.

https://developers.google.com/business-communications/rcs-business-messaging/guides/integrate/webhooks
https://cloud.google.com/pubsub/docs/push#receive_push
"""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from platforms.reading import Json, as_list, as_object, as_text, digest, read_json

_SPACE = re.compile(r"\s+")
_FROM_URL_SAFE = str.maketrans("-_", "+/")


class Envelope(NamedTuple):
    """One message of the subscription, opened."""

    key: str
    """Stands in for the id of what has none: the same for every delivery."""
    kind: str
    """What its attributes say that it is; empty where they do not."""
    item: Json | None
    """None: it cannot be read."""
    raw: Any


def decoded(encoded: Any) -> bytes | None:
    """The bytes of a `data` field; None when it is no base64."""
    if not isinstance(encoded, str):
        return None
    text = _SPACE.sub("", encoded).translate(_FROM_URL_SAFE).rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def signed_bytes(body: bytes) -> bytes:
    """What the signature of a body covers: the bytes inside its envelope; of a body without one, all of it."""
    try:
        encoded = as_object(as_object(read_json(body)).get("message")).get("data")
    except ValueError:
        return body
    if not isinstance(encoded, str):
        return body
    inner = decoded(encoded)
    return encoded.encode() if inner is None else inner


def is_check(body: Any) -> bool:
    """Whether this is the console's check of our URL: `{"clientToken": "…", "secret": "…"}`."""
    return isinstance(body, dict) and "clientToken" in body and "message" not in body


def envelopes(body: Any) -> Iterator[Envelope]:
    """Every message of a body: one as it is pushed, several as they are pulled, or one without its envelope."""
    for outer in body if isinstance(body, list) else [body]:
        received = as_object(outer).get("receivedMessages")
        for inner in as_list(received) or [outer]:
            yield _opened(inner)


def _opened(outer: Any) -> Envelope:
    message = as_object(as_object(outer).get("message"))
    if "data" not in message:
        return Envelope(digest(outer), "", outer if isinstance(outer, dict) else None, outer)
    key = as_text(message.get("messageId")) or as_text(message.get("message_id"))
    kind = as_text(as_object(message.get("attributes")).get("type")) or ""
    return Envelope(key or digest(outer), kind.lower(), _read(message["data"]), outer)


def _read(encoded: Any) -> Json | None:
    try:
        value = read_json(decoded(encoded) or b"")
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
