"""The Cloud API's media endpoints: upload, look up, download, delete.

https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media
"""

import hashlib
import hmac
import secrets
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse, Response

from simulator import clock
from simulator.faults import answer_with
from simulator.graph.errors import bad_token, unknown_object
from simulator.graph.requests import bearer, check_version
from simulator.media import StoredFile
from simulator.schemas import WhatsAppAccount
from simulator.state import Sim, Simulation
from simulator.whatsapp import errors, management
from simulator.whatsapp.api import authorise
from simulator.whatsapp.errors import GraphError
from simulator.whatsapp.media_rules import MAX_DOCUMENT, bare, check_upload
from simulator.whatsapp.webhooks import new_media_id

router = APIRouter(prefix="/whatsapp", include_in_schema=False)

URL_SECONDS = 300
"""How long a download address lives."""
_KEY = secrets.token_bytes(32)


@router.post("/{version}/{account_id}/media")
async def upload(version: str, account_id: str, request: Request, simulation: Sim) -> Response:
    check_version(version)
    authorise(simulation, request, account_id)
    file = await _uploaded(request, account_id)

    async def accept() -> Response:
        return JSONResponse({"id": simulation.media.put(file).id})

    fault = simulation.faults.take("whatsapp", account_id, is_send=False)
    return await answer_with(fault, accept, errors.refuse)


async def _uploaded(request: Request, account_id: str) -> StoredFile:
    """The file part; its own content type decides. Raises `GraphError`."""
    async with request.form(max_files=1, max_fields=10) as form:
        if form.get("messaging_product") != "whatsapp":
            raise GraphError(100, message="(#100) The parameter messaging_product is required.")
        part = form.get("file")
        if not isinstance(part, UploadFile):
            raise GraphError(100, message="(#100) The parameter file is required.")
        content = await part.read(MAX_DOCUMENT + 1)
        mime_type = part.content_type or ""
        declared = form.get("type")
        if isinstance(declared, str) and "/" in declared and bare(declared) != bare(mime_type):
            raise GraphError(131053, "type and the file's own content type differ.")
        check_upload(mime_type, len(content))
        return StoredFile(new_media_id(), account_id, content, mime_type, filename=part.filename)


def _owners(simulation: Simulation, request: Request) -> dict[str, WhatsAppAccount]:
    """The accounts that this token opens. Raises `GraphError`."""
    token = bearer(request)
    accounts = simulation.accounts.of("whatsapp", WhatsAppAccount).items()
    mine = {key: account for key, account in accounts if account.opens(token)}
    if not mine:
        raise bad_token("The access token is not valid.")
    return mine


def _find(simulation: Simulation, request: Request, media_id: str) -> StoredFile:
    only = request.query_params.get("phone_number_id")
    for account_id in _owners(simulation, request):
        file = simulation.media.get(account_id, media_id)
        if file is not None and only in (None, account_id):
            return file
    raise unknown_object(request.method, media_id)


def _proof(account_id: str, media_id: str, expires: str) -> str:
    message = f"{account_id}/{media_id}/{expires}".encode()
    return hmac.new(_KEY, message, hashlib.sha256).hexdigest()[:40]


@router.get("/attachments/{account_id}/{media_id}", name="download")
async def download(
    account_id: str,
    media_id: str,
    request: Request,
    simulation: Sim,
    ext: str = "",
    proof: Annotated[str, Query(alias="hash")] = "",
) -> Response:
    """The file itself: needs the token, as the real address does."""
    if account_id not in _owners(simulation, request):
        raise bad_token("The access token is not valid for this account.")
    file = simulation.media.get(account_id, media_id)
    fresh = ext.isdigit() and int(ext) >= clock.unix()
    proven = hmac.compare_digest(proof.encode(), _proof(account_id, media_id, ext).encode())
    if file is None or not fresh or not proven:
        return Response(status_code=404)
    return Response(file.content, media_type=file.mime_type)


@router.get("/{version}/{media_id}")
async def look_up(version: str, media_id: str, request: Request, simulation: Sim) -> Response:
    """Of a file or, by the same address, of a number."""
    check_version(version)
    if simulation.accounts.find("whatsapp", media_id, WhatsAppAccount) is not None:
        return await management.number(simulation, request, media_id)
    file = _find(simulation, request, media_id)
    expires = str(int(clock.unix()) + URL_SECONDS)
    url = request.url_for("download", account_id=file.account, media_id=media_id)
    address = url.include_query_params(ext=expires, hash=_proof(file.account, media_id, expires))
    answer = {
        "url": str(address),
        "mime_type": file.mime_type,
        "sha256": file.sha256.hex(),
        "file_size": len(file.content),
        "id": media_id,
        "messaging_product": "whatsapp",
    }

    async def accept() -> Response:
        return JSONResponse(answer)

    fault = simulation.faults.take("whatsapp", file.account, is_send=False)
    return await answer_with(fault, accept, errors.refuse)


@router.delete("/{version}/{media_id}")
async def delete(version: str, media_id: str, request: Request, simulation: Sim) -> Response:
    check_version(version)
    file = _find(simulation, request, media_id)
    simulation.media.delete(file.account, media_id)
    return JSONResponse({"success": True})


@router.api_route("/{path:path}", methods=["GET", "POST", "PUT", "DELETE"])
async def unknown(path: str, request: Request) -> Response:
    raise unknown_object(request.method, path.rpartition("/")[2])
