"""What the API reads of a request: whose token it has, its version, a JSON object.

https://learn.microsoft.com/en-us/linkedin/marketing/versioning
"""

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

from simulator import clock
from simulator.linkedin.account import LinkedInAccount
from simulator.linkedin.errors import LinkedInError, bad, denied, unfit
from simulator.linkedin.world import KEY, LinkedInWorld
from simulator.state import Simulation

Model = TypeVar("Model", bound=BaseModel)
Allowed = Mapping[str, LinkedInAccount]
"""The Pages and members for whom a token is good."""

_VERSION = re.compile(r"^20\d\d(0[1-9]|1[0-2])$")
PERSON = re.compile(r"^urn:li:person:[A-Za-z0-9_-]{1,64}$")


class Body(BaseModel):
    """An object in a body."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", alias_generator=to_camel)


def allowed(simulation: Simulation, request: Request) -> Allowed:
    """Raises `LinkedInError`."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme != "Bearer" or not token:
        raise LinkedInError(HTTPStatus.UNAUTHORIZED, "Empty oauth2 access token", number=65604)
    found = whose(simulation, token)
    if not found:
        said, code = "Invalid access token", "INVALID_ACCESS_TOKEN"
        raise LinkedInError(HTTPStatus.UNAUTHORIZED, said, code, 65600)
    if any(account.revoked for account in found.values()):
        said, code = "The token has been revoked by the user", "REVOKED_ACCESS_TOKEN"
        raise LinkedInError(HTTPStatus.UNAUTHORIZED, said, code, 65601)
    until = ends_at(simulation, token, found)
    if until is not None and until <= clock.unix():
        said, code = "The token used in the request has expired", "EXPIRED_ACCESS_TOKEN"
        raise LinkedInError(HTTPStatus.UNAUTHORIZED, said, code, 65602)
    return found


def whose(simulation: Simulation, token: str) -> Allowed:
    """For whom a token was given, whether or not it is still good."""
    issued = simulation.part(LinkedInWorld).tokens.get(token)
    return {
        urn: account
        for urn, account in simulation.accounts.of(KEY, LinkedInAccount).items()
        if token == account.access_token
        or (issued and issued.refresh_token == account.refresh_token)
    }


def ends_at(simulation: Simulation, token: str, accounts: Allowed) -> float | None:
    """In Unix seconds; None: it does not."""
    issued = simulation.part(LinkedInWorld).tokens.get(token)
    if issued is not None:
        return issued.until
    ends = [one.token_expires_at for one in accounts.values() if one.token_expires_at is not None]
    return min(end.timestamp() for end in ends) if ends else None


def acting(accounts: Allowed, urn: str, what: str) -> LinkedInAccount:
    """Who does it, if the token may. Raises `LinkedInError`."""
    account = accounts.get(urn)
    if account is None:
        raise denied(what)
    return account


def check_version(request: Request, accounts: Allowed) -> None:
    """Below `/rest`, each call says its month, and that it speaks Rest.li 2.0. Raises `LinkedInError`."""
    version = request.headers.get("linkedin-version", "")
    if not version:
        said = "A version must be present. Please specify a version by the LinkedIn-Version header."
        raise LinkedInError(HTTPStatus.BAD_REQUEST, said, "VERSION_MISSING")
    oldest = min(account.oldest_version for account in accounts.values())
    if not _VERSION.match(version) or version < oldest:
        said = f"Requested version {version} is not active"
        raise LinkedInError(HTTPStatus.UPGRADE_REQUIRED, said, "NONEXISTENT_VERSION")
    check_protocol(request)


def check_protocol(request: Request) -> None:
    """URNs in paths are encoded, in Rest.li 2.0. Raises `LinkedInError`."""
    if request.headers.get("x-restli-protocol-version") != "2.0.0":
        raise bad("Syntax exception in path variables: X-Restli-Protocol-Version must be 2.0.0")


async def read(request: Request, model: type[Model]) -> Model:
    """Raises `LinkedInError`."""
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise bad("Bad request: Cannot parse request entity")
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise unfit(error.errors(include_url=False)) from None


def address_of(written: str) -> str:
    """A customer's URN. Raises `ValueError`."""
    urn = written if written.startswith("urn:") else f"urn:li:person:{written}"
    if not PERSON.match(urn):
        raise ValueError("a LinkedIn customer is a member, urn:li:person:…")
    return urn


def listing(items: list[dict[str, Any]], request: Request, most: int) -> dict[str, Any]:
    """A page, and whether there is another. Raises `LinkedInError`.

    https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/pagination
    """
    start, count = number(request, "start", 0), number(request, "count", 10)
    if not 1 <= count <= most:
        raise bad(f"Invalid query parameter: count must be between 1 and {most}")
    after = start + count
    following = {"type": "application/json", "rel": "next", "href": f"{request.url.path}?{after}"}
    links = [following] if after < len(items) else []
    paging = {"start": start, "count": count, "links": links}
    return {"paging": paging, "elements": items[start:after]}


def number(request: Request, name: str, default: int) -> int:
    """A query parameter that counts. Raises `LinkedInError`."""
    given = request.query_params.get(name, str(default))
    if not (given.isascii() and given.isdecimal() and len(given) <= 15):
        raise bad(f"Invalid query parameter: {name}={given}")
    return int(given)
