"""What people send along: pictures stay with the connector, files in their own store.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4
"""

import secrets
from http import HTTPStatus
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from simulator.faults import answer_with
from simulator.media import StoredFile, said_content
from simulator.schemas import SaidMedia
from simulator.state import Sim, Simulation
from simulator.teams.account import TeamsAccount
from simulator.teams.api import ADDRESSES
from simulator.teams.errors import TeamsError, refuse
from simulator.teams.ids import new_uuid
from simulator.teams.tokens import bot_of
from simulator.teams.world import KEY, Json

FILE = "application/vnd.microsoft.teams.file.download.info"
_PICTURES = {"image", "sticker"}
_EXTENSIONS = {"video": "mp4", "audio": "m4a", "document": "pdf"}

_views = APIRouter(include_in_schema=False)
router = APIRouter(include_in_schema=False)


def attached(
    simulation: Simulation, app_id: str, account: TeamsAccount, media: SaidMedia
) -> list[Json]:
    """The attachments of a message with a file. Raises `ValueError`."""
    content, mime_type = said_content(media)
    is_picture = media.type in _PICTURES
    key = f"0-{secrets.token_hex(16)}" if is_picture else new_uuid().upper()
    name = media.filename or f"{media.type}.{_EXTENSIONS.get(media.type, 'png')}"
    simulation.media.put(StoredFile(key, app_id, content, mime_type, name))
    if is_picture:
        url = f"{account.service_url}v3/attachments/{key}/views/original"
        twin = {"contentType": "text/html", "content": '<p><img alt="image"></p>'}
        return [{"contentType": "image/*", "contentUrl": url}, twin]
    folder, written = f"{account.api_base.rstrip('/')}/files/{app_id}/{key}", quote(name, safe="")
    info = {
        "downloadUrl": f"{folder}/{written}?tempauth={secrets.token_urlsafe(24)}",
        "uniqueId": key,
        "fileType": name.rpartition(".")[2],
    }
    page = f"{folder}/page/{written}"
    return [{"contentType": FILE, "contentUrl": page, "name": name, "content": info}]


@_views.get("/attachments/{key}/views/original")
async def view(key: str, request: Request, simulation: Sim) -> Response:
    """Pictures are shown to the bot that got them, and to nobody else."""
    app_id, _ = bot_of(simulation, request)
    file = simulation.media.get(app_id, key)
    if file is None:
        raise TeamsError(HTTPStatus.NOT_FOUND, "NotFound", "Attachment not found.")

    async def accept() -> Response:
        return Response(file.content, media_type=file.mime_type)

    fault = simulation.faults.take(KEY, app_id, is_send=False)
    return await answer_with(fault, accept, refuse)


@router.get("/teams/files/{app_id}/{key}/{name}")
async def download(app_id: str, key: str, name: str, simulation: Sim) -> Response:
    """Who has the address has the file."""
    file = simulation.media.get(app_id, key)
    if file is None:
        return Response(status_code=HTTPStatus.NOT_FOUND)
    return Response(file.content, media_type=file.mime_type)


for address in ADDRESSES:
    router.include_router(_views, prefix=address)

rest = APIRouter(include_in_schema=False)


@rest.api_route("/teams/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
async def unknown(path: str, request: Request) -> Response:
    said = f"No HTTP resource was found that matches the request URI '{request.url}'."
    return JSONResponse({"message": said}, status_code=HTTPStatus.NOT_FOUND)
