"""A Bot API call's parameters, however they were sent: query, JSON, form or multipart.

https://core.telegram.org/bots/api#making-requests: objects may be JSON, or strings that hold JSON.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile

from simulator.telegram.errors import BotError, bad_request

MAX_BODY = 1024 * 1024
MAX_UPLOAD = 50 * 1024 * 1024
"""https://core.telegram.org/bots/api#sending-files"""
TOO_LARGE = BotError(413, "Request Entity Too Large")


@dataclass(frozen=True)
class Upload:
    """A file of a multipart request."""

    content: bytes
    filename: str
    mime_type: str


@dataclass
class Params:
    """Named parameters; the getters raise `BotError` on a wrong type."""

    values: dict[str, Any] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """As a string; missing is empty."""
        value = self.values.get(name)
        if value is None:
            return ""
        if isinstance(value, dict | list):
            raise bad_request(f"field {name!r} must be of type String")
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str) -> int | None:
        value = self.text(name)
        if not value:
            return None
        try:
            return int(value)
        except ValueError:
            raise bad_request(f"invalid parameter {name!r} specified") from None

    def number(self, name: str) -> float:
        try:
            return float(self.text(name))
        except ValueError:
            raise bad_request(f"can't parse {name}") from None

    def structure(self, name: str, kind: type) -> Any:
        """An object or list; None when missing or empty."""
        value = self.values.get(name)
        if value in (None, ""):
            return None
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                raise bad_request(f"can't parse {name} JSON object") from None
        if not isinstance(value, kind):
            raise bad_request(f"object expected as {name}")
        return value

    def recorded(self) -> dict[str, Any]:
        """The call as JSON for the ledger: nested objects opened, files described."""
        shown: dict[str, Any] = {}
        for name, value in self.values.items():
            nested = isinstance(value, str) and value[:1] in ("{", "[")
            try:
                shown[name] = json.loads(value) if nested else value
            except ValueError:
                shown[name] = value
        for name, file in self.files.items():
            size = len(file.content)
            shown[name] = {"filename": file.filename, "mime_type": file.mime_type, "size": size}
        return shown


async def read(request: Request) -> Params:
    """Raises `BotError`."""
    params = Params(values=dict(request.query_params))
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        await _read_form(request, params)
    elif kind == "application/json":
        params.values |= _object(await _bounded(request))
    return params


async def _bounded(request: Request) -> bytes:
    body = await request.body()
    if len(body) > MAX_BODY:
        raise TOO_LARGE
    return body


def _object(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw or b"{}")
    except ValueError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(body, dict):
        raise bad_request("object expected")
    return body


async def _read_form(request: Request, params: Params) -> None:
    async with request.form(max_files=10, max_fields=100) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                content = await value.read(MAX_UPLOAD + 1)
                if len(content) > MAX_UPLOAD:
                    raise TOO_LARGE
                mime_type = value.content_type or "application/octet-stream"
                params.files[name] = Upload(content, value.filename or name, mime_type)
            else:
                params.values[name] = value
