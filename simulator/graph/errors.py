"""The Graph API's errors, in its own shape: https://developers.facebook.com/docs/graph-api/guides/error-handling."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, ClassVar

from starlette.responses import JSONResponse, Response
from typing_extensions import override

from simulator.platform import Refusal

Titles = Mapping[int, tuple[HTTPStatus, str]]


@dataclass
class GraphError(Refusal):
    """A refusal. `details` is what an operator reads, where the product tells any."""

    code: int
    details: str = ""
    status: int | None = None
    message: str | None = None
    subcode: int | None = None
    kind: str = "OAuthException"
    transient: bool = False

    titles: ClassVar[Titles] = {100: (HTTPStatus.BAD_REQUEST, "Invalid parameter")}
    """The status and words of a code, where the refusal has none of its own."""
    data: ClassVar[dict[str, str] | None] = None
    """What stands beside the details; None: the product has no details."""

    def body(self) -> dict[str, Any]:
        title = self.titles.get(self.code, (HTTPStatus.BAD_REQUEST, "Error"))[1]
        error: dict[str, Any] = {
            "message": self.message or f"(#{self.code}) {title}",
            "type": self.kind,
            "code": self.code,
        }
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.transient:
            error["is_transient"] = True
        if self.details and self.data is not None:
            error["error_data"] = {**self.data, "details": self.details}
        error["fbtrace_id"] = "A" + base64.urlsafe_b64encode(secrets.token_bytes(16)).decode()[:22]
        return {"error": error}

    @override
    def response(self, headers: dict[str, str] | None = None) -> Response:
        default = self.titles.get(self.code, (HTTPStatus.BAD_REQUEST, ""))[0]
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
