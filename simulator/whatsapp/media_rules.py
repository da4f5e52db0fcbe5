"""Which files the Cloud API takes.

https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media#supported-media-types (read 2026-08).
The page says that a document may be of any type; the upload endpoint in fact knows only the types below
and names them in its refusal (https://github.com/fbsamples/whatsapp-api-examples/issues/10).
"""

from simulator.media import StoredFile
from simulator.whatsapp.errors import GraphError

_MB = 1024 * 1024
MAX_DOCUMENT = 100 * _MB
_OFFICE = "application/vnd.openxmlformats-officedocument"

TYPES: dict[str, tuple[frozenset[str], int]] = {
    "image": (frozenset({"image/jpeg", "image/png"}), 5 * _MB),
    "video": (frozenset({"video/mp4", "video/3gpp"}), 16 * _MB),
    "audio": (
        frozenset({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/opus"}),
        16 * _MB,
    ),
    "sticker": (frozenset({"image/webp"}), 500 * 1024),
    "document": (
        frozenset(
            {
                "text/plain",
                "application/pdf",
                "application/msword",
                "application/vnd.ms-excel",
                "application/vnd.ms-powerpoint",
                f"{_OFFICE}.wordprocessingml.document",
                f"{_OFFICE}.spreadsheetml.sheet",
                f"{_OFFICE}.presentationml.presentation",
            }
        ),
        MAX_DOCUMENT,
    ),
}
"""Types and largest size by kind."""


def bare(mime_type: str) -> str:
    """Without parameters such as `codecs=opus`."""
    return mime_type.partition(";")[0].strip().lower()


def check_upload(mime_type: str, size: int) -> None:
    """Raises `GraphError` 131053 for a file of no supported type, or a larger one than its type allows."""
    received = bare(mime_type)
    largest = next((limit for types, limit in TYPES.values() if received in types), None)
    if largest is None:
        known = ", ".join(sorted(name for types, _ in TYPES.values() for name in types))
        raise GraphError(
            131053,
            f"Param file must be a file with one of the following types: {known}. "
            f"Received file of type '{received}'.",
        )
    if not 0 < size <= largest:
        raise GraphError(131053, f"A file of type {received} must not have {size} bytes.")


def check_kind(kind: str, file: StoredFile) -> None:
    """Whether an uploaded file may be sent as that kind; whatever was taken may be a document."""
    if kind != "document" and bare(file.mime_type) not in TYPES[kind][0]:
        raise GraphError(131053, f"A {kind} cannot be of type {file.mime_type!r}.")
