"""What a person reads in a message that the Cloud API took: its text, and what can be pressed."""

from collections.abc import Callable
from typing import Any

from simulator.schemas import Option, WhatsAppAccount
from simulator.whatsapp import interactive, models
from simulator.whatsapp.templates import TemplateContent, body_parameters, filled, find_template
from simulator.whatsapp.validate import Message

Options = list[Option]


def _template_text(content: TemplateContent, account: WhatsAppAccount) -> str:
    approved = find_template(content, account)
    if approved is not None and approved.body is not None:
        return filled(approved, content)
    values = [parameter.written() for parameter in body_parameters(content)]
    return " ".join([f"[{content.name} {content.language.code}]", *values])


def _template_options(content: TemplateContent) -> Options:
    payloads = [
        parameter.payload
        for component in content.components
        if component.sub_type == "quick_reply"
        for parameter in component.parameters
        if parameter.payload is not None
    ]
    return [Option(id=payload, title=payload) for payload in payloads]


def _place(content: models.Location) -> str:
    return (
        ", ".join(part for part in (content.name, content.address) if part)
        or f"{content.latitude}, {content.longitude}"
    )


TEXT: dict[str, Callable[[Any], str]] = {
    "text": lambda content: content.body,
    "location": _place,
    "contacts": lambda content: ", ".join(card.name.formatted_name for card in content),
    "reaction": lambda content: content.emoji,
    "interactive": lambda content: content.body.text,
}


def text_of(message: Message, account: WhatsAppAccount) -> str:
    if message.frame.type == "template":
        return _template_text(message.content, account)
    describe = TEXT.get(message.frame.type)
    return describe(message.content) if describe else getattr(message.content, "caption", "") or ""


def _links(actions: list[interactive.UrlAction]) -> Options:
    return [
        Option(id=action.parameters.url, title=action.parameters.display_text) for action in actions
    ]


def options_of(message: Message) -> Options:
    match message.content:
        case interactive.ButtonsInteractive(action=action):
            return [Option(id=one.reply.id, title=one.reply.title) for one in action.buttons]
        case interactive.ListInteractive(action=listed):
            rows = [row for section in listed.sections for row in section.rows]
            return [Option(id=row.id, title=row.title) for row in rows]
        case interactive.UrlInteractive(action=link):
            return _links([link])
        case interactive.CarouselInteractive(action=carousel):
            return _links([card.action for card in carousel.cards])
        case TemplateContent() as template:
            return _template_options(template)
        case _:
            return []
