"""Signing in: a password for a pair of tokens, a refresh token for the next pair."""

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter
from pwdlib import PasswordHash
from pydantic import Field

from api.bodies import Body
from api.dependencies import By, UseApi
from api.errors import Problem, not_found
from api.tokens import access_token
from domain.value import Value
from storage.users import User

router = APIRouter(prefix="/api/v1", tags=["people"])
passwords = PasswordHash.recommended()
# Checked when the email is unknown, so that the answer takes as long as for a wrong password.
_DECOY = passwords.hash("no such person")


class Login(Body):
    """An email address and its password."""

    email: str = Field(examples=["ana@demo.pytake.local"], max_length=320)
    password: str = Field(max_length=1024)


class Refresh(Body):
    """A refresh token, to be used once."""

    refresh_token: str = Field(max_length=200)


class Person(Value):
    """Somebody who works for a tenant, as others see them."""

    id: UUID
    name: str
    email: str
    role: str
    available: bool
    capacity: int
    active: int


class Tokens(Value):
    """A pair of tokens. `expires_in` is the access token's life in seconds."""

    access_token: str
    refresh_token: str
    token_type: str = "bearer"  # noqa: S105  the scheme's name
    expires_in: int
    user: Person


class Availability(Body):
    """Whether new conversations may be given to me."""

    available: bool


@router.post("/auth/login")
async def login(body: Login, use: UseApi) -> Tokens:
    user = await use.services.users.find_by_email(body.email)
    hashed = user.password_hash if user else _DECOY
    right = await asyncio.to_thread(passwords.verify, body.password, hashed)
    if user is None or not right or user.disabled_at is not None:
        raise Problem(
            HTTPStatus.UNAUTHORIZED, "wrong_credentials", "The email or the password is wrong."
        )
    return await _tokens(use, user)


@router.post("/auth/refresh")
async def refresh(body: Refresh, use: UseApi) -> Tokens:
    user = await use.services.users.spend_session(body.refresh_token)
    if user is None or user.disabled_at is not None:
        raise Problem(
            HTTPStatus.UNAUTHORIZED, "session_over", "This session is over. Sign in again."
        )
    return await _tokens(use, user)


@router.get("/me")
async def me(use: UseApi, by: By) -> Person:
    user = await use.services.users.get(by.tenant_id, by.user_id)
    if user is None:
        raise not_found("person")
    return Person.model_validate(user)


@router.put("/me/availability")
async def set_availability(body: Availability, use: UseApi, by: By) -> Person:
    """Come and go. Who comes gets what waits, up to their capacity, at once."""
    await use.services.users.set_available(by.tenant_id, by.user_id, available=body.available)
    if body.available and (waiting := await use.services.actions.next_waiting(by.tenant_id)):
        await use.gateway.agent_became_available(waiting)
    return await me(use, by)


@router.get("/people")
async def people(use: UseApi, by: By) -> list[Person]:
    return [
        Person.model_validate(user) for user in await use.services.users.of_tenant(by.tenant_id)
    ]


async def _tokens(use: UseApi, user: User) -> Tokens:
    settings = use.services.settings
    token = secrets.token_urlsafe(32)
    now = datetime.now(UTC)  # noqa: TID251  edge: reads the clock
    expires = now + timedelta(days=settings.refresh_token_days)
    await use.services.users.open_session(user, token, expires)
    return Tokens(
        access_token=access_token(settings, user),
        refresh_token=token,
        expires_in=settings.access_token_minutes * 60,
        user=Person.model_validate(user),
    )
