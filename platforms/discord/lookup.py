"""Whether Discord has a message of ours: read from the channel, and told by its nonce.

https://docs.discord.com/developers/resources/message#get-channel-messages. A nonce is not kept for ever: a message of
our bot without one may be the message that is sought, or another. Nor may silence be trusted: a bot that may not read
a channel's history is told of no message at all, without an error.
"""

from collections.abc import AsyncIterator
from datetime import datetime

import httpx

from domain.errors import OutcomeUnknown
from domain.receipts import Receipt, ReceiptStatus
from platforms.asking import about_the_account
from platforms.base import OutboundMessage
from platforms.discord.account import DiscordAccount
from platforms.discord.calls import messages_path, request_of
from platforms.discord.direct import DirectChannels
from platforms.discord.errors import read_answer, read_list
from platforms.discord.nonce import nonce_of
from platforms.discord.people import USER, made_at
from platforms.http import answered_at, call
from platforms.lookups import Reach, begin_of, check_settled, looking
from platforms.reading import Json, as_object, as_text

REACH = Reach()
_WRITTEN = frozenset({0, 19})
"""Types of messages that a bot creates: plain ones and answers. Others come of commands and have no nonce."""


async def find_sent(
    client: httpx.AsyncClient,
    account: DiscordAccount,
    message: OutboundMessage,
    channels: DirectChannels,
    reach: Reach = REACH,
) -> Receipt | None:
    """See `platforms.abilities.LooksUp`. Beyond `reach` it gives up."""
    bot, read_at = await _bot(client, account)
    # From here on the token is known to be good: what is refused is refused to the bot's role.
    with looking():
        channel = message.thread or await channels.resolve(client, account, message.address)
    nonce, shown, unnamed = nonce_of(message.id), 0, 0
    async for one, is_later in _since(client, account, channel, begin_of(message), reach):
        shown += 1
        key = as_text(one.get("id"))
        if key is not None and as_text(one.get("nonce")) == nonce:
            return Receipt(status=ReceiptStatus.SENT, message_external_id=key, reference=message.id)
        unnamed += is_later and _may_be_ours(one, bot)
    if unnamed:
        raise OutcomeUnknown(f"{unnamed} messages of the bot have no nonce any more")
    if not shown and not message.address.startswith(USER):
        raise OutcomeUnknown("no message is shown: the bot may lack the permission to read history")
    check_settled(message, read_at)
    return None


async def _bot(client: httpx.AsyncClient, account: DiscordAccount) -> tuple[str | None, datetime]:
    """Who writes in our name, and when that was asked."""
    with about_the_account():
        answer = await call(client, request_of(account, "GET", "/users/@me"))
        told = read_answer(answer, account.secrets())
    return as_text(told.get("id")), answered_at(answer)


def _may_be_ours(message: Json, bot: str | None) -> bool:
    author = as_object(message.get("author"))
    wrote = as_text(author.get("id")) == bot if bot else author.get("bot") is True
    return wrote and message.get("nonce") is None and message.get("type", 0) in _WRITTEN


async def _since(
    client: httpx.AsyncClient,
    account: DiscordAccount,
    channel: str,
    begin: datetime | None,
    reach: Reach,
) -> AsyncIterator[tuple[Json, bool]]:
    """Every message that was written since, and one from before, by which we know that there is a history to see."""
    before = ""
    for _ in range(reach.pages):
        page = await _page(client, account, f"{messages_path(channel)}?limit={reach.of}{before}")
        for one in page:
            at = made_at(as_text(one.get("id")))
            is_later = begin is None or at is None or at >= begin
            yield one, is_later
            if not is_later:
                return
        if len(page) < reach.of:
            return
        before = f"&before={page[-1]['id']}"
    raise reach.exhausted()


async def _page(client: httpx.AsyncClient, account: DiscordAccount, path: str) -> list[Json]:
    """The newest first."""
    with looking():
        answer = await call(client, request_of(account, "GET", path))
        found = read_list(answer, account.secrets())
    numbered = [one for one in found if (as_text(one.get("id")) or "").isdecimal()]
    if len(numbered) < len(found):
        raise OutcomeUnknown("the list has messages without a number")
    return sorted(numbered, key=lambda one: int(one["id"]), reverse=True)
