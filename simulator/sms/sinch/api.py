"""Sending: https://developers.sinch.com/docs/sms/api-reference/sms/batches/sendsms. A batch is one entry per number."""

import secrets
from http import HTTPStatus
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response

from domain.segments import measure
from simulator.sms.accounts import SinchAccount
from simulator.sms.jsons import moment
from simulator.sms.requests import (
    Body,
    Problem,
    Unfit,
    accounts_of,
    authorization,
    fitting,
    is_web_address,
    own_sender,
    read_json,
    same,
)
from simulator.sms.sending import Sent, answered, record, told
from simulator.sms.sinch.errors import SinchError, bad_request, refuse
from simulator.state import Sim, Simulation

router = APIRouter(prefix="/sms/xms/v1", include_in_schema=False)

MAX_CHARACTERS = 2000
_MOST_TO_A_PAGE = 100
_BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class _Media(Body):
    url: str
    message: str | None = Field(default=None, max_length=5000)
    subject: str | None = Field(default=None, max_length=80)


class _Batch(Body):
    sender: str = Field(alias="from", min_length=1)
    to: list[str] = Field(min_length=1, max_length=1000)
    type: Literal["mt_text", "mt_media"] = "mt_text"
    body: str | dict[str, Any]
    delivery_report: Literal["none", "summary", "full", "per_recipient", "per_recipient_final"] = (
        "none"
    )
    client_reference: str | None = Field(default=None, max_length=2048)
    callback_url: str | None = Field(default=None, max_length=2048)
    max_number_of_message_parts: int | None = Field(default=None, ge=1)


@router.post("/{plan_id}/batches")
async def send(plan_id: str, request: Request, simulation: Sim) -> Response:
    accounts = _authorised(simulation, request, plan_id)
    raw = await read_json(request)
    if raw is None:
        raise bad_request("syntax_invalid_json", "The request body is not valid JSON")
    try:
        batch = fitting(_Batch, raw)
        text = _text(batch)
    except Unfit as unfit:
        raise _unfit(unfit.problems[0]) from None
    found = own_sender(accounts, batch.sender)
    if found is None:
        said = f"The originator {batch.sender} is not provisioned for the service plan"
        raise SinchError(HTTPStatus.FORBIDDEN, "forbidden", said)
    batch_id = _new_id()
    too_long = _is_too_long(batch, text)

    async def accept() -> Response:
        for to in batch.to:
            sent = Sent(
                account_id=found[0],
                to=to.removeprefix("+"),
                external_id=batch_id,
                reference=batch.client_reference,
                text=text,
                is_mms=batch.type == "mt_media",
                lost=too_long,
                request=raw,
            )
            await record(simulation, sent)
        return JSONResponse(_answer(batch, batch_id, raw), status_code=HTTPStatus.CREATED)

    return await answered(simulation, found[0], accept, refuse)


@router.get("/{plan_id}/batches")
async def batches(plan_id: str, request: Request, simulation: Sim) -> Response:
    """https://developers.sinch.com/docs/sms/api-reference/sms/batches/listbatches, by reference and page."""
    accounts = _authorised(simulation, request, plan_id)
    asked = request.query_params
    size, page = asked.get("page_size", "30"), asked.get("page", "0")
    if not (size.isdigit() and page.isdigit() and 1 <= int(size) <= _MOST_TO_A_PAGE):
        raise bad_request("syntax_invalid_parameter_format", "The parameter 'page_size' is invalid")
    reference = asked.get("client_reference")
    sent = {
        entry.external_id: {**entry.request, "id": entry.external_id, "canceled": False}
        for account_id in accounts
        for entry in reversed(simulation.ledger.find(platform="sms", account=account_id))
        if reference in {None, entry.reference}
    }
    start = int(page) * int(size)
    shown = list(sent.values())[start : start + int(size)]
    body = {"count": len(sent), "page": int(page), "page_size": len(shown), "batches": shown}
    return await told(simulation, next(iter(accounts)), body, refuse)


def _answer(batch: _Batch, batch_id: str, raw: dict[str, Any]) -> dict[str, Any]:
    now = moment()
    return {
        "type": batch.type,
        "delivery_report": batch.delivery_report,
        "flash_message": False,
        **raw,
        "id": batch_id,
        "canceled": False,
        "created_at": now,
        "modified_at": now,
    }


def _is_too_long(batch: _Batch, text: str) -> bool:
    """Such a batch is taken, and its messages are aborted."""
    limit = batch.max_number_of_message_parts
    return limit is not None and batch.type == "mt_text" and measure(text).segments > limit


def _new_id() -> str:
    """A ULID in form."""
    return "01" + "".join(secrets.choice(_BASE32) for _ in range(24))


def _authorised(simulation: Simulation, request: Request, plan_id: str) -> dict[str, SinchAccount]:
    token = authorization(request, "Bearer")
    found = {
        account_id: account
        for account_id, account in accounts_of(simulation, SinchAccount).items()
        if account.service_plan_id == plan_id and same(token, account.api_token)
    }
    if not found:
        said = "The token is not valid for the service plan"
        raise SinchError(HTTPStatus.UNAUTHORIZED, "unauthorized", said)
    return found


def _text(batch: _Batch) -> str:
    """What a person gets to read of it. Raises `Unfit`."""
    for to in batch.to:
        digits = to.removeprefix("+")
        if not (digits.isascii() and digits.isdigit() and 7 <= len(digits) <= 15):
            raise Unfit(Problem("to", "has an invalid format"))
    if batch.callback_url is not None and not is_web_address(batch.callback_url):
        raise Unfit(Problem("callback_url", "has an invalid format"))
    if batch.type == "mt_media":
        return _text_of_file(batch.body)
    if not isinstance(batch.body, str):
        raise Unfit(Problem("body", "has an invalid format"))
    if not 0 < len(batch.body) <= MAX_CHARACTERS:
        raise Unfit(Problem("body", f"must have 1 to {MAX_CHARACTERS} characters"))
    return batch.body


def _text_of_file(body: str | dict[str, Any]) -> str:
    media = fitting(_Media, body)
    if not is_web_address(media.url):
        raise Unfit(Problem("body.url", "has an invalid format"))
    return "\n".join(part for part in (media.message, media.url) if part)


def _unfit(problem: Problem) -> SinchError:
    if problem.missing:
        said = f"The parameter '{problem.path}' is required"
        return bad_request("syntax_constraint_violation", said)
    said = f"The value of the parameter '{problem.path}': {problem.said}"
    return bad_request("syntax_invalid_parameter_format", said)
