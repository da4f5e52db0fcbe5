"""What the platform tells of a contact who has written.

https://developers.facebook.com/documentation/business-messaging/messenger-platform/identity/user-profile
https://developers.facebook.com/documentation/business-messaging/instagram-messaging/features/user-profile
"""

from http import HTTPMethod

import httpx

from domain.errors import OutcomeUnknown, PlatformUnavailable
from domain.events import Sender
from platforms.base import OutboundRequest
from platforms.http import call
from platforms.meta.errors import read_answer, read_error
from platforms.meta.messaging.account import MessagingAccount
from platforms.meta.messaging.dialect import Dialect
from platforms.meta.messaging.errors import NO_PROFILE
from platforms.meta.reading import as_text, read_value
from platforms.reading import as_object


async def fetch_profile(
    client: httpx.AsyncClient, account: MessagingAccount, address: str, dialect: Dialect
) -> Sender | None:
    """Name and username; None where there is no profile. Raises a `DeliveryError`."""
    if not address.isalnum():
        return None  # the reference of a visitor, not a person's id
    request = OutboundRequest(
        method=HTTPMethod.GET,
        url=account.person(address, dialect.profile_fields),
        headers=account.authorization,
    )
    try:
        response = await call(client, request)
        if _tells_nothing(response):
            return None
        fields = read_answer(response, dialect.rules, account.secrets())
    except OutcomeUnknown as error:
        raise PlatformUnavailable(f"no profile: {error.detail}") from None
    parts = [as_text(fields.get(part)) for part in ("first_name", "last_name")]
    name = as_text(fields.get("name")) or " ".join(part for part in parts if part) or None
    username = as_text(fields.get("username"))
    return Sender(address=address, name=name, username=username) if name or username else None


def _tells_nothing(response: httpx.Response) -> bool:
    """An empty object, or an error that speaks of this one person."""
    try:
        body = read_value(response.content)
    except ValueError:
        return False
    if body == {}:
        return response.is_success
    error = read_error(as_object(body).get("error"))
    return error is not None and not NO_PROFILE.isdisjoint(
        {error.code, (error.code, error.subcode)}
    )
