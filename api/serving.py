"""Files of the store as HTTP answers: streamed, in parts where a part is asked for (RFC 9110, section 14)."""

import re
from collections.abc import AsyncIterator
from http import HTTPStatus
from urllib.parse import quote
from uuid import UUID

from fastapi import Request, Response
from starlette.responses import StreamingResponse

from api.dependencies import Api
from api.errors import Problem, not_found
from storage.filetypes import UNKNOWN, is_inline
from storage.media import StoredMedia

_RANGE = re.compile(r"bytes=(?P<first>\d{0,18})-(?P<last>\d{0,18})", re.ASCII)


async def as_download(
    use: Api, request: Request, tenant_id: UUID, key: str, **headers: str
) -> Response:
    """Always as a download: what somebody sent is never run as a page of ours."""
    media = use.services.media
    stored = await media.checked(tenant_id, key)
    if stored is None:
        raise not_found("file")
    described = {**_headers(stored), **headers}
    part = _asked_part(request, stored)
    if part is None:
        start, end, status = 0, stored.size, HTTPStatus.OK
    else:
        start, end, status = *part, HTTPStatus.PARTIAL_CONTENT
        described["content-range"] = f"bytes {start}-{end - 1}/{stored.size}"
    described["content-length"] = str(end - start)
    if request.method == "HEAD":
        return Response(status_code=status, headers=described)
    parts = media.stream(tenant_id, stored, start, end)
    try:
        first = await anext(parts, b"")
    except FileNotFoundError:
        raise not_found("file") from None
    return StreamingResponse(_from(first, parts), status_code=status, headers=described)


def part_of(asked: str, size: int) -> tuple[int, int] | None:
    """The bytes that a `Range` header asks for, from the first up to the second number; None: all of them.

    Several ranges at once, and what is no range, are answered with all. Raises `ValueError` for what is not there.
    """
    found = _RANGE.fullmatch(asked.strip())
    if found is None or not (found["first"] or found["last"]):
        return None
    if not found["first"]:
        start, last = max(0, size - int(found["last"])), size - 1
    else:
        start, last = int(found["first"]), int(found["last"] or size)
        if last < start:
            return None
    if start >= size:
        raise ValueError(asked)
    return start, min(last, size - 1) + 1


def _asked_part(request: Request, stored: StoredMedia) -> tuple[int, int] | None:
    """Raises `Problem` 416. What was begun with another file is begun anew."""
    asked = request.headers.get("range", "")
    if request.headers.get("if-range", _tag(stored)) != _tag(stored):
        return None
    try:
        return part_of(asked, stored.size)
    except ValueError:
        raise Problem(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            "range_not_satisfiable",
            f"The file has {stored.size} bytes.",
        ) from None


def _tag(stored: StoredMedia) -> str:
    """The same key, the same bytes."""
    return f'"{stored.key}"'


def _headers(stored: StoredMedia) -> dict[str, str]:
    name = f"; filename*=UTF-8''{quote(stored.filename, safe='')}" if stored.filename else ""
    return {
        # What could run is not even named: whoever opens it has to save it first.
        "content-type": stored.mime_type if is_inline(stored.mime_type) else UNKNOWN,
        "content-disposition": f"attachment{name}",
        "x-content-type-options": "nosniff",
        "content-security-policy": "default-src 'none'; sandbox",
        "accept-ranges": "bytes",
        "etag": _tag(stored),
    }


async def _from(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for part in rest:
        yield part
