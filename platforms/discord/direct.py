"""Direct channels: whoever is known by their id alone is written to in a channel that is opened for it.

https://docs.discord.com/developers/resources/user#create-dm: the same person, the same channel, however often one asks.
"""

import asyncio
from collections import OrderedDict

import httpx

from domain.errors import ContactUnreachable, OutcomeUnknown, PlatformUnavailable
from platforms.discord.account import DiscordAccount
from platforms.discord.calls import request_of
from platforms.discord.errors import read_answer
from platforms.discord.people import USER
from platforms.http import call
from platforms.reading import as_text

_MOST = 10_000

_Key = tuple[str, str, str]


class DirectChannels:
    """Remembers the channels that were opened, in the memory of its process: opening many fast is punished."""

    def __init__(self) -> None:
        self._known: OrderedDict[_Key, str] = OrderedDict()
        self._opening: dict[_Key, asyncio.Lock] = {}

    async def resolve(
        self, client: httpx.AsyncClient, account: DiscordAccount, address: str
    ) -> str:
        """The channel of an address: its own, or the one of its `user:ID`. Raises a `DeliveryError`."""
        if not address.startswith(USER):
            return address
        key = (account.api_base, account.application_id, address)
        async with self._opening.setdefault(key, asyncio.Lock()):
            channel = self._known.get(key) or await _open(client, account, address)
            self._known[key] = channel
            self._known.move_to_end(key)
            if len(self._known) > _MOST:
                oldest, _ = self._known.popitem(last=False)
                self._opening.pop(oldest, None)
        return channel


async def _open(client: httpx.AsyncClient, account: DiscordAccount, address: str) -> str:
    user = address.removeprefix(USER)
    if not (user.isascii() and user.isdecimal()):
        raise ContactUnreachable("the address is not the id of a user")
    request = request_of(account, "POST", "/users/@me/channels", {"recipient_id": user})
    try:
        answer = read_answer(await call(client, request), account.secrets())
    except OutcomeUnknown as error:  # nobody has seen anything: it may be asked again
        raise PlatformUnavailable(f"direct channel: {error.detail}") from None
    channel = as_text(answer.get("id"))
    if channel is None:
        raise PlatformUnavailable("direct channel: the answer names none")
    return channel
