"""The calls that send: a token where we have none, then exactly one message."""

import logging
from collections.abc import Callable
from http import HTTPStatus

import httpx

from domain.errors import DeliveryError, OutcomeUnknown
from domain.receipts import Receipt, ReceiptStatus
from platforms.base import LoadMedia, OutboundMessage, OutboundRequest
from platforms.http import call
from platforms.oauth import AccessTokens
from platforms.reading import Json, as_text
from platforms.teams.account import TeamsAccount
from platforms.teams.errors import read_answer
from platforms.teams.outbound import render, render_typing
from platforms.teams.people import message_id
from platforms.teams.pictures import loaded, pending

logger = logging.getLogger(__name__)


async def send(
    client: httpx.AsyncClient,
    account: TeamsAccount,
    message: OutboundMessage,
    load_media: LoadMedia,
    tokens: AccessTokens,
) -> Receipt:
    """Send once. Raises a `DeliveryError`."""
    render(message, account)  # what would be refused is refused before anything is asked
    picture = pending(message.content)
    if picture is not None:
        content = await loaded(message.content, picture, load_media)
        message = message.model_copy(update={"content": content})
    answer = await ask(client, account, lambda token: render(message, account, token), tokens)
    key = message_id(message.address, as_text(answer.get("id")))
    if key is None:
        raise OutcomeUnknown("the answer names no message", vendor_code=str(httpx.codes.OK))
    return Receipt(status=ReceiptStatus.SENT, message_external_id=key, reference=message.id)


async def ask(
    client: httpx.AsyncClient,
    account: TeamsAccount,
    request: Callable[[str], OutboundRequest],
    tokens: AccessTokens,
) -> Json:
    """The answer to a call. A token that is refused has done nothing: the call is made once more with a fresh one."""
    token = await tokens.get(client, account.token_request)
    response = await call(client, request(token))
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        tokens.forget(account.token_request)
        token = await tokens.get(client, account.token_request)
        response = await call(client, request(token))
    return read_answer(response, [*account.secrets(), token])


async def show_activity(
    client: httpx.AsyncClient, account: TeamsAccount, address: str, tokens: AccessTokens
) -> None:
    """Show typing, until the next message. Best effort."""
    try:
        await ask(client, account, lambda token: render_typing(address, account, token), tokens)
    except DeliveryError as error:
        logger.info("activity not shown: %s (vendor code %s)", error.code, error.vendor_code)
