"""Utility messages: approved templates with their variables filled in, allowed outside the reply window.

https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/utility-messages
"""

from collections.abc import Sequence
from typing import Any

from domain.content import TemplateContent
from domain.errors import ContentRejected

Body = dict[str, Any]


def template(content: TemplateContent) -> Body:
    """Only components with variables are sent; the rest is fixed by the approved template."""
    if content.header_media is not None:
        raise ContentRejected("a utility message's header is text")
    filled = {
        "header": [_text(value) for value in content.header],
        "body": _body(content.body),
        "buttons": [_button(value) for value in content.buttons if value is not None],
    }
    components = [{"type": kind, "parameters": each} for kind, each in filled.items() if each]
    body: Body = {"name": content.name, "language": {"code": content.language}}
    return {"template": {**body, "components": components} if components else body}


def _body(variables: Sequence[str] | dict[str, str]) -> list[Body]:
    if isinstance(variables, dict):
        return [{**_text(value), "parameter_name": name} for name, value in variables.items()]
    return [_text(value) for value in variables]


def _text(value: str) -> Body:
    if not value.strip():
        raise ContentRejected("a variable of the template is empty")
    return {"type": "text", "text": value.strip()}


def _button(value: str) -> Body:
    """The payload of a postback button; `url:` says that it is the end of a link."""
    kind, colon, rest = value.partition(":")
    if colon and kind == "url":
        return {"type": "URL", "url": rest}
    return {"type": "POSTBACK", "payload": value}
