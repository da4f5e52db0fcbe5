"""Sending by the Messages API: https://developer.vonage.com/en/api/messages.

Credentials are basic ones; tokens (JWT) are not played.
"""

from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from simulator.sms.accounts import VonageAccount
from simulator.sms.numbers import MSISDN
from simulator.sms.requests import (
    Body,
    Problem,
    Unfit,
    accounts_of,
    basic_pair,
    fitting,
    is_web_address,
    own_sender,
    read_json,
    same,
)
from simulator.sms.sending import Sent, answered, new_uuid, record
from simulator.sms.vonage.errors import VonageProblem, bad_sender, invalid, refuse, unauthorized
from simulator.state import Sim, Simulation

router = APIRouter(prefix="/sms/v1", include_in_schema=False)

FILES = ("image", "audio", "video", "file", "vcard")


class _Sms(Body):
    encoding_type: Literal["auto", "text", "unicode"] = "auto"


class _File(Body):
    url: str
    caption: str | None = Field(default=None, min_length=1, max_length=2000)


class _Message(Body):
    channel: Literal["sms", "mms"]
    message_type: Literal["text", "image", "audio", "video", "file", "vcard"]
    sender: str = Field(alias="from", min_length=1, max_length=15)
    to: str = Field(pattern=MSISDN)
    text: str | None = Field(default=None, min_length=1, max_length=3200)
    image: _File | None = None
    audio: _File | None = None
    video: _File | None = None
    file: _File | None = None
    vcard: _File | None = None
    sms: _Sms | None = None
    ttl: int | None = Field(default=None, ge=20, le=604_800)
    client_ref: str | None = Field(default=None, max_length=100)
    webhook_url: str | None = None
    webhook_version: Literal["v0.1", "v1"] | None = None

    @property
    def attached(self) -> _File | None:
        found: _File | None = getattr(self, self.message_type, None)
        return found if self.message_type in FILES else None


@router.post("/messages")
async def send(request: Request, simulation: Sim) -> Response:
    accounts = authorised(simulation, request)
    body = await read_json(request)
    if body is None:
        raise VonageProblem(
            HTTPStatus.BAD_REQUEST, "#bad-json", "Bad JSON", "The JSON is not valid."
        )
    try:
        message = _checked(fitting(_Message, body))
    except Unfit as unfit:
        raise invalid(*unfit.problems) from None
    found = own_sender(accounts, message.sender)
    if found is None:
        raise bad_sender()
    account_id, _ = found
    attached = message.attached
    said = (attached.caption, attached.url) if attached else (message.text,)
    sent = Sent(
        account_id=account_id,
        to=message.to,
        external_id=new_uuid(),
        reference=message.client_ref,
        text="\n".join(part for part in said if part),
        is_mms=message.channel == "mms",
        request=body,
    )

    async def accept() -> Response:
        await record(simulation, sent)
        return JSONResponse({"message_uuid": sent.external_id}, status_code=HTTPStatus.ACCEPTED)

    return await answered(simulation, account_id, accept, refuse)


def authorised(simulation: Simulation, request: Request) -> dict[str, VonageAccount]:
    key, secret = basic_pair(request)
    found = {
        account_id: account
        for account_id, account in accounts_of(simulation, VonageAccount).items()
        if account.api_key == key and same(secret, account.api_secret)
    }
    if not found:
        raise unauthorized()
    return found


def _checked(message: _Message) -> _Message:
    """What the type asks for. Raises `Unfit`."""
    kind = message.message_type
    if kind in FILES:
        if message.channel == "sms":
            raise Unfit(Problem("message_type", "An SMS is a text."))
        if message.attached is None:
            raise Unfit(Problem(kind, "Is required.", missing=True))
        if not is_web_address(message.attached.url):
            raise Unfit(Problem(f"{kind}.url", "Must be a web address."))
    elif message.text is None:
        raise Unfit(Problem("text", "Is required.", missing=True))
    if message.webhook_url is not None and not is_web_address(message.webhook_url):
        raise Unfit(Problem("webhook_url", "Must be a web address."))
    return message
