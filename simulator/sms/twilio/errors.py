"""Twilio's refusals: https://www.twilio.com/docs/usage/twilios-response (exceptions), https://www.twilio.com/docs/api/errors."""

from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import JSONResponse, Response
from typing_extensions import override

from simulator.platform import Refusal
from simulator.sms.sending import refusing


@dataclass
class TwilioError(Refusal):
    """A refusal."""

    code: int
    message: str
    status: int = HTTPStatus.BAD_REQUEST

    @override
    def response(self, headers: dict[str, str] | None = None) -> Response:
        body = {
            "code": self.code,
            "message": self.message,
            "more_info": f"https://www.twilio.com/docs/errors/{self.code}",
            "status": int(self.status),
        }
        return JSONResponse(body, status_code=self.status, headers=headers)


def _throttled(seconds: int) -> Response:
    error = TwilioError(20429, "Too Many Requests", HTTPStatus.TOO_MANY_REQUESTS)
    return error.response({"retry-after": str(seconds)})


def _broken(status: int) -> Response:
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return TwilioError(20503, "Service unavailable", status).response()
    return TwilioError(20500, "Internal Server Error", status).response()


refuse = refusing(_throttled, _broken)
