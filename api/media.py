"""Files: what contacts sent, and what agents want to send."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi import Path as PathParameter

from api.dependencies import By, UseApi
from api.errors import Problem, not_found
from storage.media import StoredMedia

router = APIRouter(prefix="/api/v1/media", tags=["media"])

Key = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$")]


@router.post("", status_code=HTTPStatus.CREATED)
async def upload(request: Request, use: UseApi, by: By, filename: str | None = None) -> StoredMedia:
    """Keep a file; its `key` goes into a message's `media.key`. The body is the file itself."""
    limit = use.services.settings.media_max_bytes
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
    kind = request.headers.get("content-type", "application/octet-stream").split(";")[0].strip()
    return await use.services.media.put(by.tenant_id, bytes(body), kind, filename)


@router.get("/{key}")
async def download(key: Key, use: UseApi, by: By) -> Response:
    """A file of the tenant. Always as a download: what a contact sent is never run as a page of ours."""
    stored = await use.services.media.find(by.tenant_id, key)
    if stored is None:
        raise not_found("file")
    content = await use.services.media.read(by.tenant_id, key)
    return Response(
        content,
        media_type=stored.mime_type,
        headers={
            "content-disposition": "attachment",
            "x-content-type-options": "nosniff",
            "content-security-policy": "sandbox",
        },
    )
