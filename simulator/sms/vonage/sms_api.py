"""Sending by the SMS API, which answers 200 whatever happens: https://developer.vonage.com/en/api/sms.

Codes: https://developer.vonage.com/en/messaging/sms/guides/troubleshooting-sms
"""

import re
import secrets
from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response
from typing_extensions import override

from domain.segments import DEFAULT_ALPHABET, EXTENSION, measure
from simulator.platform import Refusal
from simulator.sms.accounts import VonageAccount
from simulator.sms.numbers import MSISDN
from simulator.sms.requests import accounts_of, is_web_address, own_sender, read_form, same
from simulator.sms.sending import Sent, answered, record, refusing
from simulator.state import Sim, Simulation

router = APIRouter(prefix="/sms/sms", include_in_schema=False)

MAX_CHARACTERS = 3200
MAX_REFERENCE = 100
_FLAGS = frozenset({"0", "1", "true", "false"})
Form = dict[str, str]


@dataclass
class NotSent(Refusal):
    """The status of the one part that there is of a refused message."""

    status: int
    text: str

    @override
    def response(self, headers: dict[str, str] | None = None) -> Response:
        part = {"status": str(self.status), "error-text": self.text}
        return JSONResponse({"message-count": "1", "messages": [part]}, headers=headers)


def _throttled(seconds: int) -> Response:
    wait = f"Throughput Rate Exceeded - please wait [ {seconds * 1000} ms ] and retry"
    return NotSent(1, wait).response()


def _broken(status: int) -> Response:
    del status
    return NotSent(5, "Internal Error").response()


refuse = refusing(_throttled, _broken)


@router.post("/json")
async def send(request: Request, simulation: Sim) -> Response:
    form = {name: values[0] for name, values in (await read_form(request)).items()}
    accounts = _authorised(simulation, form)
    _check(form)
    found = own_sender(accounts, form["from"])
    if found is None:
        raise NotSent(15, "Illegal Sender Address - rejected")
    account_id, _ = found
    text = form["text"] if form.get("type") == "unicode" else _narrow(form["text"])
    ids = [secrets.token_hex(8).upper() for _ in range(max(measure(text).segments, 1))]
    sent = Sent(
        account_id=account_id,
        to=form["to"],
        external_id=ids[0],
        reference=form.get("client-ref"),
        text=text,
        request={name: value for name, value in form.items() if name != "api_secret"},
    )

    async def accept() -> Response:
        await record(simulation, sent)
        parts = [_part(form, one) for one in ids]
        return JSONResponse({"message-count": str(len(parts)), "messages": parts})

    return await answered(simulation, account_id, accept, refuse)


def _part(form: Form, message_id: str) -> Form:
    reference = form.get("client-ref")
    return {
        "to": form["to"],
        "message-id": message_id,
        "status": "0",
        "remaining-balance": "3.14159265",
        "message-price": "0.03330000",
        "network": "72411",
        **({"client-ref": reference} if reference else {}),
    }


def _authorised(simulation: Simulation, form: Form) -> dict[str, VonageAccount]:
    """Signed sends (`sig` in the place of the secret) are not played."""
    for name in ("api_key", "api_secret"):
        if not form.get(name):
            raise NotSent(2, f"Missing {name}")
    found = {
        account_id: account
        for account_id, account in accounts_of(simulation, VonageAccount).items()
        if account.api_key == form["api_key"] and same(form["api_secret"], account.api_secret)
    }
    if not found:
        raise NotSent(4, "Bad Credentials")
    return found


def _check(form: Form) -> None:
    for name in ("from", "to", "text"):
        if not form.get(name):
            raise NotSent(2, f"Missing {name}")
    callback = form.get("callback")
    fits = {
        (3, "to address is not numeric"): re.match(MSISDN, form["to"]),
        (3, "Invalid type"): form.get("type", "text") in {"text", "unicode"},
        (3, "Invalid status-report-req"): form.get("status-report-req", "1") in _FLAGS,
        (3, "Invalid client-ref"): len(form.get("client-ref", "")) <= MAX_REFERENCE,
        (23, "Invalid callback url"): not callback or is_web_address(callback),
        (12, "Message too long"): len(form["text"]) <= MAX_CHARACTERS,
    }
    for (status, said), is_fine in fits.items():
        if not is_fine:
            raise NotSent(status, said)


def _narrow(text: str) -> str:
    """As `type=text`: letters that the phones' alphabet has not are lost."""
    known = DEFAULT_ALPHABET | EXTENSION
    return "".join(character if character in known else "?" for character in text)
