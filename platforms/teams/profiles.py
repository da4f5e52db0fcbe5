"""Who somebody is, asked of the conversation they are in.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context (read 2026-08), "Fetch the roster"
"""

import httpx

from domain.errors import ContactUnreachable, ContentRejected, OutcomeUnknown, PlatformUnavailable
from domain.events import Sender
from platforms.oauth import AccessTokens
from platforms.reading import as_objects
from platforms.teams.account import TeamsAccount
from platforms.teams.calls import get_members
from platforms.teams.people import is_a_bots, person, place_of
from platforms.teams.sending import ask

_PRIVATE = "a:"
"""Begins the id of a chat with one person."""


async def fetch_profile(
    client: httpx.AsyncClient, account: TeamsAccount, address: str, tokens: AccessTokens
) -> Sender | None:
    """The one person of a private chat; None for a chat of several. Raises a `DeliveryError`."""
    if not address.startswith(_PRIVATE):
        return None
    place = place_of(address)
    try:
        answer = await ask(
            client, account, lambda token: get_members(account.service(), place, token), tokens
        )
    except OutcomeUnknown as error:
        raise PlatformUnavailable(f"profile: {error.detail}") from None
    except (ContentRejected, ContactUnreachable):
        return None
    people = [one for one in as_objects(answer.get("members")) if not is_a_bots({"from": one})]
    found = person(people[0], address) if len(people) == 1 else None
    return found if found is not None and found.name else None
