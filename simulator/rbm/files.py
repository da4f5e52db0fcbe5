"""Files: agents upload them and name them in messages; what people send lies here, for who has the link.

https://developers.google.com/business-communications/rcs-business-messaging/reference/rest/v1/files/create
"""

import secrets
import uuid
from http import HTTPStatus
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from simulator.faults import answer_with
from simulator.media import StoredFile, said_content
from simulator.rbm.account import RbmAccount
from simulator.rbm.chips import Body, Url
from simulator.rbm.errors import GoogleError, Violation, invalid, refuse
from simulator.rbm.requests import fitting, read
from simulator.rbm.tokens import KEY, agent_of
from simulator.schemas import SaidMedia
from simulator.state import Sim, Simulation

MAX_FILE = 100 * 1024 * 1024
TYPES = frozenset(
    {
        *(f"image/{kind}" for kind in ("jpeg", "jpg", "gif", "png")),
        *(f"video/{kind}" for kind in ("h263", "m4v", "mp4", "mpeg", "mpeg4", "webm")),
        *(f"audio/{kind}" for kind in ("aac", "mp3", "mpeg", "mpg", "mp4", "mp4-latm")),
        "audio/3gpp",
        "audio/ogg",
        "application/ogg",
        "application/pdf",
    }
)

router = APIRouter(prefix="/rbm", include_in_schema=False)


class FileByLink(Body):
    """A file that Google fetches. Here it is not fetched."""

    file_url: Url
    thumbnail_url: Url | None = None


@router.post("/upload/v1/files")
async def upload(request: Request, simulation: Sim) -> Response:
    agent, _ = agent_of(simulation, request)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in TYPES:
        raise invalid(Violation("file", f"Unsupported file type {kind or 'none'}."))
    content = await request.body()
    if not content:
        raise invalid(Violation("file", "The file is empty."))
    if len(content) > MAX_FILE:
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        raise GoogleError(status, "INVALID_ARGUMENT", "The file is too large.")
    return await _keep(simulation, agent, content, kind)


@router.post("/v1/files")
async def create(request: Request, simulation: Sim) -> Response:
    agent, _ = agent_of(simulation, request)
    named = fitting(FileByLink, await read(request))
    return await _keep(simulation, agent, named.file_url.encode(), "text/uri-list")


async def _keep(simulation: Simulation, agent: str, content: bytes, kind: str) -> Response:
    async def accept() -> Response:
        name = f"files/{uuid.UUID(bytes=secrets.token_bytes(16), version=4)}"
        simulation.media.put(StoredFile(name, f"{KEY}:{agent}", content, kind))
        return JSONResponse({"name": name})

    fault = simulation.faults.take(KEY, agent, is_send=False)
    return await answer_with(fault, accept, refuse)


@router.get("/files/{agent}/{file_id}")
async def download(agent: str, file_id: str, simulation: Sim) -> Response:
    file = simulation.media.get(f"{KEY}:{agent}:sent", file_id)
    if file is None:
        return Response(status_code=HTTPStatus.NOT_FOUND)
    return Response(file.content, media_type=file.mime_type)


def sent(
    simulation: Simulation, agent: str, account: RbmAccount, media: SaidMedia
) -> dict[str, object]:
    """A person's file as a message tells of it. Raises `ValueError`."""
    if not account.api_base:
        raise ValueError("a file needs a link: set the account's `api_base`")
    if media.caption:
        raise ValueError("a file has no caption in RCS: say the words by themselves")
    content, mime_type = said_content(media)
    key = secrets.token_hex(24)
    name = media.filename or f"{media.type}.{mime_type.partition('/')[2]}"
    kept = StoredFile(key, f"{KEY}:{agent}:sent", content, mime_type, name)
    simulation.media.put(kept)
    url = f"{account.api_base.rstrip('/')}/files/{quote(agent, safe='')}/{key}"
    payload = {
        "mimeType": mime_type,
        "fileSizeBytes": len(content),
        "fileName": name,
        "fileUri": url,
    }
    return {"payload": payload}
