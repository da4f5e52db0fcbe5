"""LinkedIn's refusals: https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/error-handling."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse, Response
from typing_extensions import override

from simulator.faults import plain_answer
from simulator.platform import Refusal
from simulator.schemas import Fault

UNPERMITTED = 100
THROTTLED = 101


@dataclass
class LinkedInError(Refusal):
    """A refusal."""

    status: int
    message: str
    code: str | None = None
    number: int | None = None
    more: dict[str, Any] = field(default_factory=dict)

    @override
    def response(self, headers: dict[str, str] | None = None) -> Response:
        body: dict[str, Any] = {"status": self.status, "message": self.message, **self.more}
        if self.number is not None:
            body["serviceErrorCode"] = self.number
        if self.code is not None:
            body["code"] = self.code
        return JSONResponse(body, status_code=self.status, headers=headers)


def bad(said: str) -> LinkedInError:
    return LinkedInError(HTTPStatus.BAD_REQUEST, said)


def denied(what: str) -> LinkedInError:
    said = f"Not enough permissions to access: {what}"
    return LinkedInError(HTTPStatus.FORBIDDEN, said, "ACCESS_DENIED", UNPERMITTED)


def gone(what: str) -> LinkedInError:
    return LinkedInError(HTTPStatus.NOT_FOUND, f"{what} was not found", "NOT_FOUND")


def unfit(errors: Sequence[Any]) -> LinkedInError:
    """What pydantic found wrong with a body, as the API says it."""
    strange = [one for one in errors if one["type"] == "extra_forbidden"]
    if strange:
        fields = ", ".join(f"/{_path(one)}" for one in strange)
        said = f"Unpermitted fields present in REQUEST_BODY: [{fields}]"
        return LinkedInError(HTTPStatus.FORBIDDEN, said, "ACCESS_DENIED", UNPERMITTED)
    inputs = [
        {
            "description": one["msg"],
            "input": {"inputPath": {"fieldPath": _path(one)}},
            "code": _CODES.get(one["type"], "INVALID_VALUE_FOR_FIELD"),
        }
        for one in errors
    ]
    said = "; ".join(f"/{_path(one)} :: {one['msg']}" for one in errors)
    more = {
        "errorDetailType": "com.linkedin.common.error.BadRequest",
        "errorDetails": {"inputErrors": inputs},
    }
    return LinkedInError(HTTPStatus.BAD_REQUEST, said, more=more)


_CODES = {
    "missing": "MISSING_REQUIRED_FIELD",
    "string_too_long": "FIELD_LENGTH_TOO_LONG",
    "string_too_short": "FIELD_LENGTH_TOO_SHORT",
}


def _path(error: Any) -> str:
    return "/".join(str(part) for part in error["loc"])


def refuse(fault: Fault) -> Response:
    """How this platform says a fault that accepts nothing."""
    if fault.kind == "throttle":
        said = (
            "Resource level throttle APPLICATION DAY limit for calls to this resource is reached."
        )
        error = LinkedInError(HTTPStatus.TOO_MANY_REQUESTS, said, "TOO_MANY_REQUESTS", THROTTLED)
        seconds = 1.0 if fault.seconds is None else fault.seconds
        return error.response({"retry-after": str(math.ceil(seconds))})
    if fault.body is not None:
        return plain_answer(fault, HTTPStatus.INTERNAL_SERVER_ERROR, "")
    status = HTTPStatus(fault.status or HTTPStatus.INTERNAL_SERVER_ERROR)
    return LinkedInError(status, status.phrase).response()
