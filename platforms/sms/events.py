"""Events as every provider makes them: a message with its files and its wish, a receipt, a note."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from domain.content import MediaContent, MessageContent, TextContent, UnsupportedContent
from domain.events import InboundEvent, Sender
from domain.receipts import Receipt, ReceiptStatus
from domain.text import joined
from platforms.reading import Json, as_object, as_text, digest
from platforms.sms.meanings import Meaning, receipt_error
from platforms.sms.numbers import can_be_answered, normal
from platforms.sms.optout import Wish, wish


class Said(NamedTuple):
    """What a provider says of one message of a contact, in our words and its spelling."""

    external_id: str | None
    sender: str | None
    account: str | None
    sent_at: datetime | None = None
    name: str | None = None
    thread: str | None = None
    reply_to: str | None = None
    details: Json | None = None
    wish: Wish | None = None
    """As the provider understood it; None: by the words alone."""
    echo: bool = False


def said(
    about: Said,
    item: Json,
    text: str | None,
    files: Iterable[MediaContent] = (),
    others: Iterable[MessageContent] = (),
) -> list[InboundEvent]:
    """One message for its text, or one for each file of which the first has the text; then everything else in it.

    An opt-out or opt-in is told again as a preference, after the message that asked for it.
    """
    contents: list[MessageContent] = [*_with_caption(text, list(files)), *others]
    if not about.sender:
        return [ignored(item, "it names no sender", about.external_id)]
    if not about.echo and not can_be_answered(normal(about.sender)):
        return [ignored(item, "the sender is a name, which nobody can answer", about.external_id)]
    if not contents:
        return [ignored(item, "it says nothing", about.external_id)]
    first = about.external_id or digest(item)
    asked = about.wish or (wish(text) if _is_all_that_was_said(about) else None)
    events = [
        _message(about, item, content, first if number == 0 else f"{first}:{number}", asked)
        for number, content in enumerate(contents)
    ]
    return [*events, *_preference(about, first, asked)]


def _is_all_that_was_said(about: Said) -> bool:
    """By a contact, and not only a segment of it."""
    return not about.echo and "part" not in (about.details or {})


def _with_caption(text: str | None, files: list[MediaContent]) -> list[MessageContent]:
    words = text if text and text.strip() else None
    if not files:
        return [TextContent(text=words)] if words else []
    caption = joined((words, files[0].caption), "\n") or None
    return [files[0].model_copy(update={"caption": caption}), *files[1:]]


def _message(
    about: Said, item: Json, content: MessageContent, external_id: str, asked: Wish | None
) -> InboundEvent:
    details = {**(about.details or {}), **({"wish": asked.value} if asked else {})}
    return InboundEvent(
        kind="message",
        external_id=external_id,
        sender=_sender(about.sender, about.name),
        sent_at=about.sent_at,
        reply_to=about.reply_to,
        thread=about.thread,
        account=account(about.account),
        echo=about.echo,
        content=content,
        details=details or None,
        raw=item if isinstance(content, UnsupportedContent) else None,
    )


_TOLD = {Wish.OPT_OUT, Wish.OPT_IN}


def _preference(about: Said, external_id: str, asked: Wish | None) -> Iterator[InboundEvent]:
    if asked in _TOLD and asked is not None:
        yield InboundEvent(
            kind="preference",
            external_id=f"{external_id}:{asked.value}",
            target_external_id=external_id,
            sender=_sender(about.sender, about.name),
            sent_at=about.sent_at,
            account=account(about.account),
            details={"value": asked.value, **(about.details or {})},
        )


class Told(NamedTuple):
    """What a provider says of one of our messages."""

    external_id: str | None
    word: str
    """The provider's own word or code for it: with the id it makes the event's key."""
    status: ReceiptStatus
    recipient: str | None = None
    account: str | None = None
    sent_at: datetime | None = None
    reference: str | None = None
    code: str | None = None
    meaning: Meaning | None = None


def told(about: Told, item: Json) -> list[InboundEvent]:
    """A receipt; and a preference, where it failed because the contact no longer wants to be written to."""
    message = about.external_id or about.reference
    if message is None:
        return [ignored(item, "it names no message")]
    failed = about.status is ReceiptStatus.FAILED
    error = receipt_error(about.code or about.word, about.meaning) if about.meaning else None
    recipient = _sender(about.recipient, None) if about.recipient else None
    event = InboundEvent(
        kind="receipt",
        external_id=f"{message}:{about.word}",
        sender=recipient,
        sent_at=about.sent_at,
        account=account(about.account),
        receipt=Receipt(
            status=about.status,
            message_external_id=about.external_id,
            reference=about.reference,
            error=error if failed else None,
        ),
    )
    left = failed and about.meaning is not None and about.meaning.opt_out and recipient is not None
    return [event, _left(event, about)] if left else [event]


def _left(event: InboundEvent, about: Told) -> InboundEvent:
    details = {"value": Wish.OPT_OUT.value, "code": about.code}
    changes: Json = {"kind": "preference", "receipt": None, "details": details}
    return event.model_copy(
        update={**changes, "external_id": f"{event.external_id}:{Wish.OPT_OUT.value}"}
    )


def ignored(item: Any, reason: str, external_id: str | None = None) -> InboundEvent:
    """An item we take note of and do nothing with, kept whole."""
    found = external_id or as_text(as_object(item).get("id"))
    return InboundEvent(kind="ignored", external_id=found or digest(item), reason=reason, raw=item)


def account(name: str | None) -> str | None:
    """Our own number or name, spelled as `SmsAccount.sender` is."""
    return normal(name) if name else None


def _sender(address: str | None, name: str | None) -> Sender:
    found = normal(address or "")
    own_name = name if name and normal(name) != found else None
    return Sender(address=found, name=own_name)
