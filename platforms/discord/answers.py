"""What Discord must be answered with within three seconds, for each thing it posts.

https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-response-object-interaction-callback-type
"""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from domain.errors import PayloadUnreadable
from platforms.base import WebhookRequest, WebhookResponse
from platforms.discord.account import DiscordAccount
from platforms.discord.inbound import is_frame, read_body
from platforms.discord.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, PING
from platforms.discord.reading import as_number
from platforms.discord.webhook_events import is_webhook_event
from platforms.reading import Json, as_object

PONG, MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, CHOICES = 1, 4, 5, 6, 8
EPHEMERAL = 1 << 6
"""Seen only by whoever ran the command."""

Answer = dict[str, Any]


def acknowledge(request: WebhookRequest, account: DiscordAccount) -> WebhookResponse | None:
    """The answer to an authentic POST; None where Discord expects none that we know of."""
    try:
        body = read_body(request)
    except PayloadUnreadable:
        return None
    if not isinstance(body, dict) or is_frame(body):
        return None
    if is_webhook_event(body):
        return WebhookResponse(status=HTTPStatus.NO_CONTENT)
    answer = answer_to(body, account)
    if answer is None:
        return None
    return WebhookResponse(body=json.dumps(answer), content_type="application/json")


def answer_to(interaction: Json, account: DiscordAccount) -> Answer | None:
    """The answer to one interaction, also to one that came through the Gateway and is answered by a call."""
    kind = as_number(interaction.get("type"))
    answer = _ANSWERS.get(kind if kind is not None else 0)
    return answer(interaction, account) if answer else None


def _pong(interaction: Json, account: DiscordAccount) -> Answer:
    return {"type": PONG}


def _no_choices(interaction: Json, account: DiscordAccount) -> Answer:
    """Nothing is suggested while somebody types."""
    return {"type": CHOICES, "data": {"choices": []}}


def _silently(interaction: Json, account: DiscordAccount) -> Answer:
    """The message with the button stays as it is; what is said next comes as a message."""
    return {"type": DEFERRED_UPDATE}


def _later(interaction: Json, account: DiscordAccount) -> Answer:
    """A command has no message that could stay as it is: it must get one, now or later."""
    if account.command_answer is None:
        return {"type": DEFERRED_MESSAGE, "data": {"flags": EPHEMERAL}}
    said = {
        "content": account.command_answer,
        "flags": EPHEMERAL,
        "allowed_mentions": {"parse": []},
    }
    return {"type": MESSAGE, "data": said}


def _submitted(interaction: Json, account: DiscordAccount) -> Answer:
    """A form that a button opened belongs to that button's message."""
    from_message = bool(as_object(interaction.get("message")))
    return (_silently if from_message else _later)(interaction, account)


_ANSWERS: dict[int, Callable[[Json, DiscordAccount], Answer]] = {
    PING: _pong,
    COMMAND: _later,
    COMPONENT: _silently,
    AUTOCOMPLETE: _no_choices,
    MODAL: _submitted,
}
