"""Which of our messages a report is about, and the fields that reports are made of."""

import re
from collections.abc import Iterable, Iterator
from email.message import Message

from platforms.email import parts, tokens
from platforms.email.charsets import decode, unfolded, words
from platforms.email.mailboxes import Mailbox, mailboxes
from platforms.email.parts import Part
from platforms.email.reading import Mail

DELIVERED_TO = ("to", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")

_RETURNED = {
    *("message/rfc822", "message/global", "message/rfc822-headers", "text/rfc822-headers"),
    *("message/global-headers", "text/rfc822"),
}
_RETURNED_ID = re.compile(r"(?im)^[>\s]*message-id:\s*(<[^<>\s]{1,480}>)")


def correlated(
    mail: Mail, leaves: list[Part], envelope: str | None = None
) -> tuple[str | None, str | None]:
    """The id of the message that a report is about, and our own name for it."""
    bounced = tokens.bounced_message(box.address for box in mail.mailboxes(*DELIVERED_TO))
    enveloped = tokens.enveloped_message(envelope) if envelope else None
    original = _returned_id(leaves) or next(iter(mail.answers), None)
    named = bounced or enveloped
    if original and (ours := tokens.own_message(original)):
        return original, named or ours[0]
    if original is None and named is not None:
        return _rebuilt(mail, named), named
    return original, named


def _rebuilt(mail: Mail, named: str) -> str | None:
    """Our Message-ID of a message that only the bounce address or the envelope still names."""
    addresses = [box.identity for box in mail.mailboxes(*DELIVERED_TO)]
    ours = [one for one in addresses if tokens.bounced_message([one])] or addresses
    return f"<m.{named}@{ours[0].rpartition('@')[2]}>" if ours else None


def _returned_id(leaves: list[Part]) -> str | None:
    """The Message-ID of the message that came back, whole or its headers, damaged or in the text of the report."""
    returned = [part for part in leaves if part.kind in _RETURNED]
    rest = [part for part in leaves if part.kind in {"text/plain", "text/html"}]
    for part in [*returned, *rest]:
        octets = parts.octets(part.message)
        text = decode(octets[:200_000], part.parameter("charset"))
        if found := _RETURNED_ID.search(re.sub(r"\r?\n[ \t]+<", " <", text)):
            return found.group(1)
    return None


def returned_mailboxes(leaves: Iterable[Part], name: str) -> list[Mailbox]:
    for part in leaves:
        payload = part.message.get_payload() if part.kind in _RETURNED else None
        inner = payload[0] if isinstance(payload, list) and payload else None
        if isinstance(inner, Message):
            return mailboxes(unfolded(str(value)) for value in inner.get_all(name, []))
    return []


def names(block: Message) -> dict[str, str]:
    named: dict[str, str] = {}
    for name, value in block.raw_items():
        named.setdefault(str(name).lower(), words(unfolded(str(value))))
    return named


def split_blocks(text: str) -> Iterator[dict[str, str]]:
    """The blocks of a status part whose transfer encoding the parser does not look into."""
    for block in re.split(r"\n\s*\n", text):
        lines = re.sub(r"\n[ \t]+", " ", block).split("\n")
        pairs = (line.partition(":") for line in lines if ":" in line)
        yield {name.strip().lower(): value.strip() for name, _, value in pairs}


def merged_fields(part: Part) -> dict[str, str]:
    """All fields of a report's part, the first of each name."""
    payload = part.message.get_payload()
    inner = payload if isinstance(payload, list) else []
    blocks = [names(one) for one in inner if isinstance(one, Message)]
    merged: dict[str, str] = {}
    for block in blocks or list(split_blocks(parts.text_of(part))):
        merged = {**block, **merged}
    if blocks and not merged:
        text = "\n\n".join(str(one.get_payload()) for one in inner if isinstance(one, Message))
        merged = {name: value for block in split_blocks(text) for name, value in block.items()}
    return merged


def bare_recipient(field: str | None) -> str | None:
    """`rfc822; ana@loja.example` without its address type."""
    text = (field or "").rpartition(";")[2].strip(" <>")
    return text[:320] or None
