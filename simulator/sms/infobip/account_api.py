"""What an account tells of its money and of its messages.

https://www.infobip.com/docs/api/platform/account-management/get-account-balance
https://www.infobip.com/docs/api/channels/sms/outbound-sms/logs-and-status-reports/get-outbound-sms-message-logs
"""

from http import HTTPStatus

from fastapi import APIRouter, Request
from starlette.responses import Response

from simulator.sms.accounts import InfobipAccount
from simulator.sms.infobip import statuses
from simulator.sms.infobip.api import authorised
from simulator.sms.infobip.errors import InfobipError, refuse
from simulator.sms.jsons import moment
from simulator.sms.provider import Json
from simulator.sms.sending import is_blocked, told
from simulator.state import Sim, Simulation

router = APIRouter(prefix="/sms", include_in_schema=False)


@router.get("/account/1/balance")
async def balance(request: Request, simulation: Sim) -> Response:
    account_id, _ = _may_ask(simulation, request)
    return await told(simulation, account_id, {"balance": 47.79, "currency": "EUR"}, refuse)


@router.get("/sms/3/logs")
async def logs(request: Request, simulation: Sim) -> Response:
    """By `messageId`, of which there may be several; without one, the last fifty."""
    account_id, accounts = _may_ask(simulation, request)
    wanted = request.query_params.getlist("messageId")
    entries = [
        entry
        for sender in accounts
        for entry in simulation.ledger.find(platform="sms", account=sender)
        if not wanted or entry.external_id in wanted
    ]
    listed = [
        _logged(
            entry.external_id, entry.to, blocked=is_blocked(simulation, entry.account, entry.to)
        )
        for entry in entries[-50:]
    ]
    return await told(simulation, account_id, {"results": listed}, refuse)


def _logged(message_id: str, to: str, *, blocked: bool) -> Json:
    """Who has blocked us meanwhile did not get it."""
    state = statuses.NOT_DELIVERED if blocked else statuses.WAITING
    return {
        "messageId": message_id,
        "destination": to,
        "sentAt": moment(),
        "status": statuses.status(state),
        "error": statuses.ABSENT_SUBSCRIBER if blocked else statuses.NO_ERROR,
    }


def _may_ask(simulation: Simulation, request: Request) -> tuple[str, dict[str, InfobipAccount]]:
    """Raises `InfobipError`: 403 says that the key is known."""
    accounts = authorised(simulation, request)
    account_id, account = next(iter(accounts.items()))
    if account.sends_only:
        raise InfobipError(HTTPStatus.FORBIDDEN)
    return account_id, accounts
