"""One call of the REST API as an HTTP request: JSON, or multipart when a file of our store goes with it.

https://docs.discord.com/developers/reference
"""

import json
from typing import Any
from urllib.parse import quote

from platforms.base import OutboundFile, OutboundRequest
from platforms.discord.account import DiscordAccount
from platforms.discord.people import USER
from platforms.http import USER_AGENT

Fields = dict[str, Any]

# https://docs.discord.com/developers/reference#user-agent: without one of this form a call may be blocked
_USER_AGENT = f"DiscordBot (https://pytake.example, {USER_AGENT.rpartition('/')[2]})"


def request_of(
    account: DiscordAccount, method: str, path: str, fields: Fields | None = None
) -> OutboundRequest:
    """A call in the name of the bot."""
    return OutboundRequest(
        method=method,
        url=f"{account.api_base}{path}",
        headers=_headers(account),
        json_body=fields,
    )


def upload_of(
    account: DiscordAccount, path: str, fields: Fields, file: OutboundFile
) -> OutboundRequest:
    """https://docs.discord.com/developers/reference#uploading-files: the JSON is one part, the file another."""
    return OutboundRequest(
        method="POST",
        url=f"{account.api_base}{path}",
        headers=_headers(account),
        form={"payload_json": json.dumps(fields, ensure_ascii=False)},
        file=file,
    )


def messages_path(address: str) -> str:
    """Where the messages of a channel are; `@user:ID` stands for a direct channel that is opened before the call."""
    return f"/channels/{_segment(address)}/messages"


def typing_path(address: str) -> str:
    return f"/channels/{_segment(address)}/typing"


def _segment(address: str) -> str:
    return quote(address, safe=":" if address.startswith(USER) else "")


def _headers(account: DiscordAccount) -> dict[str, str]:
    token = account.bot_token.get_secret_value()
    return {"authorization": f"Bot {token}", "user-agent": _USER_AGENT}
