"""Writes a message octet by octet: the same parts, the same text, on every try and every machine.

The library's generator draws its boundaries at random and breaks long message ids, so the few rules of MIME that our
messages need are written out here (RFC 2045, 2046, 2047, 2231).
"""

import base64
import hashlib
import quopri
import re
from collections.abc import Iterable
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from typing import NamedTuple
from urllib.parse import quote

from platforms.base import OutboundRequest
from platforms.email.mailboxes import Mailbox

_CRLF = "\r\n"
_ATOM_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_PLAIN_VALUE = re.compile(r"[A-Za-z0-9 !#$&+.^_`{}~()=@,'-]{1,60}")
_ID_BREAKS = _CRLF + " "


class Piece(NamedTuple):
    """A part of a message: its headers, and what stands below them."""

    headers: list[tuple[str, str]]
    body: str

    def written(self) -> str:
        return _lines(self.headers) + _CRLF + self.body


def _lines(headers: Iterable[tuple[str, str]]) -> str:
    return "".join(f"{name}: {value}{_CRLF}" for name, value in headers)


def text(content: str, subtype: str) -> Piece:
    """Words, as quoted-printable."""
    encoded = quopri.encodestring(_newlines(content).encode()).decode("ascii")
    # Some old systems take a line that begins so for the start of the next message.
    encoded = re.sub(r"(?m)^From ", "=46rom ", encoded)
    headers = [
        ("Content-Type", f'text/{subtype}; charset="utf-8"'),
        ("Content-Transfer-Encoding", "quoted-printable"),
    ]
    return Piece(headers, encoded.replace("\n", _CRLF))


def _newlines(content: str) -> str:
    return content.replace("\r\n", "\n").replace("\r", "\n")


def file(body: str, mime_type: str, filename: str, content_id: str | None = None) -> Piece:
    """A file; `body` is its content as base64, or what stands in for it until it is sent."""
    disposition = "inline" if content_id else "attachment"
    headers = [
        ("Content-Type", mime_type),
        ("Content-Disposition", f"{disposition}{_parameter('filename', filename)}"),
        ("Content-Transfer-Encoding", "base64"),
    ]
    if content_id:
        headers.append(("Content-ID", f"<{content_id}>"))
    return Piece(headers, body)


def base64_of(content: bytes) -> str:
    return base64.encodebytes(content).decode("ascii").replace("\n", _CRLF).strip()


def multipart(subtype: str, pieces: list[Piece], seed: str) -> Piece:
    """Several parts as one. The boundary is made of `seed`: nobody can have written it into a part by accident."""
    boundary = f"=_{hashlib.sha256(f'{subtype}:{seed}'.encode()).hexdigest()[:40]}"
    body = "".join(f"--{boundary}{_CRLF}{piece.written().rstrip()}{_CRLF}" for piece in pieces)
    headers = [("Content-Type", f'multipart/{subtype};{_ID_BREAKS}boundary="{boundary}"')]
    return Piece(headers, f"{body}--{boundary}--{_CRLF}")


def message(headers: Iterable[tuple[str, str]], content: Piece) -> str:
    """The whole message. Its `Date` is added when it is handed over: see `complete`."""
    return _lines([*headers, ("MIME-Version", "1.0"), *content.headers]) + _CRLF + content.body


def words(value: str, name: str) -> str:
    """Free text as a header's value, on lines of at most 76 characters."""
    line = " ".join(value.split())
    charset = "us-ascii" if line.isascii() else "utf-8"
    return Header(line, charset, header_name=name, maxlinelen=76).encode(linesep=_CRLF)


def mailbox(box: Mailbox) -> str:
    """`Name <address>`: the name quoted where it has to be, encoded where it is not ASCII."""
    name = " ".join((box.name or "").split())
    if not name:
        return box.address
    if not name.isascii():
        name = Header(name, "utf-8", maxlinelen=60).encode(linesep=_CRLF)
    elif not _ATOM_PHRASE.fullmatch(name):
        name = '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'
    return f"{name} <{box.address}>"


def ids(values: Iterable[str]) -> str:
    """Message ids, one a line: an id is never broken."""
    return _ID_BREAKS.join(values)


def _parameter(name: str, value: str) -> str:
    """A parameter; what is long or not ASCII in numbered pieces (RFC 2231, section 4.1)."""
    if _PLAIN_VALUE.fullmatch(value):
        return f'; {name}="{value}"'
    encoded = quote(value, safe="")
    if len(encoded) <= 60:
        return f";{_ID_BREAKS}{name}*=utf-8''{encoded}"
    # A piece ends between two characters, never within `%C3`.
    pieces = re.findall(r"(?:%[0-9A-F]{2}|[^%]){1,18}", encoded)
    lines = [f"{name}*{n}*={piece}" for n, piece in enumerate(pieces)]
    lines[0] = f"{name}*0*=utf-8''{pieces[0]}"
    return "".join(f";{_ID_BREAKS}{line}" for line in lines)


def complete(request: OutboundRequest, at: datetime, content: bytes | None = None) -> bytes:
    """The octets to hand over: the rendered message with its date and, where it has one, its file."""
    written = request.text_body or ""
    if request.file is not None and content is not None:
        # The last one: the words above may hold the same letters.
        before, _, after = written.rpartition(request.file.field)
        written = before + base64_of(content) + after
    return f"Date: {format_datetime(at)}{_CRLF}{written}".encode("utf-8", "replace")
