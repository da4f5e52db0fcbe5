"""The changelog of a member who agreed to it: what they wrote and were written, as polled.

https://learn.microsoft.com/en-us/linkedin/dma/member-data-portability/shared/member-changelog-api
The feed for compliance archives (`complianceEvents`) has the same elements.
"""

from collections.abc import Callable
from typing import Any

from domain.content import MessageContent, TextContent, UnsupportedContent
from domain.events import Sender
from platforms.linkedin.content import read_contents
from platforms.linkedin.reading import as_moment
from platforms.linkedin.urns import PLACE
from platforms.reading import Json, as_object, as_text

Fields = dict[str, Any]
"""What sets one kind of event apart from another."""


def is_change(item: Json) -> bool:
    return "resourceName" in item or ("activity" in item and "method" in item)


def read_change(item: Json) -> list[Fields]:
    """The events of one change: a message with several files is one for each."""
    name = as_text(item.get("resourceName")) or ""
    common = {"external_id": _change_id(item), "sent_at": _moment(item)}
    status = as_text(item.get("activityStatus"))
    if status == "FAILURE":
        # The same change comes again as `SUCCESSFUL_REPLAY`, which must not be taken for a repeat of this.
        key = f"{common['external_id'] or ''}:failed"
        return [{**common, **_ignored("a change that failed; it comes again"), "external_id": key}]
    if name.split("/")[-1] != "messages":
        return [{**common, **_ignored(f"a change of {name or 'nothing'}")}]
    method = (as_text(item.get("method")) or "").upper()
    reader = _METHODS.get(method)
    told = reader(item) if reader else [_ignored(f"method {method}".strip())]
    return [{**common, **_frame(item), **each} for each in told]


def _ignored(reason: str) -> Fields:
    return {"kind": "ignored", "reason": reason}


def _change_id(item: Json) -> str | None:
    return as_text(item.get("activityId")) or as_text(item.get("id"))


def _message_id(item: Json) -> str | None:
    return as_text(item.get("resourceId")) or as_text(as_object(item.get("activity")).get("id"))


def _moment(item: Json) -> Any:
    """When it was written; of what has been changed since, when that was."""
    created = as_moment(as_object(item.get("activity")).get("createdAt"))
    captured = as_moment(item.get("capturedAt")) or as_moment(item.get("processedAt"))
    return created or captured if item.get("method") == "CREATE" else captured or created


def _frame(item: Json) -> Fields:
    """Whose it is. What the member wrote is an echo, and the thread alone tells to whom.

    The author may be a mailbox of Sales Navigator or Recruiter: whoever acted decides.
    """
    activity = as_object(item.get("activity"))
    owner, actor = as_text(item.get("owner")), as_text(item.get("actor"))
    author = as_text(activity.get("author"))
    own = owner is not None and (actor or author) == owner
    return {
        "echo": own,
        "sender": None if own else _sender(actor, author),
        "thread": as_text(activity.get("thread")),
    }


def _sender(actor: str | None, author: str | None) -> Sender | None:
    address = actor or author
    if address is None:
        return None
    return Sender(address=address, user_id=author if author != address else None)


def _created(item: Json) -> list[Fields]:
    key, contents = _message_id(item), read_contents(as_object(item.get("activity")))
    if key is None:
        return [_ignored("a message without its id")]
    details = _details(item) or None
    return [
        {
            "kind": "message",
            "external_id": key,
            "content": each,
            "details": details,
            "raw": _kept(each, item),
        }
        for each in contents
    ]


def _kept(content: MessageContent, item: Json) -> Json:
    """Where an answer belongs, and all of what we have no word for."""
    place = {PLACE: as_text(as_object(item.get("activity")).get("thread"))}
    return {**item, **place} if isinstance(content, UnsupportedContent) else place


def _details(item: Json) -> Fields:
    activity = as_object(item.get("activity"))
    subject = as_text(as_object(activity.get("content")).get("subject"))
    found = {"subject": subject or as_text(activity.get("subject"))}
    return {key: value for key, value in found.items() if value is not None}


def _updated(item: Json) -> list[Fields]:
    """The words as they are now. An update of anything else, such as that it was read, changes none."""
    key = _message_id(item)
    contents = read_contents(as_object(item.get("activity")))
    said = next((each for each in contents if not isinstance(each, UnsupportedContent)), None)
    if key is None or said is None:
        return [_ignored("an update of no words")]
    words = next((each for each in contents if isinstance(each, TextContent)), None)
    own = {"content": words, "details": {"type": "words"}} if words else {"content": said}
    return [{"kind": "edit", "target_external_id": key, **own}]


def _deleted(item: Json) -> list[Fields]:
    key = _message_id(item)
    if key is None:
        return [_ignored("a deletion of nothing")]
    return [{"kind": "delete", "target_external_id": key}]


_METHODS: dict[str, Callable[[Json], list[Fields]]] = {
    "CREATE": _created,
    "UPDATE": _updated,
    "PARTIAL_UPDATE": _updated,
    "DELETE": _deleted,
}
