"""Files: what contacts sent, what agents want to send, and links by which others fetch them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi import Path as PathParameter
from pydantic import Field

from activities.links import LinkInvalid, MediaLinks
from api.bodies import Body, Words
from api.clock import now
from api.dependencies import Api, By, UseApi
from api.errors import Problem, not_found
from api.serving import as_download
from domain.value import Value
from storage.incoming import Incoming
from storage.media import StoredMedia

router = APIRouter(prefix="/api/v1/media", tags=["media"])
public = APIRouter(prefix="/media", tags=["media"])

_LONGEST = timedelta(days=90)
_CACHED = timedelta(hours=1)

Key = Annotated[str, PathParameter(pattern="^[0-9a-f]{64}$")]


class LinkBody(Body):
    """How long a link is to live, in seconds."""

    expires_in: int = Field(default=3600, ge=60, le=int(_LONGEST.total_seconds()))


class Link(Value):
    """Where anybody can fetch a file, until then."""

    url: str
    expires_at: datetime


@router.post("", status_code=HTTPStatus.CREATED)
async def upload(
    request: Request,
    use: UseApi,
    by: By,
    filename: Annotated[Words | None, Query(max_length=255)] = None,
) -> StoredMedia:
    """Keep a file; its `key` goes into a message's `media.key`. The body is the file itself.

    `mime_type` in the answer is what the file was found to be, which may be another type than it came with.
    """
    limit = use.services.settings.media_max_bytes
    async with received(use, request, limit) as incoming:
        return await use.services.media.keep(by.tenant_id, incoming, filename)


@router.get("/{key}")
async def download(key: Key, request: Request, use: UseApi, by: By) -> Response:
    """A file of the tenant, or a part of it (`Range`)."""
    return await as_download(use, request, by.tenant_id, key)


@router.post("/{key}/link")
async def make_link(key: Key, use: UseApi, by: By, body: LinkBody | None = None) -> Link:
    """A link to a file that needs no sign-in and expires."""
    if await use.services.media.find(by.tenant_id, key) is None:
        raise not_found("file")
    life = timedelta(seconds=(body or LinkBody()).expires_in)
    url = links_of(use).make(by.tenant_id, key, now(), life)
    return Link(url=url, expires_at=links_of(use).read(url.rpartition("/")[2], now()).expires_at)


@public.api_route("/{token}", methods=["GET", "HEAD"])
async def follow(
    token: Annotated[str, PathParameter(max_length=200)], request: Request, use: UseApi
) -> Response:
    """A file by its link: for platforms that fetch what they are sent, and for people who were sent a link."""
    moment = now()
    try:
        linked = links_of(use).read(token, moment)
    except LinkInvalid:
        raise not_found("file") from None
    left = min(linked.expires_at - moment, _CACHED)
    keep = f"private, max-age={int(left.total_seconds())}"
    return await as_download(use, request, linked.tenant_id, linked.key, **{"cache-control": keep})


def links_of(use: Api) -> MediaLinks:
    links = use.services.links
    if links is None:
        raise RuntimeError("the API does not start without its secret")
    return links


@asynccontextmanager
async def received(use: Api, request: Request, limit: int) -> AsyncIterator[Incoming]:
    """The body, which is never read past the limit (in bytes). Raises `Problem` for one that is empty."""
    claimed = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    async with use.services.media.receive(request.stream(), claimed, limit) as incoming:
        if not incoming.size:
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "file_empty", "The body is empty.")
        yield incoming
