"""Google's refusals: https://cloud.google.com/apis/design/errors#error_model."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NamedTuple

from starlette.responses import JSONResponse, Response
from typing_extensions import override

from simulator.faults import plain_answer
from simulator.platform import Refusal
from simulator.schemas import Fault

_TYPES = "type.googleapis.com/google.rpc"


@dataclass
class GoogleError(Refusal):
    """A refusal."""

    status: int
    word: str
    message: str
    details: list[dict[str, Any]] = field(default_factory=list)

    @override
    def response(self, headers: dict[str, str] | None = None) -> Response:
        error: dict[str, Any] = {
            "code": self.status,
            "message": self.message,
            "status": self.word,
        }
        if self.details:
            error["details"] = self.details
        return JSONResponse({"error": error}, status_code=self.status, headers=headers)


class Violation(NamedTuple):
    """What is wrong with one field."""

    place: str
    said: str


def invalid(*violations: Violation) -> GoogleError:
    told = [{"field": one.place, "description": one.said} for one in violations]
    details = [{"@type": f"{_TYPES}.BadRequest", "fieldViolations": told}]
    message = "; ".join(one.said for one in violations)
    return GoogleError(HTTPStatus.BAD_REQUEST, "INVALID_ARGUMENT", message, details)


def unfit(errors: Sequence[Any]) -> GoogleError:
    """What pydantic found wrong with a body, as the API says it."""
    return invalid(*(_violation(one) for one in errors))


def _violation(error: Any) -> Violation:
    *above, last = [str(part) for part in error["loc"]] or [""]
    place = ".".join(above)
    if error["type"] == "extra_forbidden":
        where = f" at '{place}'" if place else ""
        said = f'Invalid JSON payload received. Unknown name "{last}"{where}: Cannot find field.'
        return Violation(place, said)
    return Violation(".".join((*above, last)), error["msg"])


def unauthenticated() -> GoogleError:
    said = "Request had invalid authentication credentials."
    return GoogleError(HTTPStatus.UNAUTHORIZED, "UNAUTHENTICATED", said)


def forbidden(said: str = "The caller does not have permission") -> GoogleError:
    return GoogleError(HTTPStatus.FORBIDDEN, "PERMISSION_DENIED", said)


def not_found() -> GoogleError:
    return GoogleError(HTTPStatus.NOT_FOUND, "NOT_FOUND", "Requested entity was not found.")


def exists() -> GoogleError:
    return GoogleError(HTTPStatus.CONFLICT, "ALREADY_EXISTS", "Requested entity already exists")


_WORDS = {
    HTTPStatus.SERVICE_UNAVAILABLE: "UNAVAILABLE",
    HTTPStatus.GATEWAY_TIMEOUT: "DEADLINE_EXCEEDED",
    HTTPStatus.FORBIDDEN: "PERMISSION_DENIED",
    HTTPStatus.NOT_FOUND: "NOT_FOUND",
    HTTPStatus.UNAUTHORIZED: "UNAUTHENTICATED",
    HTTPStatus.BAD_REQUEST: "INVALID_ARGUMENT",
}


def refuse(fault: Fault) -> Response:
    """How this platform says a fault that accepts nothing."""
    if fault.kind == "throttle":
        seconds = 1.0 if fault.seconds is None else fault.seconds
        delay = {"@type": f"{_TYPES}.RetryInfo", "retryDelay": f"{seconds:g}s"}
        said = "Quota exceeded for quota metric 'Messages' of this agent."
        error = GoogleError(HTTPStatus.TOO_MANY_REQUESTS, "RESOURCE_EXHAUSTED", said, [delay])
        return error.response({"retry-after": str(math.ceil(seconds))})
    if fault.body is not None:
        return plain_answer(fault, HTTPStatus.INTERNAL_SERVER_ERROR, "")
    status = HTTPStatus(fault.status or HTTPStatus.INTERNAL_SERVER_ERROR)
    return GoogleError(status, _WORDS.get(status, "INTERNAL"), status.phrase).response()
