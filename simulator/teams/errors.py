"""Refusals of the Bot Connector, and those of the token endpoint, which is Entra's.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages,
"Status codes from bot conversational APIs"
https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow, "Error response"
"""

from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import JSONResponse, Response
from typing_extensions import override

from simulator import clock
from simulator.faults import plain_answer
from simulator.platform import Refusal
from simulator.schemas import Fault
from simulator.teams.ids import new_uuid

_PRECONDITION = "Precondition failed, please try again"
_FAILURES = {HTTPStatus.PRECONDITION_FAILED: ("PreconditionFailed", _PRECONDITION)}
_FAILURE = ("ServiceError", "Unknown")


@dataclass
class TeamsError(Refusal):
    """A refusal of the connector."""

    status: int
    code: str
    message: str

    @override
    def response(self, headers: dict[str, str] | None = None) -> Response:
        body = {"error": {"code": self.code, "message": self.message}}
        return JSONResponse(body, status_code=self.status, headers=headers)


class Denied(Refusal):
    """No token, or one that is over or was never given. It has a shape of its own."""

    @override
    def response(self, headers: dict[str, str] | None = None) -> Response:
        body = {"message": "Authorization has been denied for this request."}
        return JSONResponse(body, status_code=HTTPStatus.UNAUTHORIZED, headers=headers)


@dataclass
class EntraError(Refusal):
    """A refusal of the token endpoint.

    Its numbers: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
    """

    error: str
    number: int
    said: str
    status: int = HTTPStatus.BAD_REQUEST

    @override
    def response(self, headers: dict[str, str] | None = None) -> Response:
        trace, correlation = new_uuid(), new_uuid()
        moment = clock.now().strftime("%Y-%m-%d %H:%M:%SZ")
        ids = f"Trace ID: {trace} Correlation ID: {correlation} Timestamp: {moment}"
        body = {
            "error": self.error,
            "error_description": f"AADSTS{self.number}: {self.said} {ids}",
            "error_codes": [self.number],
            "timestamp": moment,
            "trace_id": trace,
            "correlation_id": correlation,
        }
        return JSONResponse(body, status_code=self.status, headers=headers)


def bad_argument(said: str) -> TeamsError:
    return TeamsError(HTTPStatus.BAD_REQUEST, "BadArgument", said)


def bad_syntax(said: str) -> TeamsError:
    return TeamsError(HTTPStatus.BAD_REQUEST, "BadSyntax", said)


def no_conversation() -> TeamsError:
    return TeamsError(HTTPStatus.NOT_FOUND, "ConversationNotFound", "Conversation not found.")


def not_in_roster() -> TeamsError:
    said = "The bot is not part of the conversation roster."
    return TeamsError(HTTPStatus.FORBIDDEN, "BotNotInConversationRoster", said)


def blocked_by_user() -> TeamsError:
    said = "User blocked the conversation with the bot."
    return TeamsError(HTTPStatus.FORBIDDEN, "ConversationBlockedByUser", said)


def refuse(fault: Fault) -> Response:
    """How the connector says a fault that accepts nothing."""
    if fault.kind == "throttle":
        seconds = 1.0 if fault.seconds is None else fault.seconds
        headers = {"retry-after": str(-int(-seconds // 1))}
        status = HTTPStatus.TOO_MANY_REQUESTS
        return TeamsError(status, "Throttled", "Too many requests").response(headers)
    if fault.body is not None:
        return plain_answer(fault, HTTPStatus.INTERNAL_SERVER_ERROR, "")
    status = HTTPStatus(fault.status or HTTPStatus.INTERNAL_SERVER_ERROR)
    return TeamsError(status, *_FAILURES.get(status, _FAILURE)).response()


def refuse_token(fault: Fault) -> Response:
    """How the token endpoint says one."""
    if fault.kind != "throttle" and fault.body is not None:
        return plain_answer(fault, HTTPStatus.INTERNAL_SERVER_ERROR, "")
    status = HTTPStatus.TOO_MANY_REQUESTS if fault.kind == "throttle" else fault.status
    said = "The server is temporarily too busy to handle the request."
    headers = {"retry-after": str(-int(-(fault.seconds or 1.0) // 1))}
    chosen = status or HTTPStatus.SERVICE_UNAVAILABLE
    return EntraError("temporarily_unavailable", 90033, said, chosen).response(headers)
