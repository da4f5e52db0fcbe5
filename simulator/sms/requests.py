"""What the five APIs read of a request: credentials, forms, JSON that fits a model."""

import base64
import binascii
import hmac
import json
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request
from pydantic import BaseModel, ConfigDict, ValidationError

from simulator.sms.accounts import SmsAccount
from simulator.sms.numbers import same_sender
from simulator.state import Simulation

Known = TypeVar("Known", bound=SmsAccount)
Model = TypeVar("Model", bound=BaseModel)


class Body(BaseModel):
    """A part of a JSON body. None of the five documents that it refuses fields which it does not know."""

    model_config = ConfigDict(strict=True, frozen=True)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with a body."""

    path: str
    said: str
    missing: bool = False


class Unfit(Exception):
    """The body is not what the API documents."""

    def __init__(self, *problems: Problem) -> None:
        self.problems = problems
        super().__init__(problems[0].said)


def authorization(request: Request, scheme: str) -> str:
    """What follows the scheme in the header; empty without it."""
    given, _, value = request.headers.get("authorization", "").partition(" ")
    return value.strip() if given.lower() == scheme.lower() else ""


def basic_pair(request: Request) -> tuple[str, str]:
    """User and password (RFC 7617); empty ones where there are none."""
    try:
        pair = base64.b64decode(authorization(request, "basic"), validate=True).decode()
    except (binascii.Error, ValueError):
        return "", ""
    user, _, password = pair.partition(":")
    return user, password


def same(given: str, wanted: str) -> bool:
    """Nothing equals nothing."""
    return bool(wanted) and hmac.compare_digest(given.encode(), wanted.encode())


def own_sender(accounts: dict[str, Known], sender: str) -> tuple[str, Known] | None:
    """Which of the accounts that the credentials open has that sender."""
    return next((one for one in accounts.items() if same_sender(one[0], sender)), None)


def accounts_of(simulation: Simulation, kind: type[Known]) -> dict[str, Known]:
    return simulation.accounts.of("sms", kind)


async def read_form(request: Request) -> dict[str, list[str]]:
    """Every parameter with its values; nothing of a body that is no form."""
    if "form" not in request.headers.get("content-type", ""):
        return {}
    body = (await request.body()).decode("utf-8", "replace")
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(body, keep_blank_values=True):
        found.setdefault(name, []).append(value)
    return found


async def read_json(request: Request) -> dict[str, Any] | None:
    """A JSON object; None for anything else."""
    try:
        value = json.loads(await request.body())
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def fitting(model: type[Model], value: Any) -> Model:
    """Raises `Unfit`."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)
        problems = [
            Problem(_path(one["loc"]), one["msg"], missing=one["type"] == "missing")
            for one in found
        ]
        raise Unfit(*problems) from None


def _path(parts: tuple[int | str, ...]) -> str:
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return text.removeprefix(".")


def is_web_address(value: str) -> bool:
    try:
        split = urlsplit(value)
    except ValueError:
        return False
    return split.scheme in {"http", "https"} and bool(split.netloc)
