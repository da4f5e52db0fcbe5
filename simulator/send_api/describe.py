"""What a person reads in a message that the Send API took: its text, and what can be pressed."""

from simulator.schemas import Option
from simulator.send_api.templates import Button, ButtonTemplate, Element, GenericTemplate
from simulator.send_api.validate import Call


def type_of(call: Call) -> str:
    """`text`, the type of the attachment, the type of the template, or `utility`."""
    assert call.message is not None  # noqa: S101  asked before the call
    if call.utility is not None:
        return "utility"
    if call.template is not None:
        return call.template.template_type
    return call.message.files[0].type if call.message.files else "text"


def text_of(call: Call) -> str:
    assert call.message is not None  # noqa: S101  asked before the call
    match call.template:
        case ButtonTemplate(text=text):
            return text
        case GenericTemplate(elements=elements):
            return "\n".join(_words(element) for element in elements)
    return call.utility or call.message.text or ""


def _words(element: Element) -> str:
    return "\n".join(part for part in (element.title, element.subtitle) if part)


def options_of(call: Call) -> list[Option]:
    assert call.message is not None  # noqa: S101  asked before the call
    replies = [
        Option(id=reply.payload, title=reply.title)
        for reply in call.message.quick_replies or []
        if reply.payload and reply.title
    ]
    return [_pressable(button) for button in _buttons(call)] + replies


def _buttons(call: Call) -> list[Button]:
    match call.template:
        case ButtonTemplate(buttons=buttons):
            return buttons
        case GenericTemplate(elements=elements):
            return [button for element in elements for button in element.buttons or []]
    return []


def _pressable(button: Button) -> Option:
    """A link by its address: pressing it is told to nobody."""
    return Option(id=button.payload or button.url or "", title=button.title or "")
