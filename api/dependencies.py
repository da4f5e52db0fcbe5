"""What endpoints are given: the process's services, and who is asking."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.errors import Problem
from api.gateway import Gateway
from api.intake import Intake
from api.keys import KeySets
from api.live import Hub
from api.tokens import InvalidToken, read_access_token
from api.webchat.pace import Paces
from bootstrap import Services
from domain.conversation import Actor
from domain.value import Value


@dataclass
class Api:
    """Everything an endpoint works with."""

    services: Services
    gateway: Gateway
    intake: Intake
    hub: Hub
    keys: KeySets
    counts: Counter[str] = field(default_factory=Counter)
    paces: Paces = field(default_factory=Paces)
    """How fast visitors of the web chat may write."""
    arrivals: int = 0
    """Bodies that connections brought and that waited at this process's last look."""

    @classmethod
    def over(cls, services: Services) -> "Api":
        timeout = timedelta(seconds=services.settings.temporal_rpc_seconds)
        gateway = Gateway(services.temporal, services.conversations, timeout)
        return cls(
            services=services,
            gateway=gateway,
            intake=Intake(gateway, services.spool, services.channels, services.pieces),
            hub=Hub(services.database, services.conversations),
            keys=KeySets(services.http),
        )


class Caller(Value):
    """Who is asking, as the access token says."""

    user_id: UUID
    tenant_id: UUID
    role: str

    @property
    def actor(self) -> Actor:
        return Actor(kind="agent", id=self.user_id)


def api(request: Request) -> Api:
    found: Api = request.app.state.api
    return found


_bearer = HTTPBearer(auto_error=False, description="The access token of `POST /api/v1/auth/login`.")


def caller(
    use: Annotated[Api, Depends(api)],
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    if given is None:
        raise Problem(HTTPStatus.UNAUTHORIZED, "unauthenticated", "Sign in first.")
    return caller_of(use, given.credentials)


def caller_of(use: Api, token: str) -> Caller:
    try:
        return Caller.model_validate(read_access_token(use.services.settings, token))
    except InvalidToken as error:
        raise Problem(HTTPStatus.UNAUTHORIZED, "unauthenticated", str(error)) from error


def administrator(by: Annotated[Caller, Depends(caller)]) -> Caller:
    if by.role not in {"owner", "administrator"}:
        raise Problem(HTTPStatus.FORBIDDEN, "forbidden", "Only an administrator may do this.")
    return by


UseApi = Annotated[Api, Depends(api)]
By = Annotated[Caller, Depends(caller)]
ByAdministrator = Annotated[Caller, Depends(administrator)]
