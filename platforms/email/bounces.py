"""Reports of what became of a message on its way: not delivered, delayed, passed on.

Delivery reports are RFC 3464; what big providers send instead is read from its words.
"""

import re
from collections.abc import Iterator
from email.message import Message
from typing import NamedTuple

from domain.events import InboundEvent
from domain.receipts import Receipt, ReceiptError, ReceiptStatus
from platforms.email import parts
from platforms.email.automatic import null_sender
from platforms.email.parts import Part
from platforms.email.reading import Mail
from platforms.email.returned import (
    DELIVERED_TO,
    bare_recipient,
    correlated,
    names,
    split_blocks,
)

MAX_RECIPIENTS = 100

_DELIVERY = {"message/delivery-status", "message/global-delivery-status"}

_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\.\d)(?!\d)")
_REPLY_CODE = re.compile(r"(?<![\d.])([45]\d\d)(?=[ \-#])")
_CODED = re.compile(r"(?<![\d.])[45]\d\d[ \-#]+([45]\.\d{1,3}\.\d{1,3})(?!\d)")
_ADDRESS = re.compile(r"[\w.+=-]{1,64}@[\w.-]{1,200}\.[A-Za-z]{2,24}")

_FAILED_SUBJECT = re.compile(
    r"(?i)undeliver|delivery (?:status )?(?:notification|failure|report|has failed)|returned (?:mail|to sender)"
    r"|mail delivery (?:failed|system|failure)|failure notice|could not be delivered|non remis|unzustellbar"
    r"|n.o (?:entregue|p.de ser entregue)|falha na entrega|devolvid|no se (?:pudo|puede) entregar|rejected"
)
_DELAYED = re.compile(
    r"(?i)\bdelay|still (?:trying|being retried)|will (?:keep|continue) trying|warning: (?:message|could not)"
    r"|atrasad|temporarily|retras|verz.ger"
)

# https://www.iana.org/assignments/smtp-enhanced-status-codes (read 2026-08): the address or its domain is not there.
HARD = {"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.1", "5.4.4"}

# RFC 3464, section 2.3.3. `delivered` reached a mailbox or a list's exploder, nobody knows which: it stays `sent`.
_ACTIONS = {
    "failed": ReceiptStatus.FAILED,
    "delayed": ReceiptStatus.QUEUED,
    "delivered": ReceiptStatus.SENT,
    "relayed": ReceiptStatus.SENT,
    "expanded": ReceiptStatus.SENT,
}


class _About(NamedTuple):
    """What became of a message for one recipient."""

    action: str
    recipient: str | None
    status: str | None
    diagnosis: str


def is_one(mail: Mail, leaves: list[Part]) -> bool:
    """Whether a message is such a report, by its parts, its headers or its words."""
    declared = parts.parameter(mail.message, "report-type").lower()
    if any(part.kind in _DELIVERY for part in leaves) or declared == "delivery-status":
        return (
            parts.content_type(mail.message) == "multipart/report"
            or null_sender(mail)
            or _from_system(mail)
        )
    if mail.all("x-failed-recipients"):
        return True
    worded = bool(_FAILED_SUBJECT.search(mail.text("subject")))
    return worded and (
        _from_system(mail) or (null_sender(mail) and not mail.all("x-auto-response-suppress"))
    )


def _from_system(mail: Mail) -> bool:
    sender = next(iter(mail.mailboxes("from")), None)
    local = sender.identity.partition("@")[0] if sender else ""
    return local in {"mailer-daemon", "postmaster", "mail-daemon", "mdaemon"}


def events(mail: Mail, leaves: list[Part]) -> list[InboundEvent]:
    """One receipt for each recipient, all of the one message that was sent to them."""
    envelope, told = _fields(leaves)
    prose = _prose(leaves)
    found = told or list(_from_words(mail, prose))
    original, reference = correlated(mail, leaves, envelope)
    return [
        _receipt(mail, about, original, reference, number)
        for number, about in enumerate(found[:MAX_RECIPIENTS])
    ]


def _receipt(
    mail: Mail, about: _About, original: str | None, reference: str | None, number: int
) -> InboundEvent:
    status = _ACTIONS.get(about.action, ReceiptStatus.FAILED)
    code = about.status or _reply_code(about.diagnosis) or about.action
    error = ReceiptError(
        code=code,
        title=about.diagnosis[:300] or about.action,
        retryable=status is ReceiptStatus.QUEUED,
    )
    told = status in {ReceiptStatus.FAILED, ReceiptStatus.QUEUED}
    details = {
        "action": about.action,
        "recipient": about.recipient,
        "status": about.status,
        "hard": about.status in HARD if status is ReceiptStatus.FAILED else None,
    }
    return InboundEvent(
        kind="receipt",
        external_id=f"{mail.key}:{number}" if number else mail.key,
        sent_at=mail.sent_at,
        receipt=Receipt(
            status=status,
            message_external_id=original,
            reference=reference,
            error=error if told else None,
        ),
        details={name: value for name, value in details.items() if value is not None},
    )


def _reply_code(text: str) -> str | None:
    found = _REPLY_CODE.search(text)
    return found.group(1) if found else None


def _fields(leaves: list[Part]) -> tuple[str | None, list[_About]]:
    """The envelope id, and what every block with a recipient says, of all status parts together."""
    blocks = list(_blocks(leaves))
    envelope = next((one for block in blocks if (one := block.get("original-envelope-id"))), None)
    return envelope, [about for block in blocks if (about := _about(block)) is not None]


def _about(block: dict[str, str]) -> _About | None:
    """What a block says of its recipient; None for the block about the message itself."""
    action = re.split(r"[\s;(]", block.get("action", "").strip().lower())[0]
    status = _STATUS.search(block.get("status", ""))
    named = block.get("final-recipient") or block.get("original-recipient")
    if not (action or (status and named)):
        return None
    diagnosis = block.get("diagnostic-code", "")
    code = status.group(1) if status else _coded(diagnosis)
    kind, _, said = diagnosis.partition(";")
    return _About(
        action=action or ("failed" if code and code.startswith("5") else "delayed"),
        recipient=bare_recipient(named),
        status=code,
        diagnosis=" ".join((said or kind).split()),
    )


def _blocks(leaves: list[Part]) -> Iterator[dict[str, str]]:
    for part in leaves:
        if part.kind not in _DELIVERY:
            continue
        payload = part.message.get_payload()
        inner = payload if isinstance(payload, list) else []
        read = [names(one) for one in inner if isinstance(one, Message)]
        yield from read or split_blocks(parts.text_of(part))


def _coded(text: str) -> str | None:
    found = _CODED.search(text) or _STATUS.search(text)
    return found.group(1) if found else None


def _from_words(mail: Mail, prose: str) -> Iterator[_About]:
    """A report for people: the recipient from a header or the text, the code from the text."""
    before = re.split(
        r"(?im)^.{0,10}(?:original message|message headers|mensagem original)", prose
    )[0]
    told = before if _STATUS.search(before) or _REPLY_CODE.search(before) else prose
    status = _coded(told)
    late = not (status or "").startswith("5") and bool(
        _DELAYED.search(mail.text("subject")) or _DELAYED.search(before[:2000])
    )
    named = [box.address for box in mail.mailboxes("x-failed-recipients")]
    own = {box.identity for box in mail.mailboxes("from", *DELIVERED_TO)}
    guessed = [one for one in _ADDRESS.findall(before) if one.lower() not in own][:1]
    for recipient in named or guessed or [None]:
        yield _About("delayed" if late else "failed", recipient, status, _diagnosis(told, status))


def _diagnosis(prose: str, status: str | None) -> str:
    """The line that has the code, else the first that says something."""
    lines = [" ".join(line.split()) for line in prose.split("\n") if line.strip(" *_-")]
    chosen = [line for line in lines if status and status in line] or lines
    return chosen[0][:300] if chosen else ""


def _prose(leaves: list[Part]) -> str:
    """What the report says to people."""
    said = [parts.text_of(part) for part in leaves if part.kind == "text/plain"]
    said += [parts.text_of(part) for part in leaves if part.kind in _DELIVERY]
    if not any(one.strip() for one in said):
        shown = [parts.text_of(part) for part in leaves if part.kind == "text/html"]
        said = [re.sub(r"<[^<>]{0,2000}>", " ", one) for one in shown]
    return "\n".join(said)[:200_000]
