"""Files in two steps: a place is asked for, the bytes are put there.

https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/images-api
https://learn.microsoft.com/en-us/linkedin/shared/integrations/communications/messages
"""

import secrets
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from simulator.faults import answer_with
from simulator.linkedin.errors import bad, gone, refuse
from simulator.linkedin.messages import partner
from simulator.linkedin.requests import (
    Body,
    acting,
    allowed,
    check_protocol,
    check_version,
    read,
)
from simulator.linkedin.world import KEY, LinkedInWorld, Place, milliseconds
from simulator.media import StoredFile
from simulator.state import Sim, Simulation

MAX_FILE = 20 * 1024 * 1024
PICTURES = ("image/jpeg", "image/png", "image/gif")
RECIPE = "urn:li:digitalmediaRecipe:messaging-attachment"
MECHANISM = "com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest"
AN_HOUR_MS = 3_600_000

router = APIRouter(prefix="/linkedin", include_in_schema=False)


class Initialize(Body):
    """Whose picture it will be."""

    owner: str


class InitializeUpload(Body):
    """The body of `initializeUpload`."""

    initialize_upload_request: Initialize


class Service(Body):
    """What for."""

    identifier: str
    relationship_type: str


class Register(Body):
    """Whose file it will be, and what is to become of it."""

    owner: str
    recipes: list[str] = Field(min_length=1)
    service_relationships: list[Service]


class RegisterUpload(Body):
    """The body of `registerUpload`."""

    register_upload_request: Register


@router.post("/rest/images")
async def initialize(request: Request, simulation: Sim) -> Response:
    accounts = allowed(simulation, request)
    check_version(request, accounts)
    if request.query_params.get("action") != "initializeUpload":
        raise bad("Unknown action")
    asked = (await read(request, InitializeUpload)).initialize_upload_request
    acting(accounts, asked.owner, "images.ACTION.initializeUpload")
    return await _place(simulation, request, asked.owner, "urn:li:image:", "dms-uploads")


@router.post("/v2/assets")
async def register(request: Request, simulation: Sim) -> Response:
    accounts = allowed(simulation, request)
    check_protocol(request)
    if request.query_params.get("action") != "registerUpload":
        raise bad("Unknown action")
    asked = (await read(request, RegisterUpload)).register_upload_request
    member, _ = partner(accounts, "assets.ACTION.registerUpload")
    if asked.owner != member or asked.recipes != [RECIPE]:
        raise bad("/registerUploadRequest :: not the member's, or of another recipe")
    return await _place(simulation, request, member, "urn:li:digitalmediaAsset:", "mediaUpload")


async def _place(
    simulation: Simulation, request: Request, owner: str, kind: str, path: str
) -> Response:
    async def accept() -> Response:
        name, key = f"{kind}D4D22AQ{secrets.token_urlsafe(12)}", secrets.token_urlsafe(24)
        simulation.part(LinkedInWorld).places.put(key, Place(name, owner))
        url = f"{request.url.scheme}://{request.url.netloc}/linkedin/{path}/{key}"
        value: dict[str, Any] = {"uploadUrlExpiresAt": milliseconds() + AN_HOUR_MS}
        if path == "dms-uploads":
            value |= {"uploadUrl": url, "image": name}
        else:
            value |= {"uploadMechanism": {MECHANISM: {"uploadUrl": url}}, "asset": name}
        return JSONResponse({"value": value})

    fault = simulation.faults.take(KEY, owner, is_send=False)
    return await answer_with(fault, accept, refuse)


@router.put("/dms-uploads/{key}")
async def put_picture(key: str, request: Request, simulation: Sim) -> Response:
    return await _put(key, request, simulation, PICTURES)


@router.put("/mediaUpload/{key}")
async def put_file(key: str, request: Request, simulation: Sim) -> Response:
    return await _put(key, request, simulation, None)


async def _put(
    key: str, request: Request, simulation: Simulation, kinds: tuple[str, ...] | None
) -> Response:
    allowed(simulation, request)
    place = simulation.part(LinkedInWorld).places.get(key)
    if place is None:
        raise gone("The upload")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    content = await request.body()
    if not content or (kinds is not None and kind not in kinds):
        raise bad(f"The file is empty, or of a type that is not taken: {kind or 'none'}")
    if len(content) > MAX_FILE:
        return Response(status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    async def accept() -> Response:
        scope = f"{KEY}:{place.account}"
        simulation.media.put(StoredFile(place.name, scope, content, kind))
        return Response(status_code=HTTPStatus.CREATED)

    fault = simulation.faults.take(KEY, place.account, is_send=False)
    return await answer_with(fault, accept, refuse)


@router.get("/media/{member}/{file_id}")
async def download(member: str, file_id: str, simulation: Sim) -> Response:
    """What members show: who has the link has the file."""
    file = simulation.media.get(f"{KEY}:{member}:sent", file_id)
    if file is None:
        return Response(status_code=HTTPStatus.NOT_FOUND)
    return Response(file.content, media_type=file.mime_type)
