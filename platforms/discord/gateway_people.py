"""Who is in a direct channel: Discord says it of what a person does there, and of nothing else."""

from collections import OrderedDict

import httpx

from domain.errors import ChannelUnauthorized, ContactUnreachable, ContentRejected
from platforms.discord.account import DiscordAccount
from platforms.discord.nonce import message_id_of
from platforms.discord.profiles import get
from platforms.reading import Json, as_object, as_objects, as_text

_MOST = 10_000
_UNTOLD = (ChannelUnauthorized, ContactUnreachable, ContentRejected)

Key = tuple[str, str, str]


class DirectPeople:
    """Remembers them in the memory of its process; asks once of each channel."""

    def __init__(self) -> None:
        self._known: OrderedDict[Key, str] = OrderedDict()

    async def of_frame(
        self, client: httpx.AsyncClient, account: DiscordAccount, bot: str | None, frame: Json
    ) -> str | None:
        """The person, where the frame is about a direct channel. Raises a retryable `DeliveryError`."""
        told = as_object(frame.get("d"))
        channel = as_text(told.get("channel_id"))
        if channel is None or told.get("guild_id") is not None or message_id_of(told.get("nonce")):
            return None
        key = (account.api_base, account.application_id, channel)
        named = _named(told, {bot, account.application_id})
        if named is not None:
            self._remember(key, named)
        elif key not in self._known:
            asked = await _asked(client, account, channel, bot)
            if asked is None:
                return None
            self._remember(key, asked)
        return self._known[key]

    def _remember(self, key: Key, person: str) -> None:
        self._known[key] = person
        self._known.move_to_end(key)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)


def _named(told: Json, own: set[str | None]) -> str | None:
    """The person who did it, if it was not our bot."""
    user = as_object(told.get("author")) or as_object(told.get("user"))
    key = as_text(told.get("user_id")) or as_text(user.get("id"))
    return None if user.get("bot") is True or key in own else key


async def _asked(
    client: httpx.AsyncClient, account: DiscordAccount, channel: str, bot: str | None
) -> str | None:
    try:
        about = await get(client, account, f"/channels/{channel}")
    except _UNTOLD:
        return None
    keys = [as_text(user.get("id")) for user in as_objects(about.get("recipients"))]
    return next((key for key in keys if key not in {None, bot, account.application_id}), None)
