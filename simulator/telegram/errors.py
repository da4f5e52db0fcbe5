"""The Bot API's refusals, in its own shape: https://core.telegram.org/bots/api#making-requests."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse, Response
from typing_extensions import override

from simulator.faults import plain_answer
from simulator.platform import Refusal
from simulator.schemas import Fault


@dataclass
class BotError(Refusal):
    """A refusal. The HTTP status and `error_code` are always equal."""

    code: int
    description: str
    parameters: dict[str, Any] | None = None

    @override
    def response(self, headers: dict[str, str] | None = None) -> Response:
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.parameters is not None:
            body["parameters"] = self.parameters
        return JSONResponse(body, status_code=self.code, headers=headers)


def bad_request(problem: str) -> BotError:
    return BotError(HTTPStatus.BAD_REQUEST, f"Bad Request: {problem}")


def refuse(fault: Fault) -> Response:
    """How this platform says a fault that accepts nothing."""
    if fault.kind == "throttle":
        seconds = -int(-(1.0 if fault.seconds is None else fault.seconds) // 1)
        error = BotError(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"Too Many Requests: retry after {seconds}",
            {"retry_after": seconds},
        )
        return error.response({"retry-after": str(seconds)})
    if fault.body is not None:
        return plain_answer(fault, HTTPStatus.INTERNAL_SERVER_ERROR, "")
    status = HTTPStatus(fault.status or HTTPStatus.INTERNAL_SERVER_ERROR)
    return BotError(status, status.phrase).response()
