"""The addresses of a header: read leniently, kept only where mail can go."""

import re
from collections.abc import Iterable, Iterator

from domain.value import Value
from platforms.email.charsets import words

MOST = 500
"""Addresses read of one header."""

# RFC 5321, section 4.5.3.1: at most 64 octets before the @, 254 in all. Letters of any script (RFC 6531).
_BARE = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@[^\s@<>(),;:\\\"]{1,250}")
_QUOTED = re.compile(r"\"[^\"\\\r\n]{1,62}\"@[^\s@<>(),;:\\\"]{1,250}")
_PIECE = re.compile(
    r"=\?[^?\s]{1,80}\?[bBqQ]\?[^?]*\?="  # an encoded word, in which a comma says nothing
    r'|"(?:[^"\\]|\\.)*"|\((?:[^()\\]|\\.)*\)|<[^<>]*>|[,;]|[^,;"(<=]+|.',
    re.DOTALL,
)


class Mailbox(Value):
    """One address with the name beside it."""

    address: str
    """As it is written; letters before the @ may differ in case."""
    name: str | None = None

    @property
    def identity(self) -> str:
        """The same for every way to write the address."""
        return self.address.lower()


def is_address(text: str) -> bool:
    valid = _BARE.fullmatch(text) or _QUOTED.fullmatch(text)
    return bool(valid) and ".." not in text.rpartition("@")[2] and len(text) <= 254


def mailboxes(values: Iterable[str]) -> list[Mailbox]:
    """The addresses of unfolded header values, each once, in order."""
    found: dict[str, Mailbox] = {}
    for value in values:
        for entry in _entries(value[:50_000]):
            box = _mailbox(entry)
            if box and len(found) < MOST:
                found.setdefault(box.identity, box)
    return list(found.values())


def _entries(value: str) -> Iterator[list[str]]:
    """The pieces of each entry: commas part entries, and so do the semicolons that end a group."""
    entry: list[str] = []
    for piece in _PIECE.findall(value):
        if piece in {",", ";"}:
            yield entry
            entry = []
        else:
            entry.append(piece)
    yield entry


def _mailbox(pieces: list[str]) -> Mailbox | None:
    """The address in angle brackets, else the first word that is one; the name is what stands beside it."""
    angled = [piece for piece in pieces if piece.startswith("<") and "@" in piece]
    comments = [piece[1:-1] for piece in pieces if piece.startswith("(")]
    beside = "".join(piece for piece in pieces if not piece.startswith(("<", "(")))
    if angled:
        address = angled[0][1:-1].replace(" ", "").removeprefix("mailto:")
        return _named(address, "" if beside.strip().lower() == address.lower() else beside)
    bare = "".join(piece for piece in pieces if not piece.startswith("("))
    # A group's name stands before its first address: `friends: ana@loja.example`.
    for word in bare.replace(":", " ").split():
        if "@" in word:
            return _named(word, comments[0] if comments else "")
    return None


def _named(address: str, beside: str) -> Mailbox | None:
    if not is_address(address):
        return None
    text = " ".join(beside.split())
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = re.sub(r"\\(.)", r"\1", text[1:-1])
    name = words(text).strip(' "')
    return Mailbox(
        address=address, name=name[:200] or None if name.lower() != address.lower() else None
    )
