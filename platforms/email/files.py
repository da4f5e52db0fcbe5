"""Files of a message: their names made harmless, and their bytes cut out of the message that was kept.

A file travels as a reference, `<SHA-256 of the whole message>/<number of the part>`; the first half is the key under
which the store keeps the message.
"""

import mimetypes
import re
from email import message_from_bytes
from email.message import Message
from pathlib import PurePosixPath
from typing import Any

from domain.content import MediaContent, MediaRef
from domain.errors import MediaRejected, MediaTooLarge
from platforms.base import FetchedMedia
from platforms.email import parts
from platforms.email.charsets import unfolded, words
from platforms.email.parts import Part
from platforms.email.reading import POLICY

MAX_NAME = 120

# Pictures that every mail program and browser shows by itself; all others are files to open.
_PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
_MEANT = {"image/jpg": "image/jpeg", "image/pjpeg": "image/jpeg", "image/x-png": "image/png"}
_TYPES = mimetypes.MimeTypes()
"""Python's own list, the same on every machine."""
_VAGUE = {"application/octet-stream", "application/binary", "application/x-download"}
_EXTENSIONS = {
    "image/jpeg": ".jpg",
    "image/webp": ".webp",
    "audio/ogg": ".ogg",
    "audio/mp4": ".m4a",
    "audio/aac": ".aac",
    "text/calendar": ".ics",
    "application/ics": ".ics",
    "message/rfc822": ".eml",
    "text/plain": ".txt",
    "application/octet-stream": ".bin",
}
_REFERENCE = re.compile(r"([0-9a-f]{64})/([0-9]{1,4}(?:\.[0-9]{1,4}){0,12})")
# Controls, and marks that turn the direction of writing: `gpj.exe` must not read `exe.jpg`.
_TRICKS = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_RESERVED = re.compile(r"[<>:\"|?*]")
_DEVICES = re.compile(r"(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")


def content(part: Part, digest: str, number: int) -> MediaContent:
    """The part as a file of the message with that digest; the `number`th of its files."""
    mime_type = kind_of(part)
    media = MediaRef(
        id=f"{digest}/{part.number}",
        mime_type=mime_type,
        filename=name_of(part, number),
        size=len(parts.octets(part.message)),
    )
    return MediaContent(type=_media_type(mime_type), media=media)


def _media_type(mime_type: str) -> Any:
    family = mime_type.partition("/")[0]
    if family == "image":
        return "image" if mime_type in _PICTURES else "document"
    return family if family in {"video", "audio"} else "document"


def kind_of(part: Part) -> str:
    """The part's type; where it says nothing but `octets`, what its name says."""
    declared = _MEANT.get(part.kind, part.kind)
    if declared not in _VAGUE:
        return (
            declared
            if re.fullmatch(r"[\w.+-]{1,80}/[\w.+-]{1,80}", declared)
            else "application/octet-stream"
        )
    guessed = _TYPES.guess_type(_said_name(part))[0]
    return guessed or "application/octet-stream"


def name_of(part: Part, number: int) -> str:
    """A name without a path or a trick in it; where the part has none, one by its number and type."""
    name = harmless(_said_name(part))
    if name:
        return name
    if part.kind == "message/rfc822" and (subject := _inner_subject(part)):
        return harmless(f"{subject[: MAX_NAME - 8]}.eml") or f"attachment-{number}.eml"
    return f"attachment-{number}{extension(kind_of(part))}"


def extension(mime_type: str) -> str:
    return _EXTENSIONS.get(mime_type) or _TYPES.guess_extension(mime_type) or ".bin"


def _said_name(part: Part) -> str:
    return (
        part.parameter("filename", "content-disposition")
        or part.parameter("name")
        or part.parameter("filename")
    )


def _inner_subject(part: Part) -> str:
    inner = part.message.get_payload()
    first = inner[0] if isinstance(inner, list) and inner else None
    subject = first.get("subject") if isinstance(first, Message) else None
    return words(unfolded(str(subject))) if subject else ""


def harmless(name: str) -> str:
    """The last part of a path, without what a file system, a terminal or an eye could be misled by."""
    bare = _TRICKS.sub("", name).replace("\\", "/").rpartition("/")[2]
    bare = _RESERVED.sub("_", bare).strip(" .")
    bare = re.sub(r"\s+", " ", bare)
    if _DEVICES.match(bare):
        bare = f"_{bare}"
    if len(bare) <= MAX_NAME:
        return bare
    suffix = PurePosixPath(bare).suffix[:16]
    return bare[: MAX_NAME - len(suffix)].rstrip(" .") + suffix


def message_key(media: MediaRef) -> str | None:
    """The key under which the store keeps the message that a file came in."""
    found = _REFERENCE.fullmatch(media.id or "")
    return found.group(1) if found else None


def cut(body: bytes, media: MediaRef, max_bytes: int) -> FetchedMedia:
    """A file out of its message. Raises `MediaRejected`."""
    found = _REFERENCE.fullmatch(media.id or "")
    number = found.group(2) if found else None
    tree = message_from_bytes(body.lstrip(b"\r\n"), policy=POLICY)
    part = next((one for one in parts.leaves(tree) if one.number == number), None)
    if part is None:
        raise MediaRejected("the message has no such part")
    octets = parts.octets(part.message)
    if len(octets) > max_bytes:
        raise MediaTooLarge(f"larger than {max_bytes} bytes")
    mime_type = media.mime_type or kind_of(part)
    return FetchedMedia(content=octets, mime_type=mime_type, filename=media.filename)
