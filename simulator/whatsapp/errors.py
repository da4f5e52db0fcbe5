"""The Cloud API's errors: https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import ClassVar

from starlette.responses import Response

from simulator.faults import plain_answer
from simulator.graph import errors
from simulator.schemas import Fault

TITLES: errors.Titles = {
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
class GraphError(errors.GraphError):
    """A refusal of the Cloud API."""

    titles: ClassVar[errors.Titles] = TITLES
    data: ClassVar[dict[str, str] | None] = {"messaging_product": "whatsapp"}


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
