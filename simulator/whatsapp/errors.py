"""The Graph API's errors, in its own shape.

Shape: https://developers.facebook.com/docs/graph-api/guides/error-handling
Codes: https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes
"""

import base64
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from starlette.responses import JSONResponse, Response
from typing_extensions import override

from simulator.faults import plain_answer
from simulator.platform import Refusal
from simulator.schemas import Fault

TITLES: dict[int, tuple[HTTPStatus, str]] = {
    100: (HTTPStatus.BAD_REQUEST, "Invalid parameter"),
    130429: (HTTPStatus.BAD_REQUEST, "Rate limit hit"),
    131000: (HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong"),
    131008: (HTTPStatus.BAD_REQUEST, "Required parameter is missing"),
    131009: (HTTPStatus.BAD_REQUEST, "Parameter value is not valid"),
    131021: (HTTPStatus.BAD_REQUEST, "Recipient cannot be sender"),
    131026: (HTTPStatus.BAD_REQUEST, "Message undeliverable"),
    131047: (HTTPStatus.BAD_REQUEST, "Re-engagement message"),
    131051: (HTTPStatus.BAD_REQUEST, "Unsupported message type"),
    131053: (HTTPStatus.BAD_REQUEST, "Media upload error"),
    132000: (
        HTTPStatus.BAD_REQUEST,
        "Number of parameters does not match the expected number of params",
    ),
    132001: (HTTPStatus.NOT_FOUND, "Template name does not exist in the translation"),
    132005: (HTTPStatus.BAD_REQUEST, "Translated text too long"),
    132012: (
        HTTPStatus.BAD_REQUEST,
        "Parameter format does not match format in the created template",
    ),
}


@dataclass
class GraphError(Refusal):
    """A refusal. `details` is what an operator reads."""

    code: int
    details: str = ""
    status: int | None = None
    message: str | None = None
    subcode: int | None = None
    kind: str = "OAuthException"

    def body(self) -> dict[str, Any]:
        title = TITLES.get(self.code, (HTTPStatus.BAD_REQUEST, "Error"))[1]
        error: dict[str, Any] = {
            "message": self.message or f"(#{self.code}) {title}",
            "type": self.kind,
            "code": self.code,
        }
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.details:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        error["fbtrace_id"] = "A" + base64.urlsafe_b64encode(secrets.token_bytes(16)).decode()[:22]
        return {"error": error}

    @override
    def response(self, headers: dict[str, str] | None = None) -> Response:
        default = TITLES.get(self.code, (HTTPStatus.BAD_REQUEST, ""))[0]
        return JSONResponse(self.body(), status_code=self.status or default, headers=headers)


def bad_token(message: str) -> GraphError:
    return GraphError(
        190, status=HTTPStatus.UNAUTHORIZED, message=f"Invalid OAuth access token - {message}"
    )


def unknown_object(method: str, object_id: str) -> GraphError:
    return GraphError(
        100,
        status=HTTPStatus.BAD_REQUEST,
        subcode=33,
        kind="GraphMethodException",
        message=(
            f"Unsupported {method.lower()} request. Object with ID '{object_id}' does not exist, cannot be "
            "loaded due to missing permissions, or does not support this operation. Please read the "
            "Graph API documentation at https://developers.facebook.com/docs/graph-api"
        ),
    )


def refuse(fault: Fault) -> Response:
    """How this platform says a fault that accepts nothing."""
    if fault.kind == "throttle":
        seconds = 1.0 if fault.seconds is None else fault.seconds
        error = GraphError(
            130429, "Cloud API message throughput has been reached.", status=fault.status
        )
        return error.response({"retry-after": str(-int(-seconds // 1))})
    if fault.body is not None:
        return plain_answer(fault, HTTPStatus.INTERNAL_SERVER_ERROR, "")
    return GraphError(131000, "Something went wrong.", status=fault.status).response()
