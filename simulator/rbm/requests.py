"""What the API reads of a request: the person in its path, the ids in its query, a JSON object.

https://developers.google.com/business-communications/rcs-business-messaging/reference/rest
"""

import json
import re
import uuid
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from simulator.contacts import Contact
from simulator.rbm.account import RbmAccount
from simulator.rbm.chips import E164
from simulator.rbm.errors import Violation, invalid, not_found, unfit
from simulator.rbm.tokens import KEY
from simulator.state import Simulation

Model = TypeVar("Model", bound=BaseModel)

_E164 = re.compile(E164)


def address_of(written: str) -> str:
    """A customer's number in digits, as the ledger has it. Raises `ValueError`."""
    digits = re.sub(r"[\s().+-]", "", written)
    if not _E164.match(f"+{digits}"):
        raise ValueError("who has RCS has a number: digits with the country code")
    return digits


def person(simulation: Simulation, agent: str, account: RbmAccount, phone: str) -> Contact:
    """Whom a call is about. Agents begin conversations: nobody must have written before. Raises `GoogleError`."""
    if not _E164.match(phone):
        said = "Phone number must be in E.164 format."
        raise invalid(Violation("parent", said))
    number = phone.removeprefix("+")
    if not account.reaches(number):
        raise not_found()
    known = simulation.contacts.get(KEY, agent, number)
    return known or simulation.contacts.heard(KEY, agent, number)


def uuid_of(request: Request, name: str) -> str:
    """An id of the caller's own. Raises `GoogleError`."""
    given = request.query_params.get(name, "")
    try:
        if str(uuid.UUID(given)) == given.lower():
            return given
    except ValueError:
        pass
    raise invalid(Violation(name, f"{name} must be a UUID."))


async def read(request: Request) -> dict[str, Any]:
    """Raises `GoogleError`."""
    try:
        body = json.loads(await request.body() or b"{}")
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise invalid(Violation("", "Invalid JSON payload received."))
    return body


def fitting(model: type[Model], body: dict[str, Any]) -> Model:
    """Raises `GoogleError`."""
    try:
        return model.model_validate(body)
    except ValidationError as error:
        raise unfit(error.errors(include_url=False)) from None
