"""Sinch's refusals: https://developers.sinch.com/docs/sms/api-reference/status-codes."""

from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import JSONResponse, Response
from typing_extensions import override

from simulator.platform import Refusal
from simulator.sms.sending import refusing


@dataclass
class SinchError(Refusal):
    """A refusal."""

    status: int
    code: str
    text: str

    @override
    def response(self, headers: dict[str, str] | None = None) -> Response:
        body = {"code": self.code, "text": self.text}
        return JSONResponse(body, status_code=self.status, headers=headers)


def bad_request(code: str, text: str) -> SinchError:
    return SinchError(HTTPStatus.BAD_REQUEST, code, text)


def _throttled(seconds: int) -> Response:
    error = SinchError(HTTPStatus.TOO_MANY_REQUESTS, "too_many_requests", "Too many requests")
    return error.response({"retry-after": str(seconds)})


def _broken(status: int) -> Response:
    return SinchError(status, "internal_error", "Internal server error").response()


refuse = refusing(_throttled, _broken)
