"""Beginning a session: a browser says which inbox it shows and who it is, and gets a token for the socket."""

import secrets
from http import HTTPStatus

from fastapi import APIRouter, Request
from pydantic import Field

from api.bodies import Body
from api.clock import now
from api.dependencies import UseApi
from api.webchat.visitors import check_origin, find_inbox
from domain.value import Value
from platforms.webchat import sessions
from platforms.webchat.facts import LIMITS, MAX_ATTACHMENTS, MAX_FILE_BYTES, MEDIA

router = APIRouter(tags=["web chat"])


class SessionBody(Body):
    """Who opens the chat. Without any token the visitor is new and anonymous."""

    inbox: str = Field(max_length=64)
    visitor_token: str | None = Field(default=None, min_length=32, max_length=128)
    """What an earlier session gave: the same browser is the same visitor."""
    identity_token: str | None = Field(default=None, max_length=4096)
    """A JWT by the site's own server: the visitor is a user it knows."""
    name: str | None = Field(default=None, max_length=100)
    """What an anonymous visitor calls themselves."""


class Limits(Value):
    """What a message of a visitor may carry. Sizes in bytes, text in characters."""

    text: int = LIMITS.text
    attachments: int = MAX_ATTACHMENTS
    file_bytes: int = MAX_FILE_BYTES
    file_types: list[str] = Field(
        default_factory=lambda: [kind for rule in MEDIA.values() for kind in rule.mime_types]
    )


class Session(Value):
    """A session. `expires_in` is the session token's life in seconds; keep `visitor_token` in the browser."""

    visitor_id: str
    visitor_token: str | None
    """None for an identified user: their site says each time who they are."""
    session_token: str
    expires_in: int
    socket_url: str
    last_event_id: int
    """The newest event of the visitor's conversation; 0: there is none yet."""
    limits: Limits


@router.post("/sessions", status_code=HTTPStatus.CREATED)
async def begin(body: SessionBody, request: Request, use: UseApi) -> Session:
    """Begin a session, or renew one. A wrong identity token is refused, never taken for an anonymous visitor."""
    inbox = await find_inbox(use, body.inbox)
    origin = request.headers.get("origin", "")
    check_origin(use, inbox, origin)
    account, moment = inbox.account, now()
    visitor_token: str | None = None
    if body.identity_token is not None:
        identity = sessions.identify(account, body.identity_token, moment)
        visitor, name = identity.visitor_id, identity.name
    else:
        visitor_token = body.visitor_token or secrets.token_urlsafe(32)
        visitor, name = sessions.visitor_id(account, visitor_token), body.name
    conversation = await use.services.conversations.find(
        inbox.channel.tenant_id, inbox.channel.id, visitor
    )
    base = use.services.settings.base_url.replace("http", "ws", 1)
    return Session(
        visitor_id=visitor,
        visitor_token=visitor_token,
        session_token=sessions.issue(account, visitor, origin, moment, name=name),
        expires_in=int(sessions.TTL.total_seconds()),
        socket_url=f"{base}/api/v1/webchat/ws",
        last_event_id=conversation.last_seq if conversation else 0,
        limits=Limits(),
    )
