"""The parts of a message: which are its words, which are files, which are neither."""

import binascii
import re
from collections.abc import Iterator
from email.message import Message
from typing import NamedTuple

from platforms.email.charsets import decode, reflowed, unfolded, words

MAX_DEPTH = 10
MAX_PARTS = 200
MAX_TEXT_BYTES = 2 * 1024 * 1024
"""Of one part's words: what is beyond is in the message itself."""

_SIGNATURES = {
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
}
_UNWRAPPED = {"application/pgp-encrypted", "text/x-amp-html"}
"""Parts that say nothing to a person."""

_UUENCODED = re.compile(
    r"^begin [0-7]{3,4} [^\r\n]*\r?\n(.*?)^(?:`\r?\n)?end", re.DOTALL | re.MULTILINE
)


class Part(NamedTuple):
    """A part that is no multipart, by its number as IMAP counts (RFC 9051, section 6.4.5): `1`, `2.1`."""

    number: str
    message: Message

    @property
    def kind(self) -> str:
        return content_type(self.message)

    @property
    def content_id(self) -> str | None:
        value = unfolded(str(self.message.get("content-id") or ""))
        return value.strip("<> \t") or None

    @property
    def disposition(self) -> str:
        value = unfolded(str(self.message.get("content-disposition") or ""))
        return value.partition(";")[0].strip().lower()

    def parameter(self, name: str, header: str = "content-type") -> str:
        return parameter(self.message, name, header)


class Words(NamedTuple):
    """What one place of a message says, in the two forms mail programs send."""

    plain: str | None = None
    html: str | None = None


class Body(NamedTuple):
    """A message taken apart."""

    words: list[Words]
    files: list[Part]
    encrypted: bool
    hidden: list[Part]
    """Signatures and the like."""


def content_type(message: Message) -> str:
    try:
        return message.get_content_type()
    except (ValueError, AttributeError, TypeError):
        return "text/plain"


def parameter(message: Message, name: str, header: str = "content-type") -> str:
    """A parameter, decoded; empty without one. Handles RFC 2231 and, inside parameters, RFC 2047."""
    try:
        value = message.get_param(name, header=header)
    except (ValueError, AttributeError, TypeError, LookupError, IndexError):
        return ""
    if isinstance(value, tuple):
        charset, _, text = value
        return decode(text.encode("latin-1", "replace"), charset or "utf-8")
    return words(unfolded(value)) if isinstance(value, str) else ""


def leaves(message: Message) -> Iterator[Part]:
    """Every part that is no multipart, in order, attached messages closed."""
    yield from _leaves(message, "", 0, [MAX_PARTS])


def _leaves(message: Message, number: str, depth: int, room: list[int]) -> Iterator[Part]:
    _repair(message)
    inner = children(message)
    if not inner or depth >= MAX_DEPTH:
        if room[0] > 0:
            room[0] -= 1
            yield Part(number or "1", message)
        return
    for index, child in enumerate(inner, 1):
        yield from _leaves(child, f"{number}.{index}" if number else str(index), depth + 1, room)


def children(message: Message) -> list[Message]:
    if not content_type(message).startswith("multipart/"):
        return []
    payload = message.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _repair(message: Message) -> None:
    """Headers with octets that are not ASCII break the library's readers: they become text."""
    items = [(str(name), str(value)) for name, value in message.raw_items()]
    if all(value.isascii() for _, value in items):
        return
    for name in {name for name, _ in items}:
        del message[name]
    for name, value in items:
        message.set_raw(name, value if value.isascii() else unfolded(value))


def octets(message: Message) -> bytes:
    """A part's content, decoded as far as it can be."""
    if content_type(message).startswith("message/") and message.is_multipart():
        return _attached(message)
    try:
        decoded = message.get_payload(decode=True)
        raw = message.get_payload()
    except (ValueError, LookupError, AttributeError, TypeError, binascii.Error):
        return b""
    encoding = unfolded(str(message.get("content-transfer-encoding") or "")).lower()
    if isinstance(raw, str) and "uuencode" in encoding:
        return _uudecoded(raw)
    if not decoded and isinstance(raw, str) and raw.strip():
        return raw.encode("utf-8", "surrogateescape")
    return decoded if isinstance(decoded, bytes) else b""


def _attached(message: Message) -> bytes:
    payload = message.get_payload()
    inner = payload if isinstance(payload, list) else []
    try:
        return b"\r\n".join(bytes(one) for one in inner if isinstance(one, Message))
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return b""


def _uudecoded(raw: str) -> bytes:
    """Lines of uuencode; the text as it is when they are not."""
    found = _UUENCODED.search(raw)
    try:
        lines = (found.group(1) if found else "").encode("ascii").splitlines()
        decoded = b"".join(binascii.a2b_uu(line) for line in lines)
    except (binascii.Error, UnicodeEncodeError):
        decoded = b""
    return decoded or raw.encode("utf-8", "surrogateescape")


def text_of(part: Part) -> str:
    """The words of a text part, lines parted by a plain newline."""
    text = decode(octets(part.message)[:MAX_TEXT_BYTES], part.parameter("charset"))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if part.kind == "text/plain" and part.parameter("format").lower() == "flowed":
        return reflowed(text, delete_space=part.parameter("delsp").lower() == "yes")
    return text


def take_apart(message: Message) -> Body:
    """A message's words, files and the rest."""
    body = Body([], [], _encrypted(message), [])
    found = {id(part.message): part for part in leaves(message)}
    _sort(message, body, found, 0)
    return body


def _encrypted(message: Message) -> bool:
    kind = content_type(message)
    enveloped = parameter(message, "smime-type").lower() in {"enveloped-data", ""}
    opaque = kind in {"application/pkcs7-mime", "application/x-pkcs7-mime"}
    return kind == "multipart/encrypted" or (opaque and enveloped)


def _sort(message: Message, body: Body, found: dict[int, Part], depth: int) -> None:
    inner = children(message) if depth < MAX_DEPTH else []
    kind = content_type(message)
    if not inner:
        if part := found.get(id(message)):
            _sort_leaf(part, body)
    elif kind == "multipart/signed":
        _sort(inner[0], body, found, depth + 1)
        body.hidden.extend(found[id(one)] for one in inner[1:] if id(one) in found)
    elif kind == "multipart/alternative":
        _sort_alternatives(inner, body, found, depth + 1)
    else:
        for child in inner:
            _sort(child, body, found, depth + 1)


def _sort_alternatives(
    inner: list[Message], body: Body, found: dict[int, Part], depth: int
) -> None:
    """The forms of one thing; what they bring along beside words are files like any other."""
    apart = Body([], body.files, body.encrypted, body.hidden)
    for child in inner:
        _sort(child, apart, found, depth)
    plain = [one.plain for one in apart.words if one.plain is not None]
    html = [one.html for one in apart.words if one.html is not None]
    if plain or html:
        joined = Words("\n\n".join(plain) if plain else None, "\n".join(html) if html else None)
        body.words.append(joined)


def _sort_leaf(part: Part, body: Body) -> None:
    if part.kind in _SIGNATURES | _UNWRAPPED:
        body.hidden.append(part)
    elif part.kind.startswith("multipart/"):
        # It says that it has parts, and has none: its words are all there is.
        if (text := text_of(part)).strip():
            body.words.append(Words(plain=text))
    elif part.kind in {"text/plain", "text/html"} and _is_said(part):
        text = text_of(part)
        body.words.append(Words(plain=text) if part.kind == "text/plain" else Words(html=text))
    else:
        body.files.append(part)


def _is_said(part: Part) -> bool:
    """Whether a text is part of the message itself and not a file that came along."""
    if part.disposition == "attachment":
        return False
    named = part.parameter("filename", "content-disposition") or part.parameter("name")
    return not named
