"""What happened around a Page's posts: comments and mentions, and what becomes of them.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/organization-social-action-notifications
"""

from collections.abc import Callable
from typing import Any

from domain.content import MessageContent, TextContent, UnsupportedContent
from domain.events import Referral, Sender
from platforms.linkedin.reading import as_moment
from platforms.linkedin.urns import PLACE, comment, liker, spelled
from platforms.reading import Json, as_object, as_text

Fields = dict[str, Any]
"""What sets one kind of event apart from another."""


def ignored(reason: str) -> Fields:
    return {"kind": "ignored", "reason": reason}


def read_notification(item: Json) -> Fields:
    """One notification. Every administrator who subscribed gets one of the same comment: the comment is its own id."""
    action = (as_text(item.get("action")) or "").upper()
    reader = _ACTIONS.get(action)
    common = {
        "external_id": _number(item),
        "sent_at": as_moment(item.get("lastModifiedAt")),
    }
    if reader is None:
        return {**common, **ignored(f"action {action}".strip())}
    return {**common, **reader(item)}


def _number(item: Json) -> str | None:
    """A number in some payloads, a text in others."""
    key = as_text(item.get("notificationId"))
    return f"notification:{key}" if key else None


def _activity(item: Json) -> Json:
    """What was made, with its words, where LinkedIn tells them."""
    made = as_object(item.get("decoratedGeneratedActivity"))
    inner = (as_object(made.get(kind)) for kind in ("comment", "share", "ugcPost", "post"))
    return next((found for found in inner if found), {})


def _name(item: Json) -> str | None:
    """The URN of what was made."""
    made = _activity(item)
    return spelled(as_text(made.get("entity")) or as_text(item.get("generatedActivity")))


def _words(item: Json) -> MessageContent | None:
    made = _activity(item)
    message = made.get("message")
    inner = as_text(as_object(message).get("text"))
    text = as_text(made.get("text")) or inner or as_text(message)
    return TextContent(text=text) if text else None


def _said(item: Json, kind: str) -> Fields:
    """Who said what, under which post. What the Page says itself is an echo, and speaks to nobody we know."""
    owner = as_text(_activity(item).get("owner")) or as_text(_activity(item).get("actor"))
    ours = as_text(item.get("organizationalEntity"))
    action = (as_text(item.get("action")) or "").upper()
    own = action.startswith("ADMIN_") or (owner is not None and owner == ours)
    content = _words(item) or UnsupportedContent(platform_type=kind)
    return {
        "sender": Sender(address=owner) if owner and not own else None,
        "echo": own,
        "content": content,
        "referral": _referral(item),
        "raw": item if isinstance(content, UnsupportedContent) else {},
    }


def _referral(item: Json) -> Referral | None:
    """The post under which it happened."""
    told = as_object(item.get("decoratedSourcePost"))
    post = as_text(item.get("sourcePost")) or as_text(told.get("entity"))
    if post is None:
        return None
    title, text = as_text(told.get("title")), as_text(told.get("text"))
    return Referral(source="post", id=post, title=title, text=text)


def _placed(fields: Fields, place: str | None) -> Fields:
    """With where an answer belongs, kept for when there is one."""
    return {**fields, "thread": place, "raw": {**fields["raw"], PLACE: place}}


def _details(item: Json) -> Fields:
    found = {
        "action": as_text(item.get("action")),
        "notification_id": as_text(item.get("notificationId")),
        "subscriber": as_text(item.get("subscriber")),
    }
    return {key: value for key, value in found.items() if value is not None}


def _comment(item: Json) -> Fields:
    """A comment, or one under another: its answers belong under the first of them."""
    name = _name(item)
    parent = spelled(as_text(_activity(item).get("parentComment")))
    if comment(name) is None:
        return ignored("a comment without its name")
    fields = {
        "kind": "comment",
        "external_id": name,
        "reply_to": parent,
        "details": _details(item),
        **_said(item, "comment"),
    }
    return _placed(fields, parent or name)


def _mention(item: Json) -> Fields:
    """The Page is named in a post or a comment of somebody; it is answered by a comment there."""
    name = _name(item)
    place = name or as_text(item.get("sourcePost"))
    if place is None:
        return ignored("a mention of nothing")
    fields = {
        "kind": "comment",
        "external_id": name or _number(item),
        "details": _details(item),
        **_said(item, "mention"),
    }
    return _placed(fields, place)


def _shared(item: Json) -> Fields:
    """A post of the Page was passed on. Without words of their own there is nothing to answer."""
    return _mention(item) if _words(item) else ignored("a share without words")


def _edited(item: Json) -> Fields:
    name = _name(item)
    if comment(name) is None:
        return ignored("an edit without its comment")
    return {
        "kind": "edit",
        "target_external_id": name,
        "thread": name,
        "details": _details(item),
        **_said(item, "comment"),
        "raw": None,
    }


def _deleted(item: Json) -> Fields:
    name = _name(item)
    if comment(name) is None:
        return ignored("a deletion without its comment")
    said = _said(item, "comment")
    return {
        "kind": "delete",
        "target_external_id": name,
        "thread": name,
        "details": _details(item),
        **{key: said[key] for key in ("sender", "echo", "referral")},
    }


def _liked(item: Json) -> Fields:
    """Likes are noted only: they say nothing that could be answered, and are by far the most."""
    name = as_text(item.get("generatedActivity"))
    who = liker(name)
    return {**ignored("a like"), "sender": Sender(address=who) if who else None}


_ACTIONS: dict[str, Callable[[Json], Fields]] = {
    "COMMENT": _comment,
    "ADMIN_COMMENT": _comment,
    "COMMENT_EDIT": _edited,
    "ADMIN_COMMENT_EDIT": _edited,
    "COMMENT_DELETE": _deleted,
    "ADMIN_COMMENT_DELETE": _deleted,
    "SHARE": _shared,
    "SHARE_MENTION": _mention,
    "COMMENT_MENTION": _mention,
    "PHOTO_MENTION": _mention,
    "LIKE": _liked,
}
