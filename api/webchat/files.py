"""Files of the web chat: what visitors upload, and links to files that expire."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from api import tokens
from api.clock import now
from api.dependencies import Api, UseApi
from api.errors import Problem
from api.media import links_of, received
from api.webchat.visitors import ByVisitor, Visitor
from domain.content import MediaContent, MediaRef
from domain.value import Value
from platforms.webchat.facts import MAX_FILE_BYTES, MEDIA

router = APIRouter(tags=["web chat"])

UPLOAD = "webchat-upload"
UPLOAD_LIFE = timedelta(hours=1)
FILE_LIFE = timedelta(hours=1)


class Upload(Value):
    """An uploaded file. `id` goes into a message's `attachments`, within the hour. Size in bytes."""

    id: str
    type: str
    mime_type: str
    filename: str | None
    size: int


@router.post("/uploads", status_code=HTTPStatus.CREATED)
async def upload(
    request: Request,
    use: UseApi,
    by: ByVisitor,
    filename: Annotated[str | None, Query(max_length=255)] = None,
) -> Upload:
    """Keep a visitor's file. The body is the file itself, `content-type` says what it is, and it must be that."""
    _kind(request.headers.get("content-type", "").split(";")[0].strip().lower())
    async with received(use, request, MAX_FILE_BYTES) as incoming:
        kind = _kind(incoming.mime_type)
        stored = await use.services.media.keep(by.channel.tenant_id, incoming, filename)
    about = {"type": kind, "key": stored.key, "mime_type": stored.mime_type, "size": stored.size}
    claims = {**about, "filename": filename, "sub": by.id, "channel": str(by.channel.id)}
    return Upload(
        id=tokens.sign(use.services.settings, UPLOAD, claims, UPLOAD_LIFE),
        type=kind,
        mime_type=stored.mime_type,
        filename=filename,
        size=stored.size,
    )


def _kind(mime_type: str) -> str:
    """The content type that carries files of this type. Raises `Problem`: visitors may not send them."""
    for kind, rule in MEDIA.items():
        if mime_type in rule.mime_types:
            return kind
    raise Problem(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        "file_type_refused",
        f"Files of type {mime_type or 'unknown'} cannot be sent here.",
    )


def uploaded(use: Api, by: Visitor, upload_id: str) -> MediaContent | None:
    """The file of an upload's id; None when it is not this visitor's, or too old."""
    try:
        claims = tokens.read(use.services.settings, UPLOAD, upload_id)
    except tokens.InvalidToken:
        return None
    if (claims["sub"], claims["channel"]) != (by.id, str(by.channel.id)):
        return None
    return MediaContent(type=claims["type"], media=MediaRef.model_validate(claims))


def link(use: Api, tenant_id: UUID, key: str) -> str:
    """Where a browser finds a file of ours for the next hour."""
    return links_of(use).make(tenant_id, key, now(), FILE_LIFE)
