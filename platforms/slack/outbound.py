"""One message becomes one Web API call. Pure.

Texts are escaped, so that nobody is called and no link forged; marks such as `*bold*` show as in other apps.
https://docs.slack.dev/reference/methods/chat.postMessage
https://docs.slack.dev/reference/methods/files.completeUploadExternal
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from domain.content import (
    ButtonsContent,
    CardContent,
    ListContent,
    MediaContent,
    MediaRef,
    MessageContent,
    TextContent,
)
from domain.errors import ContentRejected
from domain.text import joined
from platforms.base import OutboundMessage, OutboundRequest
from platforms.slack import kit
from platforms.slack.account import SlackAccount
from platforms.slack.attachments import safe_filename
from platforms.slack.calls import write
from platforms.slack.facts import LIMITS, LINKED_IMAGE_TYPES, METADATA_TYPE
from platforms.slack.kit import Block, within
from platforms.slack.mrkdwn import escape, link
from platforms.slack.people import is_ts, place_of
from platforms.slack.uploads import shared

Fields = dict[str, Any]


class Post(NamedTuple):
    """What a message says: a text, which notifications show, and blocks."""

    text: str
    """Escaped."""
    blocks: list[Block] | None = None
    file: MediaRef | None = None
    """A file of our store: then it is the file that is posted, with the text or the blocks beside it."""


def render(message: OutboundMessage, account: SlackAccount) -> OutboundRequest:
    """The request that sends a message. Raises `ContentRejected`.

    For a file of our store, `send` puts the id of its upload in the place of `upload:<key>`.
    """
    renderer = _RENDERERS.get(type(message.content))
    if renderer is None:
        raise ContentRejected(f"{message.content.type} cannot be sent on Slack")
    post: Post = renderer(message.content)
    if post.file is not None:
        return _share(post, post.file, message, account)
    fields: Fields = {"channel": place_of(message.address).channel, "text": post.text}
    if post.blocks:
        fields["blocks"] = kit.checked(post.blocks)
    # Comes back with the message's own event: https://docs.slack.dev/messaging/message-metadata
    metadata = {"event_type": METADATA_TYPE, "event_payload": {"id": message.id}}
    return write(
        "chat.postMessage", {**fields, **thread_fields(message), "metadata": metadata}, account
    )


def render_activity(address: str, account: SlackAccount) -> OutboundRequest | None:
    """Shows "is typing…" below a thread, for two minutes at most; None where there is no thread.

    https://docs.slack.dev/reference/methods/assistant.threads.setStatus
    """
    place = place_of(address)
    if place.thread_ts is None:
        return None
    fields = {"channel_id": place.channel, "thread_ts": place.thread_ts, "status": "is typing…"}
    return write("assistant.threads.setStatus", fields, account)


def _share(
    post: Post, file: MediaRef, message: OutboundMessage, account: SlackAccount
) -> OutboundRequest:
    channel = place_of(message.address).channel
    # People are no channels: only the older argument takes them, and opens the chat with them.
    place = {"channels" if channel[:1] in {"U", "W"} else "channel_id": channel}
    words: Fields = {"initial_comment": post.text} if post.text else {}
    if post.blocks:
        words = {"blocks": kit.checked(post.blocks)}
    thread = {key: ts for key, ts in thread_fields(message).items() if key == "thread_ts"}
    fields = {"files": shared(file), **place, **thread, **words}
    return write("files.completeUploadExternal", fields, account)


def thread_fields(message: OutboundMessage) -> Fields:
    """The thread that the conversation is; in a private chat, which has none, that of the message that is answered.

    There the answer is shown in the chat as well, together with what it answers: a quote.
    """
    channel, thread_ts = place_of(message.address)
    if thread_ts is None and message.thread:
        if not is_ts(message.thread):
            raise ContentRejected("the thread is not the time of a message")
        thread_ts = message.thread
    if thread_ts is not None:
        return {"thread_ts": thread_ts}
    of_channel, _, ts = (message.reply_to or "").rpartition(":")
    if not is_ts(ts) or of_channel not in {"", channel}:
        return {}
    return {"thread_ts": ts, "reply_broadcast": True}


def _text(content: TextContent) -> Post:
    return Post(escape(within(content.text, LIMITS.text, "the text")))


def _buttons(content: ButtonsContent) -> Post:
    limit = LIMITS.buttons_text or LIMITS.text
    text = within(content.text, limit, "the text beside buttons")
    blocks = [*kit.sections(text), *kit.buttons(content.buttons), *kit.footer(content.footer)]
    return Post(escape(text), blocks)


def _list(content: ListContent) -> Post:
    limit = LIMITS.list_text or LIMITS.text
    text = within(content.text, limit, "the text beside a list")
    blocks = [*kit.sections(text), *kit.menu(content), *kit.footer(content.footer)]
    return Post(escape(text), blocks)


def _card(content: CardContent) -> Post:
    """A heading, a picture, a text and buttons."""
    text = joined((content.title, content.text), "\n")
    within(text, LIMITS.buttons_text or LIMITS.text, "the card")
    words = kit.sections(content.text) if content.text and content.text.strip() else []
    rest = [*words, *kit.buttons(content.buttons)]
    media = content.media
    if media is None or media.key:
        return Post(escape(text), [*kit.header(content.title), *rest], media)
    picture = kit.image(_source(media), media.filename or content.title)
    return Post(escape(text), [*kit.header(content.title), picture, *rest])


def _media(content: MediaContent) -> Post:
    """An upload; by link a picture shows as one, and anything else is a link with the file's name."""
    media, caption = content.media, content.caption
    text = within(caption, LIMITS.caption or 0, "the caption") if caption else ""
    if media.key:
        return Post(escape(text), file=media)
    if content.type in {"image", "sticker"} and (media.id or _shows_by_link(media)):
        name = media.filename or content.caption or "image"
        words = kit.sections(text) if text else []
        return Post(escape(text or name), [*words, kit.image(_source(media), name)])
    url = kit.web_address(media.url or "", f"the link to the {content.type}")
    name = safe_filename(media.filename) or content.type
    return Post(joined((escape(text), link(url, name)), "\n"))


def _shows_by_link(media: MediaRef) -> bool:
    bare = (media.mime_type or "").partition(";")[0].strip().lower()
    return bare in {"", *LINKED_IMAGE_TYPES}


def _source(media: MediaRef) -> Block:
    """https://docs.slack.dev/reference/block-kit/blocks/image-block: a public address, or a file that Slack has."""
    if media.id:
        return {"slack_file": {"id": media.id}}
    if media.url:
        return {"image_url": kit.web_address(media.url, "the link to the picture")}
    raise ContentRejected("the message names no file")


_RENDERERS: dict[type[MessageContent], Callable[[Any], Post]] = {
    TextContent: _text,
    MediaContent: _media,
    ButtonsContent: _buttons,
    ListContent: _list,
    CardContent: _card,
}
