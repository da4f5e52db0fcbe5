"""Discord's refusals: https://docs.discord.com/developers/topics/opcodes-and-status-codes#json."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse, Response
from typing_extensions import override

from simulator.faults import plain_answer
from simulator.platform import Refusal
from simulator.schemas import Fault

Place = tuple[str | int, ...]


@dataclass
class DiscordError(Refusal):
    """A refusal."""

    status: int
    code: int
    message: str
    errors: dict[str, Any] | None = None

    @override
    def response(self, headers: dict[str, str] | None = None) -> Response:
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.errors is not None:
            body["errors"] = self.errors
        return JSONResponse(body, status_code=self.status, headers=headers)


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field."""

    place: Place
    code: str
    said: str


def invalid_form(*problems: Problem) -> DiscordError:
    """A tree of the fields, in which each problem hangs at its place."""
    tree: dict[str, Any] = {}
    for problem in problems:
        node = tree
        for part in problem.place:
            node = node.setdefault(str(part), {})
        node.setdefault("_errors", []).append({"code": problem.code, "message": problem.said})
    return DiscordError(HTTPStatus.BAD_REQUEST, 50035, "Invalid Form Body", tree)


def refuse(fault: Fault) -> Response:
    """How this platform says a fault that accepts nothing."""
    if fault.kind == "throttle":
        seconds = 1.0 if fault.seconds is None else fault.seconds
        headers = {
            "retry-after": str(-int(-seconds // 1)),
            "x-ratelimit-limit": "5",
            "x-ratelimit-remaining": "0",
            "x-ratelimit-reset-after": f"{seconds:.3f}",
            "x-ratelimit-bucket": "80c17d2f203122d936070c88c8d10f33",
            "x-ratelimit-scope": "user",
        }
        body = {
            "message": "You are being rate limited.",
            "retry_after": seconds,
            "global": False,
        }
        return JSONResponse(body, status_code=HTTPStatus.TOO_MANY_REQUESTS, headers=headers)
    if fault.body is not None:
        return plain_answer(fault, HTTPStatus.INTERNAL_SERVER_ERROR, "")
    status = HTTPStatus(fault.status or HTTPStatus.INTERNAL_SERVER_ERROR)
    return DiscordError(status, 0, f"{status.value}: {status.phrase}").response()
