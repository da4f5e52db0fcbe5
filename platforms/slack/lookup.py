"""Whether Slack has a message of ours: read from its conversation, and told by the metadata that every message has.

https://docs.slack.dev/reference/methods/conversations.history
https://docs.slack.dev/reference/methods/conversations.replies
https://docs.slack.dev/messaging/message-metadata
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

import httpx

from domain.errors import OutcomeUnknown
from domain.receipts import Receipt
from platforms.base import OutboundMessage
from platforms.http import answered_at, call
from platforms.lookups import Reach, begin_of, check_settled, looking
from platforms.reading import Json, as_object, as_objects
from platforms.slack.account import SlackAccount
from platforms.slack.calls import ask
from platforms.slack.errors import read_answer
from platforms.slack.facts import METADATA_SCOPE
from platforms.slack.messages import reference_of, sent
from platforms.slack.outbound import thread_fields
from platforms.slack.people import place_of
from platforms.slack.reading import as_text
from platforms.slack.scopes import scopes_of
from platforms.slack.uploads import pending

_PERMISSIONS = frozenset(
    {
        "access_denied",
        "deprecated_endpoint",
        "ekm_access_denied",
        "method_deprecated",
        "missing_scope",
        "not_allowed_token_type",
        "unknown_method",
    }
)
"""Refusals of this question alone: a token without a permission sends as well as any."""


REACH = Reach(of=200)


class _Page(NamedTuple):
    messages: list[Json]
    following: str | None
    """The cursor of the next page; None: this is the last."""
    sees_metadata: bool
    read_at: datetime


async def find_sent(
    client: httpx.AsyncClient,
    account: SlackAccount,
    message: OutboundMessage,
    reach: Reach = REACH,
) -> Receipt | None:
    """See `platforms.abilities.LooksUp`. Beyond `reach` it gives up."""
    if pending(message.content) is not None:
        raise OutcomeUnknown("a file on Slack carries no reference of ours")
    channel, form = await _place(client, account, message)
    cursor, read_at = {"limit": str(reach.of)}, None
    for _ in range(reach.pages):
        page = await _page(client, account, {**form, **cursor})
        key = next(_ours(page.messages, message.id), None)
        if key is not None:
            return sent(f"{channel}:{key}", message.id)
        if not page.sees_metadata:
            raise OutcomeUnknown(f"the app lacks {METADATA_SCOPE}: what it wrote has no names")
        read_at = read_at or page.read_at  # the newest are on the first page
        if page.following is None:
            check_settled(message, read_at)
            return None
        cursor["cursor"] = page.following
    raise reach.exhausted()


def _ours(messages: list[Json], reference: str) -> Iterator[str]:
    """The `ts` of the message with that reference. Metadata of people's messages is no word of ours."""
    for one in messages:
        ts = as_text(one.get("ts"))
        if ts is not None and as_text(one.get("bot_id")) and reference_of(one) == reference:
            yield ts


async def _place(
    client: httpx.AsyncClient, account: SlackAccount, message: OutboundMessage
) -> tuple[str, dict[str, str]]:
    """The channel, and what to ask for: of a thread its answers, which the channel's own list leaves out."""
    channel = place_of(message.address).channel
    thread = thread_fields(message).get("thread_ts")
    if channel[:1] in {"U", "W"}:
        channel = await _private_chat(client, account, channel)
    begin = begin_of(message)
    form = {"channel": channel, "include_all_metadata": "true"}
    if begin is not None:
        form["oldest"] = f"{begin.timestamp():.6f}"
    return channel, form if thread is None else {**form, "ts": thread}


async def _private_chat(client: httpx.AsyncClient, account: SlackAccount, user: str) -> str:
    """https://docs.slack.dev/reference/methods/conversations.open: where a message to that person stands."""
    told, _ = await _ask(client, account, "conversations.open", {"users": user})
    channel = as_text(as_object(told.get("channel")).get("id"))
    if channel is None:
        raise OutcomeUnknown("the private chat has no name")
    return channel


async def _page(client: httpx.AsyncClient, account: SlackAccount, form: dict[str, str]) -> _Page:
    method = "conversations.replies" if "ts" in form else "conversations.history"
    told, response = await _ask(client, account, method, form)
    if not isinstance(told.get("messages"), list):
        raise OutcomeUnknown("the answer is no list of messages")
    following = as_text(as_object(told.get("response_metadata")).get("next_cursor"))
    if following is None and told.get("has_more") is True:
        raise OutcomeUnknown("there are more messages, and no way to them")
    scopes = scopes_of(response)
    return _Page(
        as_objects(told["messages"]),
        following,
        METADATA_SCOPE in (scopes or ()),
        answered_at(response),
    )


async def _ask(
    client: httpx.AsyncClient, account: SlackAccount, method: str, form: dict[str, str]
) -> tuple[Json, httpx.Response]:
    with looking(_PERMISSIONS):
        response = await call(client, ask(method, form, account))
        return read_answer(response, account.secrets()), response
