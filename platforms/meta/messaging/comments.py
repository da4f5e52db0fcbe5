"""Public comments and mentions, which can be answered in private.

https://developers.facebook.com/documentation/instagram-platform/webhooks
https://developers.facebook.com/docs/graph-api/webhooks/reference/page
https://developers.facebook.com/documentation/business-messaging/messenger-platform/discovery/private-replies
"""

from collections.abc import Callable
from typing import Any

from domain.content import (
    MediaContent,
    MediaRef,
    MessageContent,
    TextContent,
    UnsupportedContent,
)
from domain.events import InboundEvent, Referral, Sender
from platforms.meta.messaging.items import Item
from platforms.meta.reading import as_text, digest, parse_timestamp
from platforms.reading import as_object

Fields = dict[str, Any]


def read_comment(item: Item) -> list[InboundEvent]:
    """A comment on a post, reel or live video of an Instagram account."""
    value = item.value
    media, author = as_object(value.get("media")), as_object(value.get("from"))
    key, ad = as_text(value.get("id")), as_text(media.get("ad_id"))
    place = ad or as_text(media.get("id"))
    title = as_text(media.get("ad_title"))
    referral = Referral(source="ad" if ad else "post", id=place, title=title) if place else None
    details = {"field": item.channel, "media": media or None}
    return [
        _comment(
            item,
            author,
            external_id=key or item.key("comment"),
            reply_to=as_text(value.get("parent_id")),
            referral=referral,
            content=_said(as_text(value.get("text")), item),
            details={name: each for name, each in details.items() if each is not None},
        )
    ]


def read_mention(item: Item) -> list[InboundEvent]:
    """Somebody named the account in a comment or caption; who and how must be asked for."""
    comment, media = as_text(item.value.get("comment_id")), as_text(item.value.get("media_id"))
    if comment is None and media is None:
        return [item.ignored("a mention of nothing")]
    return [
        item.event(
            kind="comment",
            external_id=f"mention:{comment or media}",
            referral=Referral(source="post", id=media) if media else None,
            content=UnsupportedContent(platform_type="mention"),
            details={"field": item.channel, **item.value},
            raw=item.raw,
        )
    ]


def read_feed(item: Item) -> list[InboundEvent]:
    """What happens on a page's wall: comments, and posts of visitors."""
    value = item.value
    what, verb = as_text(value.get("item")) or "", as_text(value.get("verb")) or "add"
    number = as_text(value.get("comment_id" if what == "comment" else "post_id"))
    reader = _FEED.get((_ITEMS.get(what, what), verb))
    author = _author(value)
    if what != "comment" and as_text(author.get("id")) in {None, item.entry_id}:
        reader = None  # the page's own posts are nobody's question
    if reader is None or number is None:
        return [item.ignored(f"feed: {what} {verb}".strip(), f"feed:{digest(item.raw)}")]
    return [reader(item, author, number)]


def _author(value: Fields) -> Fields:
    """Newer versions have an object, older ones two fields."""
    given = as_object(value.get("from"))
    return given or {"id": value.get("sender_id"), "name": value.get("sender_name")}


def _added(item: Item, author: Fields, number: str) -> InboundEvent:
    value = item.value
    post, parent = as_text(value.get("post_id")), as_text(value.get("parent_id"))
    address = as_text(value.get("permalink_url")) or as_text(
        as_object(value.get("post")).get("permalink_url")
    )
    answered = parent if parent not in {post, number} else None
    names = ("item", "video", "link", "photos")
    return _comment(
        item,
        author,
        external_id=number,
        reply_to=answered,
        referral=Referral(source="post", id=post, url=address) if post else None,
        content=_pictured(item) or _said(as_text(value.get("message")), item),
        details={"field": item.channel, **{name: value[name] for name in names if name in value}},
    )


def _edited(item: Item, author: Fields, number: str) -> InboundEvent:
    moment = as_text(item.value.get("created_time")) or ""
    text = as_text(item.value.get("message"))
    return _comment(
        item,
        author,
        kind="edit",
        external_id=f"{number}:edit:{digest(moment, text)}",
        target_external_id=number,
        content=_said(text, item),
        details={"type": "words"},
    )


def _removed(item: Item, author: Fields, number: str) -> InboundEvent:
    key = f"{number}:deleted"
    return _comment(item, author, kind="delete", external_id=key, target_external_id=number)


_ITEMS: dict[str, str] = dict.fromkeys(
    ["post", "status", "photo", "video", "share", "link"], "post"
)

_FEED: dict[tuple[str, str], Callable[[Item, Fields, str], InboundEvent]] = {
    ("comment", "add"): _added,
    ("comment", "edit"): _edited,
    ("comment", "edited"): _edited,
    ("comment", "remove"): _removed,
    ("post", "add"): _added,
}
"""By kind and verb. Likes, reactions, hiding and everything else is noted only."""


def _comment(item: Item, author: Fields, **fields: Any) -> InboundEvent:
    """Our own comments are echoes, and no contact is known to whom they speak."""
    number = as_text(author.get("id"))
    own = number is not None and number == item.entry_id
    contact = None
    if number and not own:
        username = as_text(author.get("username"))
        contact = Sender(address=number, name=as_text(author.get("name")), username=username)
    said_at = parse_timestamp(item.value.get("created_time")) or item.sent_at
    content = fields.get("content")
    partly = isinstance(content, UnsupportedContent)
    common = {"kind": "comment", "sender": contact, "echo": own, "sent_at": said_at}
    return item.event(**{**common, "raw": item.raw if partly else None, **fields})


def _pictured(item: Item) -> MessageContent | None:
    """A comment with a picture."""
    picture, text = as_text(item.value.get("photo")), as_text(item.value.get("message"))
    return (
        MediaContent(type="image", media=MediaRef(url=picture), caption=text) if picture else None
    )


def _said(text: str | None, item: Item) -> MessageContent:
    return TextContent(text=text) if text else UnsupportedContent(platform_type=item.channel)
