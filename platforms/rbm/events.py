"""One message of the subscription becomes one event, by what it names.

https://developers.google.com/business-communications/rcs-business-messaging/guides/build/events/receive-events
"""

from collections.abc import Callable
from typing import Any

from domain.content import UnsupportedContent
from domain.errors import ContactUnreachable, DeliveryError, OutcomeUnknown
from domain.events import Sender
from domain.receipts import Receipt, ReceiptError, ReceiptStatus
from platforms.rbm.content import READERS, read_content
from platforms.rbm.envelope import Envelope
from platforms.rbm.reading import as_moment
from platforms.reading import Json, as_object, as_text

Fields = dict[str, Any]
"""What sets one kind of event apart from another."""

_NOBODY: Fields = {"kind": "ignored", "reason": "it names no contact"}


def ignored(reason: str) -> Fields:
    return {"kind": "ignored", "reason": reason}


def read_item(envelope: Envelope) -> Fields:
    """What one message tells."""
    item = envelope.item
    if item is None:
        return ignored("the envelope holds nothing that can be read")
    common = {"sender": _contact(item), "sent_at": as_moment(item.get("sendTime"))}
    word = as_text(item.get("eventType"))
    if word is not None:
        return {**common, "external_id": _event_id(item, word), **_told(item, word)}
    if READERS.keys().isdisjoint(item) and _is_of_the_agent(item, envelope.kind):
        return {**common, **_of_the_agent(item, envelope.kind)}
    return {**common, **(_message(item) if common["sender"] else _NOBODY)}


def _told(item: Json, word: str) -> Fields:
    reader = _EVENTS.get(word)
    told = reader(item) if reader else ignored(f"event {word}")
    # What became of a message is known by the message; all else is about a person.
    return told if told["kind"] == "receipt" or _contact(item) else _NOBODY


def _contact(item: Json) -> Sender | None:
    """The person: events of the server name them in a field of its own."""
    number = as_text(item.get("senderPhoneNumber")) or as_text(item.get("phoneNumber"))
    return Sender(address=number) if number else None


def _event_id(item: Json, word: str) -> str | None:
    key, message = as_text(item.get("eventId")), as_text(item.get("messageId"))
    return key or (f"{message}:{word}" if message else None)


def _message(item: Json) -> Fields:
    """https://developers.google.com/business-communications/rcs-business-messaging/guides/build/messages/receive."""
    content = read_content(item)
    if content is None:
        return ignored("a message without content")
    return {
        "kind": "message",
        "external_id": as_text(item.get("messageId")) or as_text(item.get("eventId")),
        "content": content,
        "details": _details(item) or None,
        "raw": item if isinstance(content, UnsupportedContent) else None,
    }


def _details(item: Json) -> Fields:
    """Whether a reply or an action was tapped; the small picture of a file."""
    tapped = as_text(as_object(item.get("suggestionResponse")).get("type"))
    thumbnail = as_object(as_object(item.get("userFile")).get("thumbnail"))
    found = {
        "suggestion": tapped.lower() if tapped else None,
        "thumbnail_url": as_text(thumbnail.get("fileUri")),
        "thumbnail_type": as_text(thumbnail.get("mimeType")),
    }
    return {key: value for key, value in found.items() if value is not None}


Reader = Callable[[Json], Fields]


def _receipt(status: ReceiptStatus) -> Reader:
    def read(item: Json) -> Fields:
        message = as_text(item.get("messageId"))
        if message is None:
            return ignored(f"{status} of no message")
        return {"kind": "receipt", "receipt": Receipt(status=status, message_external_id=message)}

    return read


def _expired(status: ReceiptStatus, title: str, meaning: type[DeliveryError]) -> Reader:
    """Only what was surely not delivered may be sent again.

    https://developers.google.com/business-communications/rcs-business-messaging/reference/rest/v1/ServerEvent
    """
    failed = status is ReceiptStatus.FAILED

    def read(item: Json) -> Fields:
        told = _receipt(status)(item)
        if told["kind"] == "ignored":
            return told
        code = as_text(item.get("eventType")) or ""
        error = ReceiptError(code=code, title=title, retryable=failed, kind=meaning.code)
        return {**told, "receipt": told["receipt"].model_copy(update={"error": error})}

    return read


def _preference(value: str) -> Reader:
    return lambda item: {"kind": "preference", "details": {"value": value}}


_EVENTS: dict[str, Reader] = {
    "DELIVERED": _receipt(ReceiptStatus.DELIVERED),
    "READ": _receipt(ReceiptStatus.READ),
    "IS_TYPING": lambda item: {"kind": "typing"},
    "SUBSCRIBE": _preference("opt_in"),
    "UNSUBSCRIBE": _preference("opt_out"),
    # It was taken back before it arrived: another channel may carry it.
    "TTL_EXPIRATION_REVOKED": _expired(
        ReceiptStatus.FAILED, "expired and taken back before it was delivered", ContactUnreachable
    ),
    # It may have arrived all the same, and `DELIVERED` would say so.
    "TTL_EXPIRATION_REVOKE_FAILED": _expired(
        ReceiptStatus.UNCONFIRMED, "expired, and may have been delivered", OutcomeUnknown
    ),
}
"""reference/rest/v1/UserEvent.EventType and reference/rest/v1/ServerEvent."""

_LAUNCH = frozenset({"newLaunchState", "oldLaunchState", "regionId", "brandId"})


def _is_of_the_agent(item: Json, kind: str) -> bool:
    """Whether it is news of the agent: it says so, or it names an agent and nobody else."""
    if kind in {"message", "event"} or _contact(item) is not None:
        return False
    return "launch" in kind or "agentId" in item or not _LAUNCH.isdisjoint(item)


def _of_the_agent(item: Json, kind: str) -> Fields:
    """Above all that a carrier launched it, or would not.

    https://developers.google.com/business-communications/rcs-business-messaging/reference/rest/v1/AgentLaunchEvent
    """
    known = "agent_event" if _LAUNCH.isdisjoint(item) else "agent_launch_event"
    return {
        "kind": "channel",
        "external_id": as_text(item.get("eventId")),
        "details": {**item, "type": kind or known},
    }
