"""Templates inside a message: our own coming back as an echo, or a product that a contact shares.

https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/templates
"""

from typing import Any

from domain.content import Button, ButtonsContent, CardContent, MediaContent, MediaRef
from domain.events import Referral
from platforms.meta.messaging.parts import Part
from platforms.meta.reading import as_list, as_text
from platforms.reading import as_object


def read_template(payload: dict[str, Any]) -> list[Part]:
    """The cards or buttons of a template; empty when it is of another kind."""
    products = as_list(as_object(payload.get("product")).get("elements"))
    if products:
        return [part for each in products if (part := _product(as_object(each)))]
    kind = template_type(payload)
    reader = _READERS.get(kind)
    return reader(payload) if reader else []


def template_type(payload: dict[str, Any]) -> str:
    """The declared type; some echoes have it as the key of an object."""
    declared = as_text(payload.get("template_type"))
    return declared or next((key for key in _READERS if key in payload), "unknown")


def _product(element: dict[str, Any]) -> Part | None:
    title = as_text(element.get("title"))
    if title is None:
        return None
    number = as_text(element.get("retailer_id")) or as_text(element.get("id"))
    referral = Referral(source="product", id=number, ref=as_text(element.get("id")), title=title)
    return Part(_card(element, title), referral=referral, partly=True)


def _card(element: dict[str, Any], title: str) -> CardContent:
    picture = as_text(element.get("image_url"))
    return CardContent(
        title=title,
        text=as_text(element.get("subtitle")),
        media=MediaRef(url=picture) if picture else None,
        buttons=_buttons(element),
    )


def _buttons(holder: dict[str, Any]) -> list[Button]:
    found: list[Button] = []
    for raw in as_list(holder.get("buttons")):
        button = as_object(raw)
        title, url = as_text(button.get("title")), as_text(button.get("url"))
        key = as_text(button.get("payload")) or url or title
        if title and key:
            found.append(Button(id=key, title=title, url=url))
    return found


def _generic(payload: dict[str, Any]) -> list[Part]:
    holder = payload if "elements" in payload else as_object(payload.get("generic"))
    elements = [as_object(each) for each in as_list(holder.get("elements"))]
    titled = [(each, as_text(each.get("title"))) for each in elements]
    return [Part(_card(each, title), partly=True) for each, title in titled if title]


def _button(payload: dict[str, Any]) -> list[Part]:
    holder = payload if "buttons" in payload else as_object(payload.get("button"))
    text, buttons = as_text(holder.get("text")), _buttons(holder)
    return [Part(ButtonsContent(text=text, buttons=buttons))] if text and buttons else []


def _media(payload: dict[str, Any]) -> list[Part]:
    elements = [as_object(each) for each in as_list(payload.get("elements"))]
    return [
        Part(MediaContent(type="video" if kind == "video" else "image", media=MediaRef(url=url)))
        for element in elements
        if (url := as_text(element.get("url")))
        for kind in [as_text(element.get("media_type"))]
    ]


_READERS = {"generic": _generic, "button": _button, "media": _media}
