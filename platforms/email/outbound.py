"""One message becomes one Internet message (RFC 5322) for one recipient. Pure.

What it is an answer to comes in `OutboundMessage.answers`, as `messages` kept it; without that the quoted message's id
and the thread still place it.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from domain.errors import ContentRejected
from platforms.base import OutboundMessage, OutboundRequest
from platforms.email import bodies, mime, tokens
from platforms.email.account import EmailAccount
from platforms.email.keeping import MAX_REFERENCES, base_subject
from platforms.email.mailboxes import Mailbox, is_address

MAX_SUBJECT = 250

_ID = re.compile(r"(<[^<>\s]{1,480}>)(?::\d+)?")


class _Origin(NamedTuple):
    """The message that is answered, as far as it is known."""

    reply_to: str | None
    references: list[str]
    subject: str
    address: str | None

    @property
    def is_one(self) -> bool:
        return bool(self.reply_to or self.references)


def render(message: OutboundMessage, account: EmailAccount) -> OutboundRequest:
    """The message and its envelope. Raises `ContentRejected`.

    The same message id gives the same text, to the letter; only its date is added when it is handed over
    (`mime.complete`), and the bytes of its file.
    """
    origin = _origin(message)
    recipient = _recipient(origin.address or message.address, account)
    said = bodies.said(message.content, message.id)
    content = bodies.content(said, message.id)
    headers = [
        *_headers(message, account, recipient, origin),
        *_automatic(message, account, origin),
    ]
    return OutboundRequest(
        method="SMTP",
        url=f"smtp:{recipient}",
        headers=_envelope(message, account, recipient),
        text_body=mime.message(headers, content),
        file=said.file,
    )


# --- to whom, in answer to what


def _recipient(address: str, account: EmailAccount) -> str:
    """The recipient's address. A bare name is a mailbox of our own domain, as mail systems take it."""
    bare = address.strip()
    if "@" not in bare:
        bare = f"{bare}@{account.domain}"
    local, _, domain = bare.rpartition("@")
    try:
        # RFC 5890: the domain travels as ASCII; the rest as it is (RFC 6531).
        bare = f"{local}@{domain.encode('idna').decode()}" if not domain.isascii() else bare
    except UnicodeError:
        raise ContentRejected("the contact's address has no valid domain") from None
    if not is_address(bare):
        raise ContentRejected("the contact's address is no e-mail address")
    return bare


def _origin(message: OutboundMessage) -> _Origin:
    kept = message.answers or {}
    own_id = _id(kept.get("message_id"))
    before = [one for value in _list(kept.get("references")) if (one := _id(value))]
    reply_to = _id(message.reply_to) or own_id
    known = [_id(message.thread), *before, own_id, reply_to]
    references = list(dict.fromkeys(one for one in known if one))
    subject = kept.get("base_subject")
    return _Origin(
        reply_to,
        [*references[:1], *references[1:][-MAX_REFERENCES:]],
        subject if isinstance(subject, str) else "",
        _asked_address(kept),
    )


def _asked_address(kept: Mapping[str, Any]) -> str | None:
    """Where the contact asked for answers; None: where the message came from."""
    first = next(iter(_list(kept.get("reply_to"))), None)
    address = first.get("address") if isinstance(first, dict) else None
    return address if isinstance(address, str) and is_address(address) else None


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _id(value: object) -> str | None:
    """A message id; of the id of one of its files, the message's. One that we made up names nothing elsewhere."""
    found = _ID.fullmatch(value.strip()) if isinstance(value, str) else None
    return found.group(1) if found and not found.group(1).endswith("@no-id.invalid>") else None


# --- headers and envelope


def _headers(
    message: OutboundMessage, account: EmailAccount, recipient: str, origin: _Origin
) -> Iterator[tuple[str, str]]:
    yield "From", mime.mailbox(Mailbox(address=account.address, name=account.name))
    yield "To", recipient
    yield "Subject", mime.words(_subject(account, origin), "Subject")
    yield "Message-ID", tokens.message_id(message.id, account)
    if reply := tokens.reply_address(message.id, account):
        yield "Reply-To", mime.mailbox(Mailbox(address=reply, name=account.name))
    if origin.reply_to:
        yield "In-Reply-To", origin.reply_to
    if origin.references:
        yield "References", mime.ids(origin.references)
    if account.ask_read_receipts and not message.automatic:
        yield "Disposition-Notification-To", account.address
    if account.unsubscribe_url and not origin.is_one:
        yield (
            "List-Unsubscribe",
            mime.ids(_unsubscribe(account, account.unsubscribe_url, recipient)),
        )
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"


def _subject(account: EmailAccount, origin: _Origin) -> str:
    """The conversation's subject with exactly one `Re:`, or the account's own where we write first."""
    base = " ".join((base_subject(origin.subject) or account.subject).split())[:MAX_SUBJECT]
    return f"Re: {base}" if origin.is_one else base


def _unsubscribe(account: EmailAccount, url: str, recipient: str) -> list[str]:
    """One click and one mail (RFC 8058, RFC 2369). The signature keeps strangers from signing others off."""
    key = hashlib.sha256(b"email unsubscribe\0" + account.secret.get_secret_value().encode())
    proof = hmac.new(key.digest(), recipient.lower().encode(), hashlib.sha256).hexdigest()[:32]
    sign = "&" if "?" in url else "?"
    return [
        f"<{url}{sign}address={quote(recipient, safe='')}&proof={proof}>,",
        f"<mailto:{quote(account.address, safe='@+')}?subject=unsubscribe>",
    ]


def _automatic(
    message: OutboundMessage, account: EmailAccount, origin: _Origin
) -> Iterator[tuple[str, str]]:
    """What tells other machines not to answer (RFC 3834, section 5)."""
    if not message.automatic:
        return
    yield "Auto-Submitted", "auto-replied" if origin.is_one else "auto-generated"
    yield "X-Auto-Response-Suppress", "All"
    yield "Precedence", "auto_reply" if origin.is_one else "bulk"
    yield "X-Loop", account.address


def _envelope(message: OutboundMessage, account: EmailAccount, recipient: str) -> dict[str, str]:
    """What the submission server is told (RFC 5321; RFC 3461 where it offers delivery reports)."""
    envelope = {
        "mail-from": tokens.bounce_address(message.id, account),
        "rcpt-to": recipient,
        "envid": tokens.envelope_id(message.id),
        "ret": "HDRS",
        "notify": "FAILURE,DELAY",
    }
    plain = recipient.isascii() and account.address.isascii()
    return envelope if plain else {**envelope, "smtputf8": "yes"}
