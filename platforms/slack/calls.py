"""One call of a Web API method as an HTTP request.

https://docs.slack.dev/apis/web-api/
"""

from typing import Any

from platforms.base import OutboundRequest
from platforms.slack.account import SlackAccount

_JSON = {"Content-Type": "application/json; charset=utf-8"}
"""Without the character set every answer warns of it."""


def write(method: str, fields: dict[str, Any], account: SlackAccount) -> OutboundRequest:
    """A call that changes something: its arguments are JSON."""
    return OutboundRequest(
        method="POST",
        url=f"{account.api_base}/{method}",
        headers={**account.authorization, **_JSON},
        json_body=fields,
    )


def ask(method: str, form: dict[str, str], account: SlackAccount) -> OutboundRequest:
    """A call that looks something up: these methods take forms only."""
    return OutboundRequest(
        method="POST",
        url=f"{account.api_base}/{method}",
        headers=account.authorization,
        form=form,
    )
