"""Who a visitor's request speaks for, and whether their site may show the inbox."""

from http import HTTPStatus
from typing import Annotated, NamedTuple

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from activities.accounts import connect
from api.clock import now
from api.dependencies import Api, api
from api.errors import Problem, not_found
from domain.errors import SignatureInvalid
from platforms.webchat import sessions
from platforms.webchat.account import WebchatAccount, origin_allowed
from platforms.webchat.facts import CAPABILITIES
from storage.channels import Channel


class Inbox(NamedTuple):
    """One inbox: its channel, and what its account says."""

    channel: Channel
    account: WebchatAccount


class Visitor(NamedTuple):
    """A visitor whose session token was good."""

    inbox: Inbox
    id: str
    name: str | None
    origin: str

    @property
    def channel(self) -> Channel:
        return self.inbox.channel


async def find_inbox(use: Api, name: str) -> Inbox:
    """Raises `Problem` 404 for an inbox that does not exist or is switched off."""
    channel = await use.services.channels.find_by_account(CAPABILITIES.platform, name)
    if channel is None or channel.disabled:
        raise not_found("inbox")
    account = connect(channel).account
    assert isinstance(account, WebchatAccount)  # noqa: S101  the platform's own model
    return Inbox(channel, account)


def check_origin(use: Api, inbox: Inbox, origin: str) -> None:
    """Keep other sites out. A program that sends no origin is no page; a page of our own always may."""
    if origin in {"", use.services.settings.base_url} or origin_allowed(inbox.account, origin):
        return
    raise Problem(
        HTTPStatus.FORBIDDEN, "origin_refused", "This web site may not show this conversation."
    )


async def visitor_of(use: Api, token: str, origin: str) -> Visitor:
    """Whom a session token speaks for. Raises `SignatureInvalid`, or `Problem` 403 on another site."""
    name = sessions.inbox_of(token)
    if name is None:
        raise SignatureInvalid("this is no session token")
    inbox = await find_inbox(use, name)
    claims = sessions.read(inbox.account, token, now())
    check_origin(use, inbox, origin)
    if origin and claims.origin and origin != claims.origin:
        raise SignatureInvalid("the session token was given to another site")
    return Visitor(inbox, claims.visitor_id, claims.name, claims.origin)


_bearer = HTTPBearer(auto_error=False, description="The session token of a visitor.")


async def visitor(
    request: Request,
    use: Annotated[Api, Depends(api)],
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Visitor:
    if given is None:
        raise Problem(HTTPStatus.UNAUTHORIZED, "unauthenticated", "Begin a session first.")
    return await visitor_of(use, given.credentials, request.headers.get("origin", ""))


ByVisitor = Annotated[Visitor, Depends(visitor)]
