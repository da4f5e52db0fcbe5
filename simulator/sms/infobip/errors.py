"""Infobip's refusals of a whole call, in the envelope of its third version."""

from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import JSONResponse, Response
from typing_extensions import override

from simulator.platform import Refusal
from simulator.sms.requests import Problem
from simulator.sms.sending import refusing

_SAYS = {
    HTTPStatus.BAD_REQUEST: (
        "Request cannot be processed.",
        "Check the syntax, violations and adjust the request.",
    ),
    HTTPStatus.UNAUTHORIZED: (
        "The request lacks valid authentication credentials for the requested resource.",
        "Check the resources and adjust authentication credentials.",
    ),
    HTTPStatus.FORBIDDEN: (
        "The server understood the request but refuses to authorize it.",
        "Check the permissions of the key.",
    ),
    HTTPStatus.NOT_FOUND: ("Requested URL not found.", "Check the URL and try again."),
    HTTPStatus.TOO_MANY_REQUESTS: (
        "The request limit has been reached.",
        "Wait a moment and try again.",
    ),
}
_OTHER = ("Internal server error.", "Try again later.")


@dataclass
class InfobipError(Refusal):
    """A refusal."""

    status: int
    problems: tuple[Problem, ...] = ()

    @override
    def response(self, headers: dict[str, str] | None = None) -> Response:
        description, action = _SAYS.get(HTTPStatus(self.status), _OTHER)
        body = {
            "errorCode": f"E{int(self.status)}",
            "description": description,
            "action": action,
            "violations": [
                {"property": problem.path, "violation": problem.said} for problem in self.problems
            ],
            "resources": [],
        }
        return JSONResponse(body, status_code=self.status, headers=headers)


def _throttled(seconds: int) -> Response:
    error = InfobipError(HTTPStatus.TOO_MANY_REQUESTS)
    return error.response({"retry-after": str(seconds)})


refuse = refusing(_throttled, lambda status: InfobipError(status).response())
