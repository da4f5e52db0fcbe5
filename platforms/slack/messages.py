"""A message of a channel, new, edited or deleted, as events.

https://docs.slack.dev/reference/events/message and the pages of its subtypes below it
"""

from collections.abc import Callable, Iterator

from domain.content import MessageContent, UnsupportedContent
from domain.events import Sender
from domain.receipts import Receipt, ReceiptStatus
from platforms.reading import Json, as_object
from platforms.slack.content import read_contents
from platforms.slack.envelope import Envelope, Fields, app_of, ignored
from platforms.slack.facts import METADATA_TYPE
from platforms.slack.people import address_of, author, message_id, root_of
from platforms.slack.reading import as_moment, as_text

_SAID = frozenset({None, "file_share", "me_message", "thread_broadcast", "bot_message"})
"""Subtypes that somebody wrote. Every other is the channel's own news."""
_SLACK_ITSELF = frozenset({"USLACK", "USLACKBOT"})


def read_message(event: Json, envelope: Envelope) -> Iterator[Fields]:
    """What a `message` event tells. An `app_mention` is the same message once more, with the same id."""
    subtype = as_text(event.get("subtype"))
    reader = _CHANGES.get(subtype or "")
    if reader is not None:
        yield from reader(event, envelope)
    elif subtype not in _SAID:
        yield {**_frame(event, event), **ignored(f"system message: {subtype}")}
    else:
        yield from _said(event, envelope)


def _said(event: Json, envelope: Envelope) -> Iterator[Fields]:
    key = message_id(as_text(event.get("channel")), as_text(event.get("ts")))
    if key is None:
        yield ignored("a message without a channel or a time")
        return
    frame = {**_frame(event, event), "reply_to": _reply_to(event)}
    if envelope.wrote(event):
        yield {**frame, **_own(event, key), "echo": True}
    elif (reason := _objection(event)) is not None:
        yield {**frame, **ignored(reason)}
    else:
        details = _whose(event, envelope)
        contents = read_contents(event, envelope.bot_users)
        for index, content in enumerate(contents):
            own = {"external_id": f"{key}:{index}" if index else key, "details": details}
            yield {**frame, **_content(content, event), **own}


def _whose(event: Json, envelope: Envelope) -> Fields | None:
    """The workspace of whoever wrote from another organisation: https://docs.slack.dev/apis/slack-connect/."""
    team = as_text(event.get("user_team")) or as_text(event.get("team"))
    return {"team": team} if envelope.is_shared and team not in {None, envelope.account} else None


def _content(content: MessageContent, event: Json) -> Fields:
    """Kept whole where our word for it says less than it does."""
    partly = isinstance(content, UnsupportedContent)
    return {"kind": "message", "content": content, "raw": event if partly else None}


def _own(event: Json, key: str) -> Fields:
    """Our own message coming back. With our id on it, it says that the message is there, whatever the call said.

    https://docs.slack.dev/messaging/message-metadata
    """
    reference = reference_of(event)
    if reference is None:
        return ignored("our own message")
    return {"kind": "receipt", "external_id": f"sent:{key}", "receipt": sent(key, reference)}


def reference_of(event: Json) -> str | None:
    """Our id of a message of ours, as its metadata brings it back."""
    metadata = as_object(event.get("metadata"))
    if metadata.get("event_type") != METADATA_TYPE:
        return None
    return as_text(as_object(metadata.get("event_payload")).get("id"))


def sent(key: str, reference: str) -> Receipt:
    return Receipt(status=ReceiptStatus.SENT, message_external_id=key, reference=reference)


def _frame(event: Json, message: Json) -> Fields:
    """Where and when; `message` is the event itself, or what it holds."""
    channel = as_text(event.get("channel"))
    frame: Fields = {
        "sent_at": as_moment(message.get("ts")) or as_moment(event.get("event_ts")),
        "thread": as_text(message.get("thread_ts")),
    }
    if channel is not None:
        address = address_of(channel, root_of(message), as_text(event.get("channel_type")))
        frame["sender"] = author(message, address)
    return frame


def _reply_to(event: Json) -> str | None:
    """The message that opened the thread; it is in its own thread once it has answers."""
    root, ts = as_text(event.get("thread_ts")), as_text(event.get("ts"))
    return message_id(as_text(event.get("channel")), root) if root != ts else None


def _objection(message: Json) -> str | None:
    """Why nobody is to answer this."""
    if as_text(message.get("bot_id")) or app_of(message) or message.get("subtype") == "bot_message":
        return "written by another app"
    user = as_text(message.get("user"))
    if user is None:
        return "written by nobody"
    return "written by Slack itself" if user in _SLACK_ITSELF else None


def _changed(event: Json, envelope: Envelope) -> Iterator[Fields]:
    """https://docs.slack.dev/reference/events/message/message_changed.

    Told for edits, and for everything else that changes about a message: answers below it, previews of its links.
    The id is the message's own, never that of the event.
    """
    new, old = as_object(event.get("message")), as_object(event.get("previous_message"))
    ts = as_text(new.get("ts")) or as_text(old.get("ts"))
    target = message_id(as_text(event.get("channel")), ts)
    frame = {**_frame(event, new or old), "sent_at": as_moment(event.get("event_ts"))}
    if target is None:
        yield {**frame, **ignored("a change of no message")}
    elif new.get("subtype") == "tombstone":
        # The root of a thread, which stays as a stone as long as there are answers below it.
        sender = author(old or new, frame["sender"].address)
        yield {**frame, "kind": "delete", "target_external_id": target, "sender": sender}
    elif not _was_edited(new, old):
        yield {**frame, **ignored("a change of what is around a message")}
    else:
        yield from ({**frame, **part} for part in _edit(new, target, envelope))


def _was_edited(new: Json, old: Json) -> bool:
    """`hidden` says nothing about it: real edits have it too."""
    mark = as_text(as_object(new.get("edited")).get("ts"))
    if mark is None:
        return False
    before = as_text(as_object(old.get("edited")).get("ts"))
    return not old or mark != before or new.get("text") != old.get("text")


def _edit(message: Json, target: str, envelope: Envelope) -> Iterator[Fields]:
    """One for each part it has now."""
    if envelope.wrote(message):
        yield {**ignored("our own message, changed"), "echo": True}
        return
    if (reason := _objection(message)) is not None:
        yield ignored(reason)
        return
    contents = read_contents(message, envelope.bot_users)
    edited = as_moment(as_object(message.get("edited")).get("ts"))
    moment = {"sent_at": edited} if edited else {}
    count = {"details": {"parts": len(contents)}} if len(contents) > 1 else {}
    for index, content in enumerate(contents):
        part = {"target_external_id": f"{target}:{index}" if index else target}
        yield {**_content(content, message), "kind": "edit", **part, **moment, **count}


def _deleted(event: Json, envelope: Envelope) -> Iterator[Fields]:
    """https://docs.slack.dev/reference/events/message/message_deleted."""
    old = as_object(event.get("previous_message"))
    ts = as_text(event.get("deleted_ts")) or as_text(old.get("ts"))
    target = message_id(as_text(event.get("channel")), ts)
    gone = {"ts": ts, **old}
    frame = {**_frame(event, gone), "sent_at": as_moment(event.get("event_ts"))}
    if target is None:
        yield {**frame, **ignored("a deletion of nothing")}
        return
    ours = envelope.wrote(old)
    if not ours and old and (reason := _objection(old)) is not None:
        yield {**frame, **ignored(reason)}
        return
    if ours:
        frame |= {"echo": True, "sender": Sender(address=frame["sender"].address)}
    yield {**frame, "kind": "delete", "target_external_id": target}


_CHANGES: dict[str, Callable[[Json, Envelope], Iterator[Fields]]] = {
    "message_changed": _changed,
    "message_deleted": _deleted,
}
