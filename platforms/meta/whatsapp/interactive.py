"""Buttons, lists and cards as `interactive` messages.

https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-reply-buttons-messages
https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-list-messages
https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-cta-url-messages
"""

from typing import Any

from domain.content import Button, ButtonsContent, CardContent, ListContent, ListRow, ListSection
from domain.errors import ContentRejected
from platforms.meta.whatsapp.checks import at_most, distinct, key_within, within
from platforms.meta.whatsapp.facts import (
    DEFAULT_LIST_BUTTON,
    LIMITS,
    MAX_SECTION_TITLE,
    MAX_SECTIONS,
)
from platforms.meta.whatsapp.files import media_object, picture_kind

Body = dict[str, Any]
_BODY_LIMIT = LIMITS.buttons_text or LIMITS.text
_LIST_LIMIT = LIMITS.list_text or LIMITS.text


def buttons(content: ButtonsContent) -> Body:
    return _pressable(content.text, content.buttons, footer=content.footer)


def card(content: CardContent) -> Body:
    """The title, in bold, opens the text; a picture goes above it."""
    text = f"*{content.title}*\n{content.text}" if content.text else f"*{content.title}*"
    if content.media is None:
        return _pressable(text, content.buttons) if content.buttons else _plain(text)
    kind = picture_kind(content.media)
    picture = media_object(kind, content.media)
    if not content.buttons:
        caption = within(text, LIMITS.caption or 0, "the card")
        return {"type": kind, kind: {**picture, "caption": caption}}
    return _pressable(text, content.buttons, header={"type": kind, kind: picture})


def _plain(text: str) -> Body:
    return {"type": "text", "text": {"body": within(text, LIMITS.text, "the card")}}


def _pressable(
    text: str, given: list[Button], *, header: Body | None = None, footer: str | None = None
) -> Body:
    """Reply buttons, or one link button.

    WhatsApp does not mix them, nor take two links: what cannot be a button becomes a line of the text.
    """
    links = [button for button in given if button.url]
    replies = [button for button in given if not button.url]
    shown = links[:1] if not replies else []
    lines = [f"{link.title}: {link.url}" for link in links if link not in shown]
    body = within("\n".join([text, *lines]), _BODY_LIMIT, "the text beside buttons")
    kind, action = ("cta_url", _link(shown[0])) if shown else ("button", _replies(replies))
    return _interactive(kind, body, action, header=header, footer=footer)


def _link(button: Button) -> Body:
    title = within(button.title, LIMITS.button_title, "a button's title")
    if not (button.url or "").startswith(("https://", "http://")):
        raise ContentRejected("a button's link must start with https://")
    return {"name": "cta_url", "parameters": {"display_text": title, "url": button.url}}


def _replies(given: list[Button]) -> Body:
    at_most(given, LIMITS.buttons, "buttons")
    distinct([button.title for button in given], "the titles of buttons")
    distinct([button.id for button in given], "the ids of buttons")
    replies = [
        {
            "id": key_within(button.id, LIMITS.button_id_bytes, "a button's id"),
            "title": within(button.title, LIMITS.button_title, "a button's title"),
        }
        for button in given
    ]
    return {"buttons": [{"type": "reply", "reply": reply} for reply in replies]}


def menu(content: ListContent) -> Body:
    at_most(content.sections, MAX_SECTIONS, "sections")
    at_most(content.rows, LIMITS.list_rows, "rows")
    distinct([row.id for row in content.rows], "the ids of rows")
    label = content.button or DEFAULT_LIST_BUTTON
    # Several sections need titles; where none has one, they are one section.
    headed = any(section.title for section in content.sections)
    sections = content.sections if headed else [ListSection(rows=content.rows)]
    several = len(sections) > 1
    action = {
        "button": within(label, LIMITS.list_button, "the list's button"),
        "sections": [_section(section, titled=several) for section in sections],
    }
    body = within(content.text, _LIST_LIMIT, "the text of a list")
    return _interactive("list", body, action, footer=content.footer)


def _section(section: ListSection, *, titled: bool) -> Body:
    title = {}
    if titled or section.title:
        title = {"title": within(section.title or "", MAX_SECTION_TITLE, "a section's title")}
    return {**title, "rows": [_row(row) for row in section.rows]}


def _row(row: ListRow) -> Body:
    body = {
        "id": key_within(row.id, LIMITS.list_row_id_bytes, "a row's id"),
        "title": within(row.title, LIMITS.list_row_title, "a row's title"),
    }
    if row.description:
        limit = LIMITS.list_row_description
        body["description"] = within(row.description, limit, "a row's description")
    return body


def _interactive(
    kind: str, body: str, action: Body, *, header: Body | None = None, footer: str | None = None
) -> Body:
    parts: Body = {"type": kind, "header": header, "body": {"text": body}}
    if footer:
        parts["footer"] = {"text": within(footer, LIMITS.footer, "the footer")}
    parts["action"] = action
    shown = {key: part for key, part in parts.items() if part is not None}
    return {"type": "interactive", "interactive": shown}
