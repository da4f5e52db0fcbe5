"""Messages out of a mailbox: what there is, and one of them whole, or what can be had of it with a note to people."""

import re
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from platforms.email import imap_words
from platforms.email.account import EmailAccount
from platforms.email.imap_commands import Refused
from platforms.email.imap_place import Found, name_of
from platforms.email.imap_session import Session

_MOST_HEADERS = 256 * 1024
_ABOUT = "UID INTERNALDATE RFC822.SIZE"
_NAMED = f"{_ABOUT} BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"

TRIES_WHOLE, TRIES_HEADERS = 4, 8
"""So often a message may break the connection before only its headers are asked for, and then nothing of it."""
_CONTENT_HEADERS = re.compile(
    rb"^(?:content-[^:\r\n]*|mime-version):.*\r?\n(?:[ \t].*\r?\n)*", re.IGNORECASE | re.MULTILINE
)
_MESSAGE_ID = re.compile(rb"^message-id:(.*(?:\r?\n[ \t].*)*)", re.IGNORECASE | re.MULTILINE)

_TOO_LARGE = (
    "Esta mensagem tem {size} MB e não foi buscada inteira: abra-a na caixa de entrada.\n"
    "This message has {size} MB and was not fetched whole: open it in the mailbox.\n"
)
_UNREADABLE = (
    "O servidor de e-mail não entregou esta mensagem: {words}\n"
    "The mail server did not hand over this message: {words}\n"
)
_LATER = ("UNAVAILABLE", "INUSE", "LIMIT", "THROTTLED")


async def about(
    session: Session, numbers: str, *, by_uid: bool = True, named: bool = False
) -> list[Found]:
    """What there is to know of these messages before they are fetched, by UID. Raises a `DeliveryError`.

    `named`: by their Message-ID too, for which a server has to look into each of them.
    """
    try:
        found = await session.fetch(numbers, _NAMED if named else _ABOUT, by_uid=by_uid)
    except Refused as refused:
        raise session.error(refused.status) from None
    told = {one.uid: one for items in found if (one := _found(items))}
    return [told[uid] for uid in sorted(told)]


def _found(items: dict[str, Any]) -> Found | None:
    uid, size = _number(items.get("UID")), _number(items.get("RFC822.SIZE"))
    if uid is None:
        return None  # the server tells of a flag that somebody set
    headers = next((value for name, value in items.items() if name.startswith("BODY[")), None)
    named = _MESSAGE_ID.search(headers) if isinstance(headers, bytes) else None
    name = name_of(named.group(1) if named else b"", size or 0)
    return Found(uid, imap_words.moment(items.get("INTERNALDATE")), size or 0, name)


def _number(value: object) -> int | None:
    return int(value) if isinstance(value, str) and value.isdigit() else None


async def fetch(
    session: Session, message: Found, account: EmailAccount, tries: int = 0
) -> bytes | None:
    """The message as it is, octet by octet; None when it is not there any more. Raises a `DeliveryError`.

    Of one that is too large, or that the server fails to hand over, the headers with a note. `tries`: how often it
    broke the connection.
    """
    if tries > TRIES_WHOLE:
        words = _UNREADABLE.format(words="…")
        if tries > TRIES_HEADERS:
            return noted(_stand_in(session, message, account), words)
        return await _headers(session, message, account, words)
    if message.size <= account.fetch_limit:
        try:
            body = await _part(session, message.uid, "BODY.PEEK[]")
        except Refused as refused:
            if refused.status.code.startswith(_LATER):
                raise session.error(refused.status) from None
            words = _UNREADABLE.format(words=str(session.error(refused.status)))
            return await _headers(session, message, account, words)
        if body is None or (len(body) <= account.fetch_limit and (body or not message.size)):
            return body
    size = f"{message.size / 1024 / 1024:.1f}"
    return await _headers(session, message, account, _TOO_LARGE.format(size=size))


async def _part(session: Session, uid: int, part: str) -> bytes | None:
    """One part of a message; empty where the server announced more than anybody would hold."""
    for items in await session.fetch(str(uid), f"UID {part}"):
        for name, value in items.items():
            if name.startswith("BODY[") and _number(items.get("UID")) == uid:
                return value if isinstance(value, bytes) else b""
    return None


async def _headers(
    session: Session, message: Found, account: EmailAccount, words: str
) -> bytes | None:
    try:
        headers = await _part(session, message.uid, f"BODY.PEEK[HEADER]<0.{_MOST_HEADERS}>")
    except Refused:
        return noted(_stand_in(session, message, account), words)
    return None if headers is None else noted(headers, words)


def noted(headers: bytes, words: str) -> bytes:
    """A message with these headers that says these words; those that described its content go."""
    kept = _CONTENT_HEADERS.sub(b"", headers.rstrip(b"\r\n") + b"\r\n")
    kind = (
        b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return kept + kind + words.replace("\n", "\r\n").encode()


def _stand_in(session: Session, message: Found, account: EmailAccount) -> bytes:
    """Headers for a message that nobody can read, so that somebody hears of it."""
    lines = [
        f"From: postmaster@{account.domain}",
        f"To: {account.address}",
        f"Subject: [{account.folder} {message.uid}]",
        f"Message-ID: <uid.{session.uidvalidity}.{message.uid}@no-id.invalid>",
        "Auto-Submitted: auto-generated",
        *_date(message.at),
    ]
    return "\r\n".join(lines).encode() + b"\r\n"


def _date(at: datetime | None) -> Sequence[str]:
    return [f"Date: {format_datetime(at)}"] if at else []
