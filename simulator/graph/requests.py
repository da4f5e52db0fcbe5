"""What every call of the Graph API is read for: its version, its token, its JSON."""

import json
import re
from typing import Any

from fastapi import Request

from simulator.graph.errors import GraphError, bad_token

_VERSION = re.compile(r"^v\d{1,3}\.\d$")
MAX_BODY = 1024 * 1024


def check_version(version: str) -> None:
    """Raises `GraphError`."""
    if not _VERSION.match(version):
        raise GraphError(2500, message=f"(#2500) Unknown path components: /{version}", subcode=None)


def bearer(request: Request) -> str:
    """The request's token. Raises `GraphError` when there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise bad_token("Cannot parse access token")
    return token.strip()


async def json_object(request: Request) -> dict[str, Any]:
    """The body. Raises `GraphError` when it is no JSON object."""
    if "json" not in request.headers.get("content-type", ""):
        raise GraphError(100, message="(#100) Send the message as application/json.")
    raw = await request.body()
    if len(raw) > MAX_BODY:
        raise GraphError(100, message="(#100) The body is too large.")
    try:
        body = json.loads(raw)
    except ValueError:
        raise GraphError(100, message="(#100) The body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise GraphError(100, message="(#100) The body is not a JSON object.")
    return body
