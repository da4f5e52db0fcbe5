"""Who somebody is, asked of Discord: the person behind a direct channel or an id, else the name of the channel.

https://docs.discord.com/developers/resources/user#get-user
https://docs.discord.com/developers/resources/channel#get-channel
"""

import httpx

from domain.errors import ContentRejected, OutcomeUnknown, PlatformUnavailable
from domain.events import Sender
from platforms.discord.account import DiscordAccount
from platforms.discord.calls import request_of
from platforms.discord.errors import read_answer
from platforms.discord.people import USER, person
from platforms.http import call
from platforms.reading import Json, as_objects, as_text


async def fetch_profile(
    client: httpx.AsyncClient, account: DiscordAccount, address: str
) -> Sender | None:
    """None when Discord knows nothing of it. Raises a `DeliveryError`."""
    key = address.removeprefix(USER)
    if not (key.isascii() and key.isdecimal()):
        return None
    if key != address:
        return _named(person(await get(client, account, f"/users/{key}"), address))
    channel = await get(client, account, f"/channels/{key}")
    others = [
        user
        for user in as_objects(channel.get("recipients"))
        if as_text(user.get("id")) != account.application_id
    ]
    if others:
        return _named(person(others[0], address))
    return _named(Sender(address=address, name=as_text(channel.get("name"))))


def _named(found: Sender) -> Sender | None:
    return found if found.name else None


async def get(client: httpx.AsyncClient, account: DiscordAccount, path: str) -> Json:
    """What nobody knows is empty; a question without an answer may be asked again."""
    try:
        return read_answer(await call(client, request_of(account, "GET", path)), account.secrets())
    except OutcomeUnknown as error:
        raise PlatformUnavailable(f"profile: {error.detail}") from None
    except ContentRejected:
        return {}
