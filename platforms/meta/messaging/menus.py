"""Buttons as a template or as quick replies, and cards.

https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/template/button
https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/quick-replies
https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/template/generic
"""

from typing import Any

from domain.content import Button, ButtonsContent, CardContent
from domain.errors import ContentRejected
from domain.platform import Limits
from domain.text import fits, joined
from platforms.meta.checks import at_most, distinct, key_within, within

Body = dict[str, Any]

MAX_TEMPLATE_BUTTONS = 3
MAX_CARD_TEXT = 80
"""Characters of a card's title, and of the line below it."""


def buttons(content: ButtonsContent, limits: Limits) -> Body:
    """Up to three buttons stay in the conversation as a template; more go as quick replies, which leave it again.

    Quick replies cannot be links: those become lines of the text.
    """
    text = joined((content.text, content.footer), "\n\n")
    shown = content.buttons
    distinct([button.id for button in shown if not button.url], "the ids of buttons")
    room = limits.text if limits.buttons_text is None else limits.buttons_text
    if len(shown) <= MAX_TEMPLATE_BUTTONS and fits(text, room, limits.text_unit):
        return _template(
            "button", text=_text(text, room, limits), buttons=_pressable(shown, limits)
        )
    return _quick_replies(text, shown, limits)


def _quick_replies(text: str, given: list[Button], limits: Limits) -> Body:
    lines = [f"{_title(button, limits)}: {_url(button)}" for button in given if button.url]
    replies = [button for button in given if not button.url]
    at_most(replies, limits.buttons, "buttons")
    body: Body = {"text": _text("\n".join([text, *lines]), limits.text, limits)}
    if replies:
        body["quick_replies"] = [
            {
                "content_type": "text",
                "title": _title(button, limits),
                "payload": key_within(button.id, limits.button_id_bytes, "a button's id"),
            }
            for button in replies
        ]
    return body


def card(content: CardContent, limits: Limits) -> Body:
    """One element of a generic template; without a picture or buttons, its words alone."""
    words = joined((content.title, content.text), "\n")
    if content.media is None and not content.buttons:
        return {"text": _text(words, limits.text, limits)}
    at_most(content.buttons, MAX_TEMPLATE_BUTTONS, "buttons of a card")
    element: Body = {"title": _text(content.title, MAX_CARD_TEXT, limits)}
    if content.text:
        element["subtitle"] = _text(content.text, MAX_CARD_TEXT, limits)
    if content.media is not None:
        if not (content.media.url or "").startswith("https://"):
            raise ContentRejected("a card's picture must have an https address")
        element["image_url"] = content.media.url
    if content.buttons:
        element["buttons"] = _pressable(content.buttons, limits)
    return _template("generic", elements=[element])


def _template(kind: str, **payload: Any) -> Body:
    attached = {"type": "template", "payload": {"template_type": kind, **payload}}
    return {"attachment": attached}


def _pressable(given: list[Button], limits: Limits) -> list[Body]:
    return [_link(each, limits) if each.url else _postback(each, limits) for each in given]


def _postback(button: Button, limits: Limits) -> Body:
    key = key_within(button.id, limits.button_id_bytes, "a button's id")
    return {"type": "postback", "title": _title(button, limits), "payload": key}


def _link(button: Button, limits: Limits) -> Body:
    return {"type": "web_url", "url": _url(button), "title": _title(button, limits)}


def _url(button: Button) -> str:
    if not (button.url or "").startswith(("https://", "http://")):
        raise ContentRejected("a button's link must start with https://")
    return button.url or ""


def _title(button: Button, limits: Limits) -> str:
    return within(button.title, limits.button_title, "a button's title", limits.text_unit)


def _text(text: str, limit: int, limits: Limits) -> str:
    return within(text, limit, "the text", limits.text_unit)
