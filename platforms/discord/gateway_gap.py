"""What was written while there was no session: asked of each channel whose last message is known.

https://docs.discord.com/developers/resources/message#get-channel-messages
Edits, deletions and reactions of that time cannot be asked for, nor channels in which nobody had written before.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from urllib.parse import quote

import httpx

from domain.errors import (
    ChannelUnauthorized,
    ContactUnreachable,
    ContentRejected,
    OutcomeUnknown,
    PlatformUnavailable,
    Throttled,
)
from platforms.discord.account import DiscordAccount
from platforms.discord.calls import request_of
from platforms.discord.errors import LATER, read_answer, read_list
from platforms.discord.gateway_pace import Pace
from platforms.discord.gateway_protocol import Op
from platforms.discord.reading import present
from platforms.http import call
from platforms.reading import Json, as_text

PAGE = 100
_NOT_OURS = (ContactUnreachable, ContentRejected)
"""The channel is gone, or the bot may not see it any more."""
_TOKEN_REFUSED = {str(HTTPStatus.UNAUTHORIZED.value), "50014"}


async def missed(
    client: httpx.AsyncClient, account: DiscordAccount, seen: Mapping[str, str], pace: Pace
) -> AsyncIterator[Json]:
    """Frames of what came after the last message seen of each channel. Raises a `DeliveryError`."""
    asking = _Asking(client, account, pace)
    for channel, last in seen.items():
        try:
            async for frame in _missed_in(asking, channel, last):
                yield frame
        except _NOT_OURS:
            continue
        except ChannelUnauthorized as error:
            if error.vendor_code in _TOKEN_REFUSED:
                raise
            # The bot's role may not read this channel's history: the others do not suffer for it.


async def _missed_in(asking: "_Asking", channel: str, last: str) -> AsyncIterator[Json]:
    """Oldest first. A message by itself does not say in which kind of channel it stands, so that is asked first."""
    about = await asking.channel(channel)
    newest = as_text(about.get("last_message_id")) or "0"
    place = present({"channel_type": about.get("type"), "guild_id": about.get("guild_id")})
    while newest.isdecimal() and int(newest) > int(last):
        page = await asking.messages(channel, last)
        for message in page:
            told = {**message, **place}
            yield {"op": int(Op.DISPATCH), "s": None, "t": "MESSAGE_CREATE", "d": told}
        if len(page) < PAGE:
            return
        last = str(page[-1]["id"])


class _Asking:
    """Calls that may be asked again."""

    def __init__(self, client: httpx.AsyncClient, account: DiscordAccount, pace: Pace) -> None:
        self._client = client
        self._account = account
        self._pace = pace

    async def channel(self, channel: str) -> Json:
        response = await self._get(f"/channels/{quote(channel, safe='')}")
        return read_answer(response, self._account.secrets())

    async def messages(self, channel: str, after: str) -> list[Json]:
        """The oldest of what came later; Discord lists the newest of them first."""
        path = f"/channels/{quote(channel, safe='')}/messages?after={after}&limit={PAGE}"
        found = read_list(await self._get(path), self._account.secrets())
        numbered = [one for one in found if (as_text(one.get("id")) or "").isdecimal()]
        return sorted(numbered, key=lambda message: int(message["id"]))

    async def _get(self, path: str) -> httpx.Response:
        """An answer, or a refusal that asking again does not change. Raises `PlatformUnavailable` after a few tries."""
        request = request_of(self._account, "GET", path)
        for tries in range(1, self._pace.tries + 1):
            try:
                response = await call(self._client, request)
                if response.status_code < HTTPStatus.BAD_REQUEST:
                    return response
                read_answer(response, self._account.secrets())
            except Throttled as error:
                await asyncio.sleep((error.retry_after or LATER).total_seconds())
            except (OutcomeUnknown, PlatformUnavailable):
                await self._pace.before_next(tries, slowly=False)
        raise PlatformUnavailable("Gateway: what was missed could not be fetched")
