"""What LinkedIn tells of whoever wrote, where the app may ask: comments bring a URN and no name.

https://learn.microsoft.com/en-us/linkedin/shared/integrations/people/profile-api
https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/organization-lookup-api
"""

from http import HTTPStatus

import httpx

from domain.errors import OutcomeUnknown, PlatformUnavailable
from domain.events import Sender
from platforms.linkedin.account import LinkedInAccount
from platforms.linkedin.calls import ask, encoded, versioned
from platforms.linkedin.errors import check
from platforms.linkedin.urns import member
from platforms.reading import Json, as_text

_UNTOLD = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.BAD_REQUEST})
"""Most apps may look up few members or none: that is no fault of the channel."""

_PATHS = {
    "urn:li:person": "people/(id:{})",
    "urn:li:organization": "organizations/{}",
}


async def fetch_profile(
    client: httpx.AsyncClient, account: LinkedInAccount, address: str
) -> Sender | None:
    """The name of a member or a Page; None: LinkedIn does not tell it. Raises a `DeliveryError`."""
    path = path_of(address)
    if path is None:
        return None
    request = versioned(account, path, method="GET")
    try:
        answer = await ask(client, account, request)
        if answer.status_code in _UNTOLD:
            return None
        body = check(answer, account.secrets())
    except OutcomeUnknown as error:
        raise PlatformUnavailable(f"not looked up: {error.detail}") from None
    name, username = name_of(body), as_text(body.get("vanityName"))
    return Sender(address=address, name=name, username=username) if name or username else None


def path_of(address: str) -> str | None:
    """Where a member or a Page can be looked up; None: it is neither."""
    kind, _, key = member(address).rpartition(":")
    path = _PATHS.get(kind)
    return path.format(encoded(key)) if path and key else None


def name_of(body: Json) -> str | None:
    parts = (as_text(body.get(key)) for key in ("localizedFirstName", "localizedLastName"))
    return as_text(body.get("localizedName")) or " ".join(part for part in parts if part) or None
