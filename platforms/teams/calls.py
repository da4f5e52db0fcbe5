"""One call of the Bot Connector as an HTTP request.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference (read 2026-08)
"""

from typing import Any
from urllib.parse import quote

from domain.errors import ContentRejected
from platforms.base import MASK, OutboundRequest

Fields = dict[str, Any]


def post_activity(
    service: str, conversation: str, activity: Fields, token: str | None
) -> OutboundRequest:
    return OutboundRequest(
        method="POST",
        url=f"{_conversation(service, conversation)}/activities",
        headers=authorization(token),
        json_body=activity,
    )


def get_members(service: str, conversation: str, token: str) -> OutboundRequest:
    return OutboundRequest(
        method="GET",
        url=f"{_conversation(service, conversation)}/pagedmembers",
        headers=authorization(token),
    )


def authorization(token: str | None) -> dict[str, str]:
    """The token is fetched for the call; until then a mask stands for it."""
    return {"authorization": f"Bearer {token or MASK}"}


def _conversation(service: str, conversation: str) -> str:
    """Ids have `:`, `;` and `@` in them, and nothing in them may lead elsewhere."""
    if not conversation or {*conversation} <= {"."}:
        raise ContentRejected("the address is not that of a conversation")
    return f"{service}/v3/conversations/{quote(conversation, safe='')}"
