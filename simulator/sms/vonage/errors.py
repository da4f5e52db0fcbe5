"""The problem documents of the Messages API: https://developer.vonage.com/en/api-errors/messages."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse, Response
from typing_extensions import override

from simulator.platform import Refusal
from simulator.sms.requests import Problem
from simulator.sms.sending import new_uuid, refusing

DOCS = "https://developer.vonage.com/api-errors"


@dataclass
class VonageProblem(Refusal):
    """A refusal."""

    status: int
    type: str
    title: str
    detail: str
    problems: tuple[Problem, ...] = ()

    @override
    def response(self, headers: dict[str, str] | None = None) -> Response:
        body: dict[str, Any] = {
            "type": f"{DOCS}{self.type}",
            "title": self.title,
            "detail": self.detail,
            "instance": new_uuid(),
        }
        if self.problems:
            body["invalid_parameters"] = [
                {"name": problem.path, "reason": problem.said} for problem in self.problems
            ]
        return JSONResponse(
            body,
            status_code=self.status,
            headers=headers,
            media_type="application/problem+json",
        )


def unauthorized() -> VonageProblem:
    return VonageProblem(
        HTTPStatus.UNAUTHORIZED,
        "#unauthorized",
        "Unauthorized",
        "You did not provide correct credentials.",
    )


def invalid(*problems: Problem) -> VonageProblem:
    return VonageProblem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "/messages#1150",
        "Invalid params",
        "The value of one or more parameters is invalid.",
        problems,
    )


def bad_sender() -> VonageProblem:
    return VonageProblem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "/messages#1120",
        "Invalid sender",
        "The `from` parameter is invalid for the given channel.",
    )


def _throttled(seconds: int) -> Response:
    problem = VonageProblem(
        HTTPStatus.TOO_MANY_REQUESTS,
        "/messages#1010",
        "Rate Limit Hit",
        "Please wait, then retry your request",
    )
    return problem.response({"retry-after": str(seconds)})


def _broken(status: int) -> Response:
    said = "There was an error processing your request in the Platform."
    return VonageProblem(status, "/messages#1000", "Internal Error", said).response()


refuse = refusing(_throttled, _broken)
