"""Whether the Send API would take a call: shape, recipient, window, files, quote; in this order."""

from dataclasses import dataclass, replace
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from simulator.contacts import Contact
from simulator.schemas import Entry
from simulator.send_api import models
from simulator.send_api.account import SendApiAccount
from simulator.send_api.errors import invalid, no_permission, of_shape, unavailable
from simulator.send_api.product import FileRule, Json, Product
from simulator.send_api.templates import TEMPLATES, ButtonTemplate, GenericTemplate
from simulator.state import Simulation

WINDOW_SECONDS = 24 * 3600
"""https://developers.facebook.com/documentation/business-messaging/messenger-platform/policy#standard-messaging"""
HUMAN_AGENT_SECONDS = 7 * 24 * 3600
HUMAN_AGENT = "HUMAN_AGENT"
"""The only tag that is left."""

M = TypeVar("M", bound=BaseModel)
Template = ButtonTemplate | GenericTemplate


@dataclass(frozen=True)
class Call:
    """A call whose shape is right."""

    frame: models.Frame
    named: tuple[str, str]
    """How the recipient is named, and by what."""
    message: models.Message | None
    payloads: tuple[BaseModel | None, ...] = ()
    """Of each attachment of the message."""
    utility: str | None = None
    """The approved template as a person reads it."""

    @property
    def privately(self) -> bool:
        """Whether it answers a comment or post, whose author need not have written."""
        return self.named[0] in {"comment_id", "post_id"}

    @property
    def template(self) -> Template | None:
        found = (one for one in self.payloads if isinstance(one, ButtonTemplate | GenericTemplate))
        return next(found, None)


def read(model: type[M], value: Any, path: str = "") -> M:
    """Raises `GraphError`."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise of_shape(error.errors(include_url=False)[0], path) from None


def parse(product: Product, account: SendApiAccount, body: Json) -> Call:
    """Raises `GraphError`."""
    frame = read(models.Frame, body)
    named = _named(product, frame.recipient)
    if frame.message is not None and frame.sender_action is not None:
        raise invalid("Must not send both message and sender_action", 2018014)
    if frame.message is None:
        if frame.sender_action is None:
            raise invalid("Must send either message or state", 2018015)
        return Call(frame, named, None)
    call = Call(frame, named, read(models.Message, frame.message, "message"))
    _check_purpose(product, account, call)
    return _with_content(product, account, call)


def _named(product: Product, recipient: models.Recipient) -> tuple[str, str]:
    named = recipient.named
    unknown = [name for name, _ in named if name not in product.recipients]
    if unknown:
        raise invalid(f'Invalid keys "{unknown[0]}" were found in param "recipient".')
    if len(named) != 1:
        raise invalid("Param recipient must name exactly one recipient")
    return named[0]


def _check_purpose(product: Product, account: SendApiAccount, call: Call) -> None:
    """Why it is sent: https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages#messaging_types."""
    purpose, tag = call.frame.messaging_type, call.frame.tag
    if purpose is None and product.says_type and not call.privately:
        raise invalid("The parameter messaging_type is required")
    if purpose is not None and purpose not in product.messaging_types:
        known = ", ".join(sorted(product.messaging_types))
        raise invalid(f"Param messaging_type must be one of {{{known}}}")
    if purpose == "MESSAGE_TAG" and tag is None:
        raise invalid("The parameter tag is required")
    if tag is not None and tag != HUMAN_AGENT:
        raise invalid("Invalid parameter")
    if tag is not None and not account.human_agent:
        raise no_permission()
    assert call.message is not None  # noqa: S101  asked before the call
    if (purpose == "UTILITY") != (call.message.template is not None) and product.utility:
        raise invalid("A template and the messaging type UTILITY belong together")


def _with_content(product: Product, account: SendApiAccount, call: Call) -> Call:
    message = call.message
    assert message is not None  # noqa: S101  asked before the call
    if message.template is not None:
        if product.utility is None:
            raise invalid('Invalid keys "template" were found in param "message".')
        return replace(call, utility=product.utility(account, message.template))
    if message.text is not None:
        if not message.text.strip():
            raise invalid("Param message[text] must be a non-empty UTF-8 encoded string")
        product.check_text(message.text)
    return replace(call, payloads=tuple(_payload(product, one) for one in message.files))


def _payload(product: Product, attachment: models.Attachment) -> BaseModel | None:
    path = "message[attachment][payload]"
    if attachment.type == "like_heart":
        return None
    if attachment.payload is None:
        raise invalid(f"The parameter {path} is required")
    if attachment.type == "template":
        model = TEMPLATES.get(attachment.payload.get("template_type"))
        if model is None:
            raise invalid("Invalid template type")
        return read(model, attachment.payload, "name_placeholder")
    if attachment.type == "MEDIA_SHARE":
        return read(models.SharePayload, attachment.payload, path)
    if attachment.type not in product.files:
        known = ", ".join(sorted(product.files)).upper()
        raise invalid(f"Param message[attachment][type] must be one of {{{known}}}")
    return read(models.FilePayload, attachment.payload, path)


def check(product: Product, simulation: Simulation, account_id: str, call: Call) -> str:
    """What depends on more than the body; the customer's address. Raises `GraphError`."""
    _check_files(product, simulation, account_id, call)
    if call.privately:
        return _author(product, simulation, account_id, call.named)
    contact = simulation.customer(product.key, account_id, call.named[1])
    if contact is None or call.named[0] != "id":
        raise product.stranger()
    if contact.blocked:
        raise unavailable()
    if call.message is None:
        _check_reaction(simulation, account_id, call.frame, contact)
    else:
        _check_window(product, call, contact)
        _check_quote(product, simulation, account_id, call.frame, contact)
    return contact.address


def _check_window(product: Product, call: Call, contact: Contact) -> None:
    """Approved templates need none."""
    limit = HUMAN_AGENT_SECONDS if call.frame.tag else WINDOW_SECONDS
    if call.utility is None and contact.silent_for() > limit:
        raise product.window_closed()


def _author(
    product: Product, simulation: Simulation, account_id: str, named: tuple[str, str]
) -> str:
    """Who wrote the comment or post, which can be answered in private once."""
    author = simulation.contacts.author_of(account_id, named[1])
    if author is None:
        raise product.no_comment()
    answered = simulation.ledger.find(platform=product.key, account=account_id, to=author)
    if any(_names(entry, named) for entry in answered):
        raise product.comment_answered()
    return author


def _names(entry: Entry, named: tuple[str, str]) -> bool:
    recipient: Json = entry.request.get("recipient", {})
    return str(recipient.get(named[0])) == named[1]


def _check_files(product: Product, simulation: Simulation, account_id: str, call: Call) -> None:
    """Uploads that are named must be there, and of the kind that is said."""
    files = call.message.files if call.message else []
    for attachment, payload in zip(files, call.payloads, strict=True):
        if not isinstance(payload, models.FilePayload) or payload.attachment_id is None:
            continue
        file = simulation.media.get(account_id, payload.attachment_id)
        if file is None:
            raise invalid("Attachment ID is invalid, expired, or not yours", 2018074)
        if not covers(product.files[attachment.type], attachment.type, file.mime_type):
            raise invalid("Uploaded attachment is of another type", 2018047)


def covers(rule: FileRule, kind: str, mime_type: str) -> bool:
    """Whether a file of that type may be sent as that kind; anything may be a `file` unless a rule says less."""
    bare = mime_type.partition(";")[0].strip().lower()
    if kind != "file" and not bare.startswith(f"{kind}/"):
        return False
    return any(pattern in {"*/*", bare} for pattern in rule.types)


def _check_quote(
    product: Product, simulation: Simulation, account_id: str, frame: models.Frame, contact: Contact
) -> None:
    """Only a message of this conversation can be quoted."""
    if frame.reply_to is None:
        return
    mid = frame.reply_to.mid
    theirs = simulation.contacts.author_of(account_id, mid) == contact.address
    sent = simulation.ledger.find(platform=product.key, account=account_id, to=contact.address)
    if not theirs and all(entry.external_id != mid for entry in sent):
        raise invalid("Invalid Message ID", 2534002)


def _check_reaction(
    simulation: Simulation, account_id: str, frame: models.Frame, contact: Contact
) -> None:
    if frame.sender_action not in {"react", "unreact"}:
        return
    if frame.payload is None:
        raise invalid("The parameter payload is required")
    reaction = read(models.Reaction, frame.payload, "payload")
    if frame.sender_action == "react" and reaction.reaction is None:
        raise invalid("The parameter payload[reaction] is required")
    if simulation.contacts.author_of(account_id, reaction.message_id) != contact.address:
        raise invalid("Invalid Message ID", 2534002)
