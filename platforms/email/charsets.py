"""Octets become text, whatever their declaration says: wrong, unknown and missing character sets included."""

import base64
import binascii
import codecs
import quopri
import re
from collections.abc import Iterator

# What mail programs call a character set, or what they mean by it: browsers read these names the same way.
# https://encoding.spec.whatwg.org/#names-and-labels (read 2026-08)
_MEANT = {
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "ansi": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "big5": "cp950",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "x-utf-8": "utf-8",
}
_UNSAID = {
    "",
    "us-ascii",
    "ascii",
    "ansi_x3.4-1968",
    "unknown",
    "unknown-8bit",
    "x-unknown",
    "none",
}
_NO_CHARSET = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "palmos"}
"""Codecs of Python that no mail uses; some take quadratic time."""

_WORD = re.compile(r"=\?([^?\s*]{1,60})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?]*)\?=")
_BETWEEN_WORDS = re.compile(r"[ \t\r\n]*")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def decode(octets: bytes, declared: str | None) -> str:
    """Text of octets: by what was declared, else UTF-8, else windows-1252. Fit for every store."""
    name = (declared or "").strip(" \t\"'").lower()
    if name not in _UNSAID and (text := _by_name(octets, _MEANT.get(name, name))) is not None:
        return storable(text)
    return storable(_guessed(octets))


def _by_name(octets: bytes, name: str) -> str | None:
    """None when Python does not know the character set, or most of the text is not written in it."""
    try:
        codec = codecs.lookup(name).name
        if codec in _NO_CHARSET:
            return None
        return octets.decode(codec)
    except UnicodeError:
        text = octets.decode(name, "replace")
        broken = text.count("\ufffd")
        return text if broken * 8 <= sum(letter > "\x7f" for letter in text) else None
    except (LookupError, ValueError):
        return None


def _guessed(octets: bytes) -> str:
    text = _by_name(octets, "utf-8")
    return octets.decode("cp1252", "replace") if text is None else text


def storable(text: str) -> str:
    """Without what PostgreSQL and UTF-8 refuse."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def unfolded(value: str) -> str:
    """A raw header as one line. Octets that are not ASCII, which the parser hides in surrogates, become text."""
    octets = value.encode("utf-8", "surrogateescape") if not value.isascii() else b""
    text = decode(octets, None) if octets else value
    return _INVISIBLE.sub("", " ".join(part.strip(" \t") for part in text.splitlines())).strip()


def words(value: str) -> str:
    """A header with its encoded words (RFC 2047) decoded; what is no encoded word stays as it is."""
    text = "".join(_decoded(value))
    return storable(_INVISIBLE.sub("", " ".join(text.split())))


def _decoded(value: str) -> Iterator[str]:
    """Neighbouring words of one character set are joined first: many programs cut characters in two."""
    at = 0
    pending: tuple[str, bytes] | None = None
    for found in _WORD.finditer(value):
        charset, encoding, encoded = found.group(1).lower(), found.group(2), found.group(3)
        octets = _octets(encoding, encoded)
        between = value[at : found.start()]
        at = found.end()
        adjacent = pending is not None and _BETWEEN_WORDS.fullmatch(between)
        if pending is not None and adjacent and octets is not None and pending[0] == charset:
            pending = (charset, pending[1] + octets)
            continue
        if pending is not None:
            yield decode(pending[1], pending[0])
        if not adjacent or octets is None:
            yield between
        pending = (charset, octets) if octets is not None else None
        if octets is None:
            yield found.group()
    if pending is not None:
        yield decode(pending[1], pending[0])
    yield value[at:]


def _octets(encoding: str, encoded: str) -> bytes | None:
    try:
        plain = encoded.encode("ascii")
        if encoding in "qQ":
            return quopri.decodestring(plain, header=True)
        return base64.b64decode(plain + b"=" * (-len(plain) % 4))
    except (UnicodeEncodeError, binascii.Error, ValueError):
        return None


def reflowed(text: str, *, delete_space: bool) -> str:
    """Lines of `format=flowed` joined to the paragraphs they were (RFC 3676, section 4.2)."""
    lines: list[str] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        bare = line.rstrip("\r")
        depth = len(bare) - len(bare.lstrip(">"))
        words_of = bare[depth:].removeprefix(" ")
        soft = words_of.endswith(" ") and words_of != "-- "
        if open_depth == depth and words_of != "-- ":
            lines[-1] += words_of
        else:
            lines.append((">" * depth + " " if depth else "") + words_of)
        if soft and delete_space:
            lines[-1] = lines[-1][:-1]
        open_depth = depth if soft else None
    return "\n".join(lines)
