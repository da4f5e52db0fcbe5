"""What a message of ours says, in plain text and HTML, and the files it brings. Pure."""

import hashlib
import re
from html import escape
from typing import NamedTuple

from domain.content import (
    ContactCard,
    ContactsContent,
    MediaContent,
    MediaRef,
    MessageContent,
    TextContent,
)
from domain.errors import ContentRejected
from domain.text import joined
from platforms.base import OutboundFile
from platforms.email import files, mime
from platforms.email.facts import INLINE_PICTURES, LIMITS, MAX_FILE_BYTES
from platforms.email.mime import Piece

_LINK = re.compile(r"https?://[^\s<>\"']{1,2000}[^\s<>\"'.,;:!?)\]}]")


class Said(NamedTuple):
    """What a message says, and the files it brings."""

    text: str
    html: str
    inline: Piece | None = None
    attached: tuple[Piece, ...] = ()
    file: OutboundFile | None = None


def said(content: MessageContent, message_id: str) -> Said:
    """Raises `ContentRejected` for what no message can carry."""
    match content:
        case TextContent(text=text):
            return _words(text)
        case MediaContent() as media:
            return _with_file(media, message_id)
        case ContactsContent(contacts=cards) if cards:
            return _with_cards(cards)
        case other:
            raise ContentRejected(f"{other.type} cannot be sent by e-mail")


def _words(text: str) -> Said:
    if not text.strip():
        raise ContentRejected("the text is empty")
    return Said(_within(text), _as_html(text))


def _within(text: str) -> str:
    if len(text) > LIMITS.text:
        raise ContentRejected(f"the text has more than {LIMITS.text} characters")
    return text


def _as_html(text: str) -> str:
    """The same words with paragraphs and links; nothing of them is taken for markup."""
    paragraphs = re.split(r"\n[ \t]*\n\s*", text.replace("\r\n", "\n").strip("\n"))
    return "".join(f'<p dir="auto">{_linked(one)}</p>' for one in paragraphs)


def _linked(text: str) -> str:
    pieces: list[str] = []
    at = 0
    for found in _LINK.finditer(text):
        link = escape(found.group())
        pieces += [escape(text[at : found.start()]), f'<a href="{link}">{link}</a>']
        at = found.end()
    pieces.append(escape(text[at:]))
    return "".join(pieces).replace("\n", "<br>\n")


def _with_file(content: MediaContent, message_id: str) -> Said:
    media = content.media
    caption = _within(content.caption or "")
    if media.key is None:
        return _words(joined((caption, _linkable(media)), "\n\n"))
    if media.size is not None and media.size > MAX_FILE_BYTES:
        raise ContentRejected(f"a file of {media.size} bytes: the limit is {MAX_FILE_BYTES} bytes")
    mime_type = _mime_type(media)
    name = files.harmless(media.filename or "") or _default_name(content.type, mime_type)
    place = f"[[file {media.key}]]"
    file = OutboundFile(field=place, filename=name, mime_type=mime_type, key=media.key)
    shown = _as_html(caption) if caption.strip() else ""
    if content.type == "image" and mime_type in INLINE_PICTURES:
        cid = f"{hashlib.sha256(message_id.encode()).hexdigest()[:24]}@inline"
        html = f'{shown}<p><img src="cid:{cid}" alt="{escape(name)}" style="max-width:100%"></p>'
        return Said(caption or f"[{name}]", html, mime.file(place, mime_type, name, cid), (), file)
    text = caption if caption.strip() else name
    attached = (mime.file(place, mime_type, name),)
    return Said(text, shown or _as_html(name), None, attached, file)


def _linkable(media: MediaRef) -> str:
    if not media.url:
        raise ContentRejected("the file is not in our store and has no link")
    if not re.fullmatch(r"https?://[^\s<>\"]+", media.url):
        raise ContentRejected("the file's link is no web address")
    return joined((media.filename, media.url), "\n")


def _mime_type(media: MediaRef) -> str:
    bare = (media.mime_type or "").partition(";")[0].strip().lower()
    return (
        bare
        if re.fullmatch(r"[\w.+-]{1,60}/[\w.+-]{1,60}", bare, re.ASCII)
        else "application/octet-stream"
    )


def _default_name(kind: str, mime_type: str) -> str:
    return f"{kind}{files.extension(mime_type)}"


def _with_cards(cards: list[ContactCard]) -> Said:
    lines = joined((joined((c.name, *c.phones, *c.emails), "\n") for c in cards), "\n\n")
    attached = tuple(_card(card, number) for number, card in enumerate(cards, 1))
    return _words(lines)._replace(attached=attached)


def _card(card: ContactCard, number: int) -> Piece:
    """A vCard 4.0 (RFC 6350), which address books take with a click."""
    fields = [("FN", card.name), *(("TEL", phone) for phone in card.phones)]
    fields += [("EMAIL", address) for address in card.emails]
    lines = [f"{name}:{_escaped(value)}" for name, value in fields]
    body = "\r\n".join(["BEGIN:VCARD", "VERSION:4.0", *lines, "END:VCARD", ""])
    name = files.harmless(f"{card.name[:60]}.vcf") or f"contact-{number}.vcf"
    return mime.file(mime.base64_of(body.encode()), "text/vcard; charset=utf-8", name)


def _escaped(value: str) -> str:
    flat = " ".join(value.split())
    return re.sub(r"([\\,;])", r"\\\1", flat)


def content(said: Said, message_id: str) -> Piece:
    """mixed(alternative(plain, related(html, picture)), files), without the layers that hold one thing only."""
    html = mime.text(said.html, "html")
    if said.inline is not None:
        html = mime.multipart("related", [html, said.inline], message_id)
    words = mime.multipart("alternative", [mime.text(said.text, "plain"), html], message_id)
    return mime.multipart("mixed", [words, *said.attached], message_id) if said.attached else words
