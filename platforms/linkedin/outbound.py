"""One message becomes one request: a comment where it belongs under one, else a direct message. Pure.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/comments-api
https://learn.microsoft.com/en-us/linkedin/shared/integrations/communications/messages
"""

from typing import NamedTuple

from domain.content import (
    ButtonsContent,
    CardContent,
    ListContent,
    MediaContent,
    MediaRef,
    MessageContent,
    TextContent,
)
from domain.errors import ContentRejected, MediaRejected
from domain.fitting import fit
from domain.text import joined, length
from platforms.base import OutboundMessage, OutboundRequest
from platforms.linkedin.account import LinkedInAccount
from platforms.linkedin.calls import encoded, unversioned, versioned
from platforms.linkedin.facts import CAPABILITIES, LARGEST_FILE, LIMITS
from platforms.linkedin.urns import PLACE, THREAD, comment, is_post, member, spelled
from platforms.reading import Json


class Said(NamedTuple):
    """What a message comes down to: words, and a file that goes with them."""

    text: str
    file: MediaRef | None = None


def place_of(message: OutboundMessage) -> str | None:
    """The comment, post or thread where a message belongs; None: it begins a thread with a person.

    That of the message it answers comes first: one person comments on many posts, in one conversation.
    """
    answered = (message.answers or {}).get(PLACE)
    for name in (answered, message.thread, message.reply_to, message.address):
        if isinstance(name, str) and (name.startswith(THREAD) or comment(name) or is_post(name)):
            return spelled(name)
    return None


def is_public(place: str | None) -> bool:
    return place is not None and not place.startswith(THREAD)


def render(message: OutboundMessage, account: LinkedInAccount) -> OutboundRequest:
    """The request that sends a message. Raises `ContentRejected`."""
    place = place_of(message)
    said = _said(_with_link(message), in_public=is_public(place))
    if place is not None and is_public(place):
        return _comment(place, said, account)
    whom: Json = {"thread": place} if place else {"recipients": [member(message.address)]}
    return _direct(whom, said, account)


def _with_link(message: OutboundMessage) -> MessageContent:
    """The content with an address that others can open, for where a file of ours cannot go itself."""
    content = message.content
    if not isinstance(content, MediaContent) or not (content.media.key and message.file_link):
        return content
    media = content.media.model_copy(update={"url": message.file_link})
    return content.model_copy(update={"media": media})


def _comment(place: str, said: Said, account: LinkedInAccount) -> OutboundRequest:
    """Under a post, or under a comment, which is then named once more."""
    under = comment(place)
    body: Json = {
        "actor": account.urn,
        "object": under.post if under else place,
        "message": {"text": said.text},
    }
    if under:
        body["parentComment"] = place
    if said.file is not None:
        body["content"] = [{"entity": {"image": _name(said.file)}}]
    return versioned(account, f"socialActions/{encoded(place)}/comments", body)


def _direct(whom: Json, said: Said, account: LinkedInAccount) -> OutboundRequest:
    """In its thread, which knows who takes part; or to a first-degree connection."""
    body: Json = {**whom, "body": said.text, "messageType": "MEMBER_TO_MEMBER"}
    if said.file is not None:
        body["attachments"] = [_name(said.file)]
    return unversioned(account, "messages", body)


def _name(file: MediaRef) -> str:
    """A file that is only in our store shows as `upload:<key>`: `send` replaces it by the name of its upload."""
    return file.id or f"upload:{file.key}"


def _said(content: MessageContent, *, in_public: bool) -> Said:
    match content:
        case TextContent():
            return Said(_within(content.text))
        case MediaContent():
            return _media(content, in_public=in_public)
        case ButtonsContent() | ListContent() | CardContent():
            return _flat(content, in_public=in_public)
        case _:
            raise ContentRejected(f"{content.type} cannot be sent on LinkedIn")


def _flat(content: ButtonsContent | ListContent | CardContent, *, in_public: bool) -> Said:
    """Nothing can be pressed: a menu is numbered text. Only as much as one message holds."""
    parts = fit(content, CAPABILITIES)
    if len(parts) != 1:
        raise ContentRejected("this menu takes several messages on LinkedIn: fit it first")
    return _said(parts[0], in_public=in_public)


def _media(content: MediaContent, *, in_public: bool) -> Said:
    """A file is taken from its bytes alone: one that is a link stays one, as does all but pictures under a post."""
    media, caption = content.media, content.caption or ""
    if content.type not in CAPABILITIES.media:
        raise ContentRejected(f"LinkedIn has no {content.type}")
    _check_size(media)
    carried = bool(media.id or media.key) and (content.type == "image" or not in_public)
    if carried:
        return Said(_within(caption) if caption.strip() else "", media)
    if media.url:
        return Said(_within(joined((caption, _link(media.url)), "\n")))
    if not (media.id or media.key):
        raise ContentRejected(f"the {content.type} names no file")
    raise ContentRejected("under a post only pictures can be shown")


def _check_size(media: MediaRef) -> None:
    if media.size is not None and media.size > LARGEST_FILE:
        raise MediaRejected(f"a file of {media.size} bytes: the limit is {LARGEST_FILE} bytes")


def _link(url: str) -> str:
    if not url.startswith(("https://", "http://")):
        raise ContentRejected("a link to a file must start with https://")
    return url


def _within(text: str) -> str:
    if not text.strip():
        raise ContentRejected("the text is empty")
    size = length(text, LIMITS.text_unit)
    if size > LIMITS.text:
        raise ContentRejected(f"the text is {size} characters long, the limit is {LIMITS.text}")
    return text
