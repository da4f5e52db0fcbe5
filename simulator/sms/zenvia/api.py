"""Sending: https://zenvia.github.io/zenvia-openapi-spec/ (POST /v2/channels/sms/messages).

It documents a code DUPLICATED, and nobody has seen it for a repeated `externalId`: here the second is sent, too.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import JSONResponse, Response
from typing_extensions import override

from simulator.platform import Refusal
from simulator.sms.accounts import ZenviaAccount
from simulator.sms.jsons import moment
from simulator.sms.numbers import MSISDN
from simulator.sms.requests import (
    Body,
    Problem,
    Unfit,
    fitting,
    own_sender,
    read_json,
    same,
)
from simulator.sms.sending import Sent, answered, new_uuid, record, refusing, told
from simulator.state import Sim

router = APIRouter(prefix="/sms/v2", include_in_schema=False)

MAX_CHARACTERS = 1520


class _Text(Body):
    type: Literal["text"]
    text: str = Field(min_length=1, max_length=MAX_CHARACTERS)
    encodingStrategy: Literal[  # noqa: N815  Zenvia's name
        "AUTO", "MORE_CHARACTERS_PER_MESSAGE", "MORE_CHARACTER_SUPPORT"
    ] = "AUTO"


class _Message(Body):
    sender: str = Field(alias="from", min_length=1)
    to: str = Field(pattern=MSISDN)
    contents: list[_Text] = Field(min_length=1)
    externalId: str | None = None  # noqa: N815  Zenvia's name


@dataclass
class ZenviaError(Refusal):
    """A refusal."""

    status: int
    code: str
    message: str
    problems: tuple[Problem, ...] = ()

    @override
    def response(self, headers: dict[str, str] | None = None) -> Response:
        body: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.problems:
            body["details"] = [
                {
                    "code": "MISSING" if problem.missing else "ValidationError",
                    "path": problem.path,
                    "message": f"{problem.path}: {problem.said}",
                }
                for problem in self.problems
            ]
        return JSONResponse(body, status_code=self.status, headers=headers)


def _throttled(seconds: int) -> Response:
    error = ZenviaError(HTTPStatus.TOO_MANY_REQUESTS, "TOO_MANY_REQUESTS", "Too many requests")
    return error.response({"retry-after": str(seconds)})


def _broken(status: int) -> Response:
    return ZenviaError(status, "INTERNAL_ERROR", "Internal error").response()


_refuse = refusing(_throttled, _broken)


@router.post("/channels/sms/messages")
async def send(request: Request, simulation: Sim) -> Response:
    accounts = _authorised(simulation.accounts.of("sms", ZenviaAccount), request)
    body = await read_json(request)
    try:
        message = fitting(_Message, body)
    except Unfit as unfit:
        raise ZenviaError(
            HTTPStatus.BAD_REQUEST, "VALIDATION_ERROR", "Validation error", unfit.problems
        ) from None
    found = own_sender(accounts, message.sender)
    if found is None:
        said = f"Sender {message.sender} was not found"
        raise ZenviaError(HTTPStatus.NOT_FOUND, "NOT_FOUND", said)
    sent = Sent(
        account_id=found[0],
        to=message.to,
        external_id=new_uuid(),
        reference=message.externalId,
        text="\n".join(content.text for content in message.contents),
        request=body or {},
    )

    async def accept() -> Response:
        await record(simulation, sent)
        known = {"direction": "OUT", "channel": "sms", "timestamp": moment()}
        return JSONResponse({"id": sent.external_id, **(body or {}), **known})

    return await answered(simulation, found[0], accept, _refuse)


@router.get("/subscriptions")
async def subscriptions(request: Request, simulation: Sim) -> Response:
    """An account's webhook is its subscriptions: they can be read, and are changed by the control API."""
    accounts = _authorised(simulation.accounts.of("sms", ZenviaAccount), request)
    account_id = next(iter(accounts))
    listed = [one for account in accounts.values() for one in _subscriptions(account)]
    return await told(simulation, account_id, listed, _refuse)


def _subscriptions(account: ZenviaAccount) -> Iterator[dict[str, Any]]:
    reports = account.webhook_url if account.status_url is None else account.status_url
    for kind, url in (("MESSAGE", account.webhook_url), ("MESSAGE_STATUS", reports)):
        if url:
            yield {
                "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{kind} {url}")),
                "eventType": kind,
                "webhook": {"url": url, "headers": {"X-Hook-Token": account.webhook_token}},
                "criteria": {
                    "channel": "sms",
                    **({"direction": "IN"} if kind == "MESSAGE" else {}),
                },
                "status": account.subscription_status,
                "version": "v2",
            }


@router.api_route("/{path:path}", methods=["GET", "POST", "PATCH", "DELETE"])
async def unknown(path: str) -> Response:
    raise ZenviaError(HTTPStatus.NOT_FOUND, "NOT_FOUND", f"Resource /v2/{path} was not found")


def _authorised(accounts: dict[str, ZenviaAccount], request: Request) -> dict[str, ZenviaAccount]:
    token = request.headers.get("x-api-token", "")
    found = {key: account for key, account in accounts.items() if same(token, account.api_token)}
    if not found:
        said = "No authorization token was found" if not token else "Invalid token"
        raise ZenviaError(HTTPStatus.UNAUTHORIZED, "AUTHENTICATION_ERROR", said)
    return found
