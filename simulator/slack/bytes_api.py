"""The bytes of files: where they are put, and where they are fetched.

https://docs.slack.dev/messaging/working-with-files#upload, https://docs.slack.dev/reference/objects/file-object
"""

from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from simulator.faults import answer_with
from simulator.media import StoredFile
from simulator.slack.api import account_of, bearer
from simulator.slack.call import KEY
from simulator.slack.errors import refuse
from simulator.slack.world import SlackWorld
from simulator.state import Sim

router = APIRouter(prefix="/slack", include_in_schema=False)

PAGE = "<!DOCTYPE html><html><head><title>Slack</title></head><body>Sign in</body></html>"


@router.post("/upload/v1/{key}")
async def put_bytes(key: str, request: Request, simulation: Sim) -> Response:
    """The address is the secret: it needs no token, and is good for once."""
    world = simulation.part(SlackWorld)
    file = world.uploads.get(key)
    if file is None:
        return PlainTextResponse("no such upload", HTTPStatus.NOT_FOUND)
    content = await _content(request)
    if len(content) != file.size:
        told = f"{file.size} bytes were announced, {len(content)} came"
        return PlainTextResponse(told, HTTPStatus.BAD_REQUEST)

    async def accept() -> Response:
        world.uploads.pop(key)
        file.uploaded = True
        simulation.media.put(StoredFile(file.id, file.team, content, file.mime_type, file.name))
        return PlainTextResponse(f"OK - {len(content)}")

    fault = simulation.faults.take(KEY, file.team, is_send=False)
    return await answer_with(fault, accept, refuse)


async def _content(request: Request) -> bytes:
    """Raw, or the only file of a form."""
    if "multipart/form-data" not in request.headers.get("content-type", ""):
        return await request.body()
    async with request.form(max_files=1) as form:
        for value in form.values():
            if isinstance(value, UploadFile):
                return await value.read()
    return b""


@router.get("/files-pri/{place}/{name}")
@router.get("/files-pri/{place}/download/{name}")
async def get_bytes(place: str, name: str, request: Request, simulation: Sim) -> Response:
    """Without a token that may read it: a page to log in, with 200."""
    del name
    team, _, key = place.partition("-")
    known = account_of(simulation, bearer(request))
    file = simulation.media.get(team, key)
    if known is None or known[0] != team or "files:read" not in known[1].scopes:
        return HTMLResponse(PAGE)
    if file is None:
        return HTMLResponse(PAGE, HTTPStatus.NOT_FOUND)

    async def accept() -> Response:
        return Response(file.content, media_type=file.mime_type)

    fault = simulation.faults.take(KEY, team, is_send=False)
    return await answer_with(fault, accept, refuse)
