"""What the API reads of a request: whose bot it is, and the body, alone or beside files.

https://docs.discord.com/developers/reference#uploading-files
"""

import hmac
import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile

from simulator.discord.account import DiscordAccount
from simulator.discord.errors import DiscordError
from simulator.state import Simulation

KEY = "discord"
_FILE = re.compile(r"^files\[(\d+)\]$")
_AGENT = re.compile(r"^DiscordBot \(\S+,? \S+\)")


@dataclass(frozen=True)
class Upload:
    """A file of a multipart request."""

    content: bytes
    filename: str
    mime_type: str


def bot_of(simulation: Simulation, request: Request) -> tuple[str, DiscordAccount]:
    """The application whose bot calls. Raises `DiscordError`.

    https://docs.discord.com/developers/reference#user-agent: who does not say that it is a bot may be blocked.
    """
    if not _AGENT.match(request.headers.get("user-agent", "")):
        raise DiscordError(HTTPStatus.FORBIDDEN, 40333, "internal network error")
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    for application, account in simulation.accounts.of(KEY, DiscordAccount).items():
        if scheme == "Bot" and hmac.compare_digest(token.encode(), account.bot_token.encode()):
            return application, account
    raise DiscordError(HTTPStatus.UNAUTHORIZED, 0, "401: Unauthorized")


async def read(request: Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """The JSON body, and files by their numbers. Raises `DiscordError`."""
    if "multipart" not in request.headers.get("content-type", ""):
        return _object(await request.body()), {}
    files: dict[str, Upload] = {}
    async with request.form() as form:
        for name, part in form.multi_items():
            number = _FILE.match(name)
            if number is not None and isinstance(part, UploadFile):
                kind = part.content_type or "application/octet-stream"
                files[number[1]] = Upload(await part.read(), part.filename or "unknown", kind)
        payload = form.get("payload_json", "{}")
    return _object(payload.encode() if isinstance(payload, str) else b""), files


def _object(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        said = "The request body contains invalid JSON."
        raise DiscordError(HTTPStatus.BAD_REQUEST, 50109, said)
    return body
