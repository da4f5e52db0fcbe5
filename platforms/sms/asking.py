"""A question to a provider's API, which sends nothing to anybody."""

from collections.abc import Callable, Mapping
from http import HTTPMethod
from typing import Any

import httpx

from domain.errors import DeliveryError, PlatformUnavailable
from platforms.asking import asking
from platforms.base import OutboundRequest
from platforms.http import call
from platforms.reading import read_json
from platforms.sms.account import SmsAccount

Refusal = Callable[[httpx.Response, Any], DeliveryError]
"""What an answer without success means, by the provider's own table."""


async def ask(
    client: httpx.AsyncClient,
    account: SmsAccount,
    url: str,
    refusal: Refusal,
    query: Mapping[str, str] | None = None,
) -> Any:
    """The JSON value at an address. Raises a `DeliveryError`, and never `OutcomeUnknown`."""
    address = str(httpx.URL(url, params=dict(query))) if query else url
    request = OutboundRequest(method=HTTPMethod.GET, url=address, headers=account.authorization)
    with asking():
        response = await call(client, request)
        if not response.is_success:
            raise refusal(response, account)
    try:
        return read_json(response.content)
    except ValueError:
        raise PlatformUnavailable("the answer is not readable") from None
