"""Files of customers' MMS: kept here, and fetched by their links, which nobody can guess."""

import secrets
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from simulator.media import StoredFile, said_content
from simulator.schemas import SaidMedia
from simulator.sms.accounts import SmsAccount
from simulator.sms.provider import File
from simulator.state import Sim, Simulation

router = APIRouter(prefix="/sms", include_in_schema=False)


@router.get("/files/{account_id}/{file_id}")
async def download(account_id: str, file_id: str, simulation: Sim) -> Response:
    file = simulation.media.get(account_id, file_id)
    if file is None:
        return Response(status_code=404)
    return Response(file.content, media_type=file.mime_type)


def keep(simulation: Simulation, account_id: str, account: SmsAccount, media: SaidMedia) -> File:
    """Raises `ValueError`."""
    if not account.api_base:
        raise ValueError("a file needs a link: set the account's `api_base`")
    content, mime_type = said_content(media)
    name = f"ME{secrets.token_hex(16)}"
    simulation.media.put(StoredFile(name, account_id, content, mime_type, media.filename))
    url = f"{account.api_base.rstrip('/')}/files/{quote(account_id, safe='')}/{name}"
    return File(name, url, mime_type, media.filename)
