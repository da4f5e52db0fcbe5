"""Files: what contacts sent, and what agents want to send."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi import Path as PathParameter

from api.bodies import Words
from api.dependencies import Api, By, UseApi
from api.errors import Problem, not_found
from storage.media import StoredMedia

router = APIRouter(prefix="/api/v1/media", tags=["media"])

Key = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$")]


@router.post("", status_code=HTTPStatus.CREATED)
async def upload(
    request: Request,
    use: UseApi,
    by: By,
    filename: Annotated[Words | None, Query(max_length=255)] = None,
) -> StoredMedia:
    """Keep a file; its `key` goes into a message's `media.key`. The body is the file itself."""
    content = await read_file(request, use.services.settings.media_max_bytes)
    kind = request.headers.get("content-type", "application/octet-stream").split(";")[0].strip()
    return await use.services.media.put(by.tenant_id, content, kind, filename)


@router.get("/{key}")
async def download(key: Key, use: UseApi, by: By) -> Response:
    """A file of the tenant."""
    return await as_download(use, by.tenant_id, key)


async def read_file(request: Request, limit: int) -> bytes:
    """The body, which is never read past the limit (in bytes)."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > limit:
            raise Problem(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                "file_too_large",
                f"A file may have {limit} bytes at most.",
            )
    if not body:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "file_empty", "The body is empty.")
    return bytes(body)


async def as_download(use: Api, tenant_id: UUID, key: str) -> Response:
    """Always as a download: what somebody sent is never run as a page of ours."""
    stored = await use.services.media.find(tenant_id, key)
    if stored is None:
        raise not_found("file")
    try:
        content = await use.services.media.read(tenant_id, key)
    except FileNotFoundError:
        raise not_found("file") from None
    return Response(
        content,
        media_type=stored.mime_type,
        headers={
            "content-disposition": "attachment",
            "x-content-type-options": "nosniff",
            "content-security-policy": "sandbox",
        },
    )
