"""The Web API's refusals: `ok` is false, as a rule with HTTP 200.

https://docs.slack.dev/apis/web-api/#evaluating_responses, https://docs.slack.dev/apis/web-api/rate-limits
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse, Response
from typing_extensions import override

from simulator.faults import plain_answer
from simulator.platform import Refusal
from simulator.schemas import Fault


class SlackError(Refusal):
    """A refusal by its code. `problems` are what Slack adds for the developer."""

    def __init__(
        self,
        code: str,
        problems: Sequence[str] = (),
        *,
        status: int = HTTPStatus.OK,
        **more: str,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.problems = tuple(problems)
        self.status = status
        self.more = more

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error": self.code, **self.more}
        if self.problems:
            body["response_metadata"] = {"messages": [f"[ERROR] {one}" for one in self.problems]}
        return body

    @override
    def response(self, headers: dict[str, str] | None = None) -> Response:
        return JSONResponse(self.body(), status_code=self.status, headers=headers)


class InvalidBlocks(SlackError):
    """Blocks that break a rule; the problems stand in the answer twice."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("invalid_blocks", problems)

    @override
    def body(self) -> dict[str, Any]:
        return {**super().body(), "errors": list(self.problems)}


def missing(*names: str) -> SlackError:
    return SlackError("invalid_arguments", [f"missing required field: {name}" for name in names])


def refuse(fault: Fault) -> Response:
    """How this platform says a fault that accepts nothing.

    `internal_error` may come after the deed; what was surely not done is `service_unavailable`.
    """
    if fault.kind == "throttle":
        seconds = 1.0 if fault.seconds is None else fault.seconds
        error = SlackError("ratelimited", status=fault.status or HTTPStatus.TOO_MANY_REQUESTS)
        return error.response({"retry-after": str(-int(-seconds // 1))})
    if fault.body is not None:
        return plain_answer(fault, HTTPStatus.INTERNAL_SERVER_ERROR, "")
    status = fault.status or HTTPStatus.SERVICE_UNAVAILABLE
    unavailable = status == HTTPStatus.SERVICE_UNAVAILABLE
    code = "service_unavailable" if unavailable else "internal_error"
    return SlackError(code, status=status).response()
