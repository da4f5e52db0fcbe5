"""The calls that send: a comment or a message is one, a file of ours two more before it."""

from urllib.parse import unquote

import httpx

from domain.errors import ChannelUnauthorized
from domain.receipts import Receipt, ReceiptStatus
from platforms.base import LoadMedia, OutboundMessage
from platforms.linkedin.account import LinkedInAccount
from platforms.linkedin.calls import ask
from platforms.linkedin.errors import check, unreadable
from platforms.linkedin.files import pending, upload, uploaded
from platforms.linkedin.outbound import is_public, place_of, render
from platforms.linkedin.urns import COMMENT, Comment, comment, spelled
from platforms.reading import Json, as_text

_ID_HEADERS = ("x-restli-id", "x-linkedin-id")


async def send(
    client: httpx.AsyncClient,
    account: LinkedInAccount,
    message: OutboundMessage,
    load_media: LoadMedia,
) -> Receipt:
    """Send once. Raises a `DeliveryError`; `ChannelUnauthorized` for a direct message of who is no partner."""
    request = render(message, account)  # what would be refused is refused before any upload
    place = place_of(message)
    public = is_public(place)
    if not public and not account.partner_access:
        raise ChannelUnauthorized("LinkedIn restricts messaging to approved partners")
    media = pending(message.content, in_public=public)
    if media is not None:
        name = await upload(client, account, media, load_media, in_public=public)
        content = uploaded(message.content, name)
        request = render(message.model_copy(update={"content": content}), account)
    answer = await ask(client, account, request)
    body = check(answer, account.secrets())
    key = _comment_id(place or "", body, answer) if public else _message_id(body, answer)
    if key is None:
        raise unreadable(answer)
    return Receipt(status=ReceiptStatus.SENT, message_external_id=key, reference=message.id)


def _message_id(body: Json, answer: httpx.Response) -> str | None:
    """A created thing is named in a header, encoded as in a path."""
    named = (as_text(unquote(answer.headers.get(name, ""))) for name in _ID_HEADERS)
    return next((key for key in named if key), None) or as_text(body.get("id"))


def _comment_id(place: str, body: Json, answer: httpx.Response) -> str | None:
    """The comment's whole name, as webhooks use it: a number alone counts under its post."""
    whole = as_text(body.get("commentUrn")) or as_text(body.get("$URN"))
    if whole and whole.startswith(COMMENT):
        return spelled(whole)
    key = _message_id(body, answer)
    if key is None or key.startswith(COMMENT):
        return spelled(key)
    under = comment(place)
    post = as_text(body.get("object")) or (under.post if under else place)
    return Comment(post, key).urn
