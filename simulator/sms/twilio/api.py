"""Sending, and the files of MMS.

https://www.twilio.com/docs/messaging/api/message-resource#create-a-message
https://www.twilio.com/docs/messaging/api/media-resource
"""

import secrets
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from domain.segments import measure
from simulator import clock
from simulator.sms.accounts import TwilioAccount
from simulator.sms.numbers import is_e164, is_landline
from simulator.sms.requests import (
    accounts_of,
    basic_pair,
    is_web_address,
    own_sender,
    read_form,
    same,
)
from simulator.sms.sending import Sent, answered, is_blocked, record
from simulator.sms.twilio.errors import TwilioError, refuse
from simulator.state import Sim, Simulation

router = APIRouter(prefix="/sms/2010-04-01/Accounts", include_in_schema=False)

MAX_CHARACTERS = 1600
"""https://www.twilio.com/docs/api/errors/21617"""
MAX_FILES = 10
Accounts = dict[str, TwilioAccount]
Form = dict[str, list[str]]


@router.post("/{sid}/Messages.json")
async def create_message(sid: str, request: Request, simulation: Sim) -> Response:
    accounts = authorised(simulation, request, sid)
    form = await read_form(request)
    account_id, account = _sender(accounts, form)
    if account.status != "active":
        raise TwilioError(20005, "Account not active", HTTPStatus.FORBIDDEN)
    to = _recipient(form)
    body, files = _content(form)
    if is_blocked(simulation, account_id, to.removeprefix("+")):
        raise TwilioError(21610, "Attempt to send to unsubscribed recipient")
    sent = Sent(
        account_id=account_id,
        to=to.removeprefix("+"),
        external_id=f"{'MM' if files else 'SM'}{secrets.token_hex(16)}",
        text="\n".join(part for part in (body, *files) if part),
        is_mms=bool(files),
        request={name: values if len(values) > 1 else values[0] for name, values in form.items()},
    )

    async def accept() -> Response:
        await record(simulation, sent)
        answer = _resource(account, form, sent, len(files))
        return JSONResponse(answer, status_code=HTTPStatus.CREATED)

    return await answered(simulation, account_id, accept, refuse)


@router.get("/{sid}/Messages/{message_sid}/Media/{media_sid}")
async def media(
    sid: str, message_sid: str, media_sid: str, request: Request, simulation: Sim
) -> Response:
    """Sends on to where the file is, as Twilio does."""
    del message_sid
    for account_id in authorised(simulation, request, sid):
        if simulation.media.get(account_id, media_sid) is not None:
            place = f"/sms/files/{quote(account_id, safe='')}/{media_sid}"
            return RedirectResponse(place, status_code=HTTPStatus.TEMPORARY_REDIRECT)
    raise _not_found(request)


@router.api_route("/{path:path}", methods=["GET", "POST", "DELETE"])
async def unknown(path: str, request: Request) -> Response:
    del path
    raise _not_found(request)


def _not_found(request: Request) -> TwilioError:
    path = request.url.path.removeprefix("/sms")
    message = f"The requested resource {path} was not found"
    return TwilioError(20404, message, HTTPStatus.NOT_FOUND)


def authorised(simulation: Simulation, request: Request, sid: str) -> Accounts:
    """The senders of the account: its token opens it, or one of its API keys."""
    user, password = basic_pair(request)
    found = {
        account_id: account
        for account_id, account in accounts_of(simulation, TwilioAccount).items()
        if account.account_sid == sid
        and (
            (user == sid and same(password, account.auth_token))
            or (user == account.api_key_sid and same(password, account.api_key_secret))
        )
    }
    if not found:
        raise TwilioError(20003, "Authenticate", HTTPStatus.UNAUTHORIZED)
    return found


def _first(form: Form, name: str) -> str:
    return form.get(name, [""])[0]


def _sender(accounts: Accounts, form: Form) -> tuple[str, TwilioAccount]:
    service, sender = _first(form, "MessagingServiceSid"), _first(form, "From")
    if service:
        for account_id, account in accounts.items():
            if account.messaging_service_sid == service:
                return account_id, account
        raise TwilioError(21701, "The Messaging Service does not exist")
    if not sender:
        raise TwilioError(21603, "A 'From' phone number is required.")
    found = own_sender(accounts, sender)
    if found is None:
        said = f"'From' {sender} is not a Twilio phone number or Short Code country mismatch"
        raise TwilioError(21659, said)
    return found


def _recipient(form: Form) -> str:
    to = _first(form, "To").strip()
    if not to:
        raise TwilioError(21604, "A 'To' phone number is required.")
    if not is_e164(to):
        raise TwilioError(21211, f"Invalid 'To' Phone Number: {to}")
    if is_landline(to):
        raise TwilioError(21614, f"To number: {to}, is not a mobile number")
    return to


def _content(form: Form) -> tuple[str, list[str]]:
    body = _first(form, "Body")
    files = [url for url in form.get("MediaUrl", []) if url]
    if not body and not files:
        raise TwilioError(21619, "A text message body or media urls must be specified.")
    if len(body) > MAX_CHARACTERS:
        said = f"The concatenated message body exceeds the {MAX_CHARACTERS} character limit"
        raise TwilioError(21617, said)
    if len(files) > MAX_FILES:
        raise TwilioError(21623, f"Number of media files exceeds allowed limit of {MAX_FILES}")
    if not all(is_web_address(url) for url in files):
        raise TwilioError(21620, "Invalid media URL(s)")
    callback = _first(form, "StatusCallback")
    if callback and not is_web_address(callback):
        raise TwilioError(21609, f"The StatusCallback URL {callback} is not a valid URL.")
    return body, files


def _resource(account: TwilioAccount, form: Form, sent: Sent, files: int) -> dict[str, Any]:
    service = _first(form, "MessagingServiceSid") or None
    uri = f"/2010-04-01/Accounts/{account.account_sid}/Messages/{sent.external_id}"
    now = format_datetime(clock.now())
    return {
        "account_sid": account.account_sid,
        "api_version": "2010-04-01",
        "body": _first(form, "Body"),
        "date_created": now,
        "date_sent": None,
        "date_updated": now,
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": None if service else _first(form, "From"),
        "messaging_service_sid": service,
        "num_media": str(files),
        "num_segments": str(max(measure(_first(form, "Body")).segments, 1)),
        "price": None,
        "price_unit": None,
        "sid": sent.external_id,
        "status": "accepted" if service else "queued",
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": f"+{sent.to}",
        "uri": f"{uri}.json",
    }
