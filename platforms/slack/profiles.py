"""What Slack tells of a person: their events hold an id and no name.

https://docs.slack.dev/reference/methods/users.info
"""

import httpx

from domain.errors import OutcomeUnknown, PlatformUnavailable
from domain.events import Sender
from platforms.http import call
from platforms.reading import Json, as_object, as_objects
from platforms.slack.account import SlackAccount
from platforms.slack.calls import ask
from platforms.slack.errors import read_answer
from platforms.slack.people import place_of, profile_name
from platforms.slack.reading import as_text


async def fetch_profile(
    client: httpx.AsyncClient, account: SlackAccount, address: str
) -> Sender | None:
    """The person of a conversation: of a private chat the other one, of a thread whoever began it.

    Raises a `DeliveryError`; None when the conversation has no such person.
    """
    user = await _user_of(client, account, address)
    if user is None:
        return None
    found = as_object((await _ask(client, account, "users.info", user=user)).get("user"))
    name = profile_name(as_object(found.get("profile"))) or as_text(found.get("real_name"))
    username = as_text(found.get("name"))
    return Sender(address=address, name=name, username=username, user_id=user)


async def _user_of(client: httpx.AsyncClient, account: SlackAccount, address: str) -> str | None:
    channel, thread_ts = place_of(address)
    if channel[:1] in {"U", "W"}:
        return channel
    if thread_ts is not None:
        # https://docs.slack.dev/reference/methods/conversations.replies: the first is what the thread began with.
        form = {"channel": channel, "ts": thread_ts, "limit": "1"}
        told = await _ask(client, account, "conversations.replies", **form)
        first = next(iter(as_objects(told.get("messages"))), {})
        return None if as_text(first.get("bot_id")) else as_text(first.get("user"))
    # https://docs.slack.dev/reference/methods/conversations.info: `user` of a private chat
    told = await _ask(client, account, "conversations.info", channel=channel)
    return as_text(as_object(told.get("channel")).get("user"))


async def _ask(client: httpx.AsyncClient, account: SlackAccount, method: str, **form: str) -> Json:
    try:
        return read_answer(await call(client, ask(method, form, account)), account.secrets())
    except OutcomeUnknown as error:
        # Asking changes nothing: it may always be tried again.
        raise PlatformUnavailable(f"not looked up: {error.detail}") from None
