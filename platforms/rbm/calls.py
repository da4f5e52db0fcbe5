"""The addresses of the API: everything about a person lies below their number, and names the agent.

https://developers.google.com/business-communications/rcs-business-messaging/reference/rest
"""

import re
from typing import Any
from urllib.parse import quote, urlencode

from domain.errors import ContentRejected
from platforms.base import OutboundRequest
from platforms.rbm.account import RbmAccount

# E.164 has 15 digits at most.
_NUMBER = re.compile(r"\+?(\d{5,15})", re.ASCII)


def number(address: str) -> str:
    """A number as the API writes it, with its plus."""
    found = _NUMBER.fullmatch(address)
    if found is None:
        raise ContentRejected("the address is not a phone number")
    return f"+{found[1]}"


def about(
    address: str, resource: str, account: RbmAccount, *, method: str = "POST", **query: str
) -> OutboundRequest:
    """A call about one person, without a body."""
    asked = urlencode({**query, "agentId": account.agent_id}, safe="@")
    path = f"phones/{number(address)}/{quote(resource)}"
    return OutboundRequest(method=method, url=f"{account.root}/v1/{path}?{asked}")


def with_body(request: OutboundRequest, body: dict[str, Any]) -> OutboundRequest:
    return request.model_copy(update={"json_body": body})
