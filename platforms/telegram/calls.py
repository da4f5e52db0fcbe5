"""One call of a Bot API method as an HTTP request: JSON, or multipart when a file of our store goes with it.

https://core.telegram.org/bots/api#making-requests
"""

import json
from typing import Any, NamedTuple

from platforms.base import OutboundFile, OutboundRequest
from platforms.telegram.account import TelegramAccount

Fields = dict[str, Any]


class Call(NamedTuple):
    """A method with its parameters, and the file of our store that is uploaded with it."""

    method: str
    fields: Fields
    file: OutboundFile | None = None


def request_of(call: Call, account: TelegramAccount) -> OutboundRequest:
    """The request that makes this call. Its URL holds the token: show it only `masked`."""
    token = account.token.get_secret_value()
    url = f"{account.api_base}/bot{token}/{call.method}"
    if call.file is None:
        return OutboundRequest(method="POST", url=url, json_body=call.fields)
    form = {name: _as_form(value) for name, value in call.fields.items()}
    return OutboundRequest(method="POST", url=url, form=form, file=call.file)


def chat_id(address: str) -> int | str:
    """The id of a chat; `@name` of a public channel stays as it is."""
    return int(address) if address.removeprefix("-").isdecimal() and address.isascii() else address


def _as_form(value: Any) -> str:
    """Forms know texts only: an object travels as its JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
