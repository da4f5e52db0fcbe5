"""What mail systems say about our messages: what became of them, that they were read, that somebody complained.

Read receipts are RFC 8098, complaints RFC 5965.
"""

import re
from typing import Any

from domain.events import InboundEvent, Sender
from domain.receipts import Receipt, ReceiptStatus
from platforms.email import bounces, parts, tokens
from platforms.email.mailboxes import mailboxes
from platforms.email.parts import Part
from platforms.email.reading import Mail
from platforms.email.returned import bare_recipient, correlated, merged_fields, returned_mailboxes

_READ = {"message/disposition-notification", "message/global-disposition-notification"}
_COMPLAINT = {"message/feedback-report"}


def events(mail: Mail) -> list[InboundEvent] | None:
    """What a report says; None for a message that is none."""
    leaves = list(parts.leaves(mail.message))
    if complaint := _first(leaves, _COMPLAINT):
        return [_complaint(mail, complaint, leaves)]
    if receipt := _first(leaves, _READ):
        return [_read_receipt(mail, receipt)]
    return bounces.events(mail, leaves) if bounces.is_one(mail, leaves) else None


def _first(leaves: list[Part], kinds: set[str]) -> Part | None:
    return next((part for part in leaves if part.kind in kinds), None)


def _read_receipt(mail: Mail, part: Part) -> InboundEvent:
    """A contact's program says that our message was shown. Whoever denies or deletes says nothing about reading."""
    fields = merged_fields(part)
    disposition = fields.get("disposition", "").rpartition(";")[2].strip().lower()
    original = next(
        iter(re.findall(r"<[^<>\s]{1,480}>", fields.get("original-message-id", ""))), None
    )
    original = original or next(iter(mail.answers), None)
    ours = tokens.own_message(original) if original else None
    details = {
        "disposition": disposition,
        "recipient": bare_recipient(fields.get("final-recipient")),
    }
    shown = disposition.partition("/")[0].strip() == "displayed"
    if not shown or original is None:
        return ignored(mail, f"a read receipt that says {disposition or 'nothing'}", details)
    return InboundEvent(
        kind="receipt",
        external_id=mail.key,
        sent_at=mail.sent_at,
        receipt=Receipt(
            status=ReceiptStatus.READ,
            message_external_id=original,
            reference=ours[0] if ours else None,
        ),
        details={name: value for name, value in details.items() if value},
    )


def _complaint(mail: Mail, part: Part, leaves: list[Part]) -> InboundEvent:
    """A contact pressed the button for spam: no more mail that was not asked for."""
    fields = merged_fields(part)
    kind = fields.get("feedback-type", "abuse").strip().lower()
    named = [fields.get(name, "") for name in ("original-rcpt-to", "removal-recipient")]
    contact = next(iter([*mailboxes(named), *returned_mailboxes(leaves, "to")]), None)
    original, reference = correlated(mail, leaves)
    details = {
        "value": "opt_out",
        "category": "complaint",
        "feedback_type": kind,
        "reference": reference,
    }
    if kind == "not-spam":
        return ignored(mail, "a report that our message is no spam", details)
    return InboundEvent(
        kind="preference",
        external_id=mail.key,
        sent_at=mail.sent_at,
        sender=Sender(address=contact.identity) if contact else None,
        target_external_id=original,
        details={name: value for name, value in details.items() if value},
        raw=dict(list(fields.items())[:50]),
    )


def ignored(mail: Mail, reason: str, details: dict[str, Any] | None = None) -> InboundEvent:
    return InboundEvent(
        kind="ignored",
        external_id=mail.key,
        sent_at=mail.sent_at,
        reason=reason,
        details={name: value for name, value in (details or {}).items() if value} or None,
        raw={"headers": headers(mail)},
    )


def headers(mail: Mail) -> dict[str, str]:
    """The headers that say who wrote to whom about what."""
    names = ("from", "to", "cc", "reply-to", "subject", "date", "message-id", "return-path")
    return {name: text[:1000] for name in names if (text := mail.text(name))}
