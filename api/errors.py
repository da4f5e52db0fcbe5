"""The one translation of errors into HTTP: RFC 9457 problem details, in the reader's language."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from domain import errors
from storage.database import Unstorable


class Unprocessable(errors.DomainError):
    """A request that is well formed and cannot be carried out as it stands."""

    code = "unprocessable"


STATUS: dict[type[errors.DomainError], HTTPStatus] = {
    errors.SignatureInvalid: HTTPStatus.UNAUTHORIZED,
    errors.PayloadUnreadable: HTTPStatus.BAD_REQUEST,
    errors.ConversationError: HTTPStatus.CONFLICT,
    errors.WindowClosed: HTTPStatus.CONFLICT,
    errors.OptedOut: HTTPStatus.CONFLICT,
    errors.MediaTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.ContentRejected: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.ChannelUnauthorized: HTTPStatus.CONFLICT,
    errors.ContactUnreachable: HTTPStatus.CONFLICT,
    Unprocessable: HTTPStatus.UNPROCESSABLE_ENTITY,
    Unstorable: HTTPStatus.UNPROCESSABLE_ENTITY,
}
"""Whatever else may be tried again is 503, so a store or a platform that is away needs no line here."""


class Problem(Exception):
    """An answer that is not a success."""

    def __init__(self, status: HTTPStatus, code: str, detail: str, **extra: Any) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.extra = extra


def not_found(what: str) -> Problem:
    return Problem(HTTPStatus.NOT_FOUND, "not_found", f"There is no such {what}.")


def status_of(error: errors.DomainError) -> HTTPStatus:
    """503 where trying again may help, else the status of the nearest class that has one."""
    if error.retryable:
        return HTTPStatus.SERVICE_UNAVAILABLE
    for kind in type(error).__mro__:
        if kind in STATUS:
            return STATUS[kind]
    return HTTPStatus.INTERNAL_SERVER_ERROR


def language_of(request: Request) -> str:
    """`pt` when the reader prefers it, else `en`."""
    for part in request.headers.get("accept-language", "").lower().split(","):
        primary = part.split(";")[0].strip()[:2]
        if primary in {"pt", "en"}:
            return primary
    return "en"


def respond(
    request: Request, status: HTTPStatus, code: str, title: str, **extra: Any
) -> JSONResponse:
    body = {
        "type": f"urn:pytake:problem:{code}",
        "title": title,
        "status": status.value,
        "code": code,
        "instance": request.url.path,
        **{name: value for name, value in extra.items() if value not in (None, "")},
    }
    headers = {"retry-after": "5"} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return JSONResponse(
        body, status_code=status.value, media_type="application/problem+json", headers=headers
    )


async def _problem(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)  # noqa: S101  registered for that class
    return respond(request, error.status, error.code, error.detail, **error.extra)


async def _domain_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, errors.DomainError)  # noqa: S101  registered for that class
    words = error.words[language_of(request)]
    return respond(request, status_of(error), error.code, words, detail=error.detail)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101  registered for that class
    problems = [
        {"path": ".".join(str(part) for part in problem["loc"]), "message": problem["msg"]}
        for problem in error.errors()
    ]
    return respond(
        request,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid_request",
        "The request does not fit what this endpoint takes.",
        errors=problems,
    )


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101  registered for that class
    status = HTTPStatus(error.status_code)
    return respond(request, status, status.name.lower(), str(error.detail))


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    """Starlette logs the traceback; the caller learns only that it was our fault."""
    return respond(
        request,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal_error",
        "Something went wrong on our side. It has been logged.",
    )


def install(app: FastAPI) -> None:
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(errors.DomainError, _domain_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)
