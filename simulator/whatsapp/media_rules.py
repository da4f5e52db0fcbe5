"""Which files the Cloud API takes.

https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media#supported-media-types (read 2026-08).
"""

import re

from simulator.media import StoredFile
from simulator.whatsapp.errors import GraphError

_MB = 1024 * 1024
_MIME = re.compile(r"^[a-z]+/[a-z0-9.+-]+$")

TYPES: dict[str, tuple[frozenset[str], int]] = {
    "image": (frozenset({"image/jpeg", "image/png"}), 5 * _MB),
    "video": (frozenset({"video/mp4", "video/3gpp"}), 16 * _MB),
    "audio": (
        frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}),
        16 * _MB,
    ),
    "sticker": (frozenset({"image/webp"}), 500 * 1024),
}
"""Types and largest size by kind."""
MAX_DOCUMENT = 100 * _MB
MEDIA_FAMILIES = ("image/", "video/", "audio/")


def bare(mime_type: str) -> str:
    """Without parameters such as `codecs=opus`."""
    return mime_type.partition(";")[0].strip().lower()


def check_upload(mime_type: str, size: int) -> None:
    """Raises `GraphError` 131053 for a file of no supported type, or a larger one than its type allows."""
    kind = bare(mime_type)
    if not _MIME.match(kind) or kind == "application/octet-stream":
        raise GraphError(131053, f"Unsupported media type {mime_type!r}.")
    limits = [largest for types, largest in TYPES.values() if kind in types]
    if not limits and kind.startswith(MEDIA_FAMILIES):
        raise GraphError(131053, f"Unsupported media type {mime_type!r}.")
    if size == 0 or size > max(limits, default=MAX_DOCUMENT):
        raise GraphError(131053, f"A file of type {kind} must not have {size} bytes.")


def check_kind(kind: str, file: StoredFile) -> None:
    """Whether an uploaded file may be sent as that kind; anything may be a document."""
    if kind == "document":
        return
    types, _ = TYPES[kind]
    if bare(file.mime_type) not in types:
        raise GraphError(131053, f"A {kind} cannot be of type {file.mime_type!r}.")
