"""A file of our store on its way to Slack: asked for a place, put there, shared in the conversation.

https://docs.slack.dev/messaging/working-with-files#upload
"""

import mimetypes
from pathlib import PurePosixPath
from typing import Any

from domain.content import CardContent, MediaContent, MediaRef, MessageContent
from platforms.base import OutboundFile, OutboundRequest
from platforms.slack.account import SlackAccount
from platforms.slack.attachments import safe_filename
from platforms.slack.calls import ask

_EXTENSIONS = {"audio/mp4": ".m4a", "audio/ogg": ".ogg", "image/webp": ".webp"}
"""Of types that not every system's list knows."""


def pending(content: MessageContent) -> MediaRef | None:
    """The file that must be uploaded for this content: of files known in several ways, ours is the surest."""
    match content:
        case MediaContent(media=media) | CardContent(media=MediaRef() as media):
            return media if media.key else None
        case _:
            return None


def ask_for_place(media: MediaRef, size: int, account: SlackAccount) -> OutboundRequest:
    """https://docs.slack.dev/reference/methods/files.getUploadURLExternal; `size` must be that of the file."""
    form = {"filename": filename(media), "length": str(size)}
    return ask("files.getUploadURLExternal", form, account)


def put(media: MediaRef, url: str) -> OutboundRequest:
    """The bytes. The place is a secret address: it takes no token, and gets none."""
    name = filename(media)
    mime_type = media.mime_type or mimetypes.guess_type(name)[0] or "application/octet-stream"
    bare = mime_type.partition(";")[0].strip()
    file = OutboundFile(field="filename", filename=name, mime_type=bare, key=media.key or "")
    return OutboundRequest(method="POST", url=url, file=file)


def shared(media: MediaRef) -> list[dict[str, Any]]:
    """The file in the call that shares it; until it is uploaded, `upload:<key>` stands for its id."""
    return [{"id": media.id or f"upload:{media.key}", "title": filename(media)}]


def uploaded(content: MessageContent, file_id: str) -> MessageContent:
    """The content with its file named by the id of the upload."""
    if isinstance(content, MediaContent | CardContent) and content.media is not None:
        return content.model_copy(
            update={"media": content.media.model_copy(update={"id": file_id})}
        )
    return content


def filename(media: MediaRef) -> str:
    """What people see, with an ending, by which the app chooses how to show the file."""
    name = safe_filename(media.filename) or safe_filename(media.key) or "file"
    if PurePosixPath(name).suffix:
        return name
    bare = (media.mime_type or "").partition(";")[0].strip().lower()
    return name + (_EXTENSIONS.get(bare) or mimetypes.guess_extension(bare) or "")
