"""Uploads of the account, and the files that customers send.

https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/saving-assets
"""

import hashlib
import hmac
import json
import secrets
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.responses import JSONResponse, Response

from simulator import clock
from simulator.faults import answer_with
from simulator.graph.requests import check_version, json_object
from simulator.media import DEFAULT_TYPES, StoredFile
from simulator.send_api.account import SendApiAccount
from simulator.send_api.accounts import authorise
from simulator.send_api.errors import invalid, refuse
from simulator.send_api.models import Attachment, FilePayload, Part
from simulator.send_api.product import Json, Product
from simulator.send_api.validate import covers, read
from simulator.state import Simulation

URL_SECONDS = 3 * 24 * 3600
"""How long the address of a file lives."""
_KEY = secrets.token_bytes(32)
_PLACE = "message[attachment]"


class UploadMessage(Part):
    """The `message` of an upload: one attachment, and nothing else."""

    attachment: Attachment


async def upload(
    product: Product, simulation: Simulation, request: Request, version: str, node: str
) -> Response:
    """`POST /{version}/{node}/message_attachments`: a file in a form, or the address of one."""
    check_version(version)
    account_id, account = authorise(product, simulation, request, node)
    multipart = "multipart/form-data" in request.headers.get("content-type", "")
    asked = await (_form if multipart else json_object)(request)
    product.check_upload(account, asked)
    file = _file(product, account_id, asked)

    async def accept() -> Response:
        return JSONResponse({"attachment_id": simulation.media.put(file).id})

    fault = simulation.faults.take(product.key, account_id, is_send=False)
    return await answer_with(fault, accept, refuse)


async def _form(request: Request) -> Json:
    """The fields of a form; a file as its name, type and bytes."""
    async with request.form(max_files=1, max_fields=10) as form:
        asked: Json = {}
        for name, value in form.items():
            if isinstance(value, UploadFile):
                asked[name] = StoredFile(
                    new_file_id(), "", await value.read(), value.content_type or "", value.filename
                )
            else:
                asked[name] = value
        return asked


def _file(product: Product, account_id: str, asked: Json) -> StoredFile:
    """What is uploaded. Raises `GraphError`."""
    message = read(UploadMessage, _object(asked.get("message")), "message")
    kind = message.attachment.type
    rule = product.files.get(kind)
    if rule is None:
        known = ", ".join(sorted(product.files)).upper()
        raise invalid(f"Param {_PLACE}[type] must be one of {{{known}}}")
    sent = asked.get("filedata")
    if not isinstance(sent, StoredFile):
        read(FilePayload, message.attachment.payload or {}, f"{_PLACE}[payload]")
        return StoredFile(new_file_id(), account_id, b"", _type_of(kind))
    if not sent.content:
        raise invalid("Upload attachment failure.", 2018047)
    if not covers(rule, kind, sent.mime_type):
        raise invalid(
            f"Upload attachment failure. A file of type {sent.mime_type} is no {kind}.", 2018047
        )
    if len(sent.content) > rule.max_bytes:
        raise invalid("Attachment size exceeds allowable limit", 2018109)
    return StoredFile(sent.id, account_id, sent.content, sent.mime_type, sent.filename)


def _object(raw: Any) -> Any:
    if raw is None:
        raise invalid("The parameter message is required")
    try:
        return json.loads(raw) if isinstance(raw, str) else raw
    except ValueError:
        raise invalid("Param message must be a JSON object") from None


def _type_of(kind: str) -> str:
    return DEFAULT_TYPES["document" if kind == "file" else kind]


def keep_linked(simulation: Simulation, account_id: str, kind: str) -> str:
    """The id of a file that was sent by its address and may be sent again. Nothing is fetched."""
    file = StoredFile(new_file_id(), account_id, b"", _type_of(kind))
    return simulation.media.put(file).id


def new_file_id() -> str:
    return str(10**15 + secrets.randbelow(9 * 10**15))


def address_of(account: SendApiAccount, file: StoredFile) -> str:
    """The signed address of a file; who has it needs no token."""
    expires = f"{int(clock.unix()) + URL_SECONDS:x}"
    name = quote(file.filename or "file", safe="")
    proof = _proof(file.account, file.id, expires)
    path = f"attachments/{file.account}/{file.id}/{name}"
    return f"{account.api_base.rstrip('/')}/{path}?oh={proof}&oe={expires}"


def _proof(account_id: str, file_id: str, expires: str) -> str:
    message = f"{account_id}/{file_id}/{expires}".encode()
    return hmac.new(_KEY, message, hashlib.sha256).hexdigest()[:40]


async def download(
    simulation: Simulation, request: Request, account_id: str, file_id: str
) -> Response:
    """A file that a customer sent, or that was uploaded, at its signed address."""
    expires, given = (request.query_params.get(name, "") for name in ("oe", "oh"))
    if not hmac.compare_digest(given.encode(), _proof(account_id, file_id, expires).encode()):
        return Response("Bad URL hash", status_code=HTTPStatus.FORBIDDEN)
    if int(expires, 16) < clock.unix():
        return Response("URL signature expired", status_code=HTTPStatus.FORBIDDEN)
    file = simulation.media.get(account_id, file_id)
    if file is None:
        return Response(status_code=HTTPStatus.NOT_FOUND)
    return Response(file.content, media_type=file.mime_type)
