"""Approved templates with their variables filled in.

https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview
"""

import re
from typing import Any

from domain.content import MediaContent, TemplateContent
from domain.errors import ContentRejected
from platforms.meta.whatsapp.files import filename, media_object

Body = dict[str, Any]


def template(content: TemplateContent) -> Body:
    """Only components with variables are sent; the rest is fixed by the approved template."""
    components = [*_header(content), *_body(content), *_buttons(content)]
    body: Body = {"name": content.name, "language": {"code": content.language}}
    if components:
        body["components"] = components
    return {"type": "template", "template": body}


def _header(content: TemplateContent) -> list[Body]:
    parameters = [_text(value, f"header {{{{{n}}}}}") for n, value in enumerate(content.header, 1)]
    if content.header_media is not None:
        parameters = [_media(content.header_media), *parameters]
    return [{"type": "header", "parameters": parameters}] if parameters else []


def _media(header: MediaContent) -> Body:
    if header.type not in {"image", "video", "document"}:
        raise ContentRejected(f"a template's header cannot be {header.type}")
    media = media_object(header.type, header.media)
    if header.type == "document":
        media["filename"] = filename(header.media)
    return {"type": header.type, header.type: media}


def _body(content: TemplateContent) -> list[Body]:
    """Positional variables as a list, named ones as a mapping: a template has one kind or the other."""
    if isinstance(content.body, dict):
        named = content.body.items()
        parameters = [
            {**_text(value, f"body {{{{{name}}}}}"), "parameter_name": name}
            for name, value in named
        ]
    else:
        parameters = [_text(value, f"body {{{{{n}}}}}") for n, value in enumerate(content.body, 1)]
    return [{"type": "body", "parameters": parameters}] if parameters else []


_LINE_BREAKS = re.compile(r"\s*[\r\n\t\v\f]\s*")
_WIDE_GAPS = re.compile(r" {5,}")


def _text(value: str, where: str) -> Body:
    """A variable in one line: breaks, tabs and more than four spaces in a row are refused (132012, 132018)."""
    line = _WIDE_GAPS.sub("    ", _LINE_BREAKS.sub(" ", value.strip()))
    if not line:
        raise ContentRejected(f"the template's variable {where} is empty")
    return {"type": "text", "text": line}


_BUTTON_PARAMETERS: dict[str, str] = {
    "quick_reply": "payload",
    "url": "text",
    "copy_code": "coupon_code",
    "flow": "action",
}
"""Kind of button -> type of its one parameter."""


def _buttons(content: TemplateContent) -> list[Body]:
    """One component for each button with a variable; `index` counts the fixed ones too.

    A value is a quick reply's payload unless it names another kind first: `url:orders/7`,
    `copy_code:SAVE25`, `flow:token`; `quick_reply:` is for payloads that begin like one of these.
    """
    return [
        _button(index, value) for index, value in enumerate(content.buttons) if value is not None
    ]


def _button(index: int, value: str) -> Body:
    kind, colon, rest = value.partition(":")
    if not colon or kind not in _BUTTON_PARAMETERS:
        kind, rest = "quick_reply", value
    if not rest:
        raise ContentRejected(f"the template's button {index} has an empty value")
    name = _BUTTON_PARAMETERS[kind]
    filled: str | Body = {"flow_token": rest} if kind == "flow" else rest
    return {
        "type": "button",
        "sub_type": kind,
        "index": str(index),
        "parameters": [{"type": name, name: filled}],
    }
