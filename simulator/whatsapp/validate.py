"""Whether the Cloud API would take a message: shape, recipient, window, media, template; in this order."""

import re
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from simulator.contacts import Contact
from simulator.media import MediaStore
from simulator.schemas import WhatsAppAccount
from simulator.whatsapp import models
from simulator.whatsapp.errors import GraphError
from simulator.whatsapp.media_rules import check_kind
from simulator.whatsapp.parts import Sticker
from simulator.whatsapp.templates import check_template

WINDOW_SECONDS = 24 * 3600
"""https://developers.facebook.com/docs/whatsapp/pricing#customer-service-windows"""

_PHONE = re.compile(r"^\+?[\d\s().-]{5,25}$")
_USER_ID = re.compile(r"^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$")
M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Message:
    """A message whose shape is right."""

    frame: models.Frame
    content: Any
    """The parsed object named like the type."""
    to: str
    input: str
    """The recipient as it was written."""


def is_user_id(address: str) -> bool:
    """Whether it is a business-scoped user id, not a phone number."""
    return bool(_USER_ID.match(address))


def parse(body: dict[str, Any]) -> Message:
    """Raises `GraphError`."""
    frame = _read(models.Frame, body)
    adapter = models.CONTENT.get(frame.type)
    if adapter is None:
        raise GraphError(131051, f"Message type {frame.type!r} is not currently supported.")
    if frame.type not in body:
        raise GraphError(131008, f"The parameter {frame.type} is required.")
    _refuse_catalog(frame.type, body[frame.type])
    content = _read_content(adapter, frame.type, body[frame.type])
    written = frame.recipient if frame.to is None else str(frame.to)
    if not written:
        raise GraphError(100, message="(#100) The parameter to is required.")
    return Message(frame=frame, content=content, to=_address(written), input=written)


def parse_read_mark(body: dict[str, Any]) -> models.ReadMark:
    """Raises `GraphError`."""
    return _read(models.ReadMark, body)


def _address(written: str) -> str:
    if is_user_id(written):
        return written
    digits = re.sub(r"\D", "", written)
    if not _PHONE.match(written) or not 7 <= len(digits) <= 15:
        raise GraphError(131009, f"Recipient {written!r} is not a valid phone number.")
    return digits


def _refuse_catalog(kind: str, content: Any) -> None:
    sub_type = content.get("type") if kind == "interactive" and isinstance(content, dict) else None
    if sub_type in models.NEEDS_CATALOG:
        raise GraphError(131009, f"Interactive type {sub_type} is not available to this account.")


def _read(model: type[M], body: Any) -> M:
    try:
        return model.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        name = ".".join(str(part) for part in first["loc"])
        problem = "is required." if first["type"] == "missing" else f"is invalid: {first['msg']}"
        raise GraphError(100, message=f"(#100) The parameter {name} {problem}") from None


def _read_content(adapter: TypeAdapter[Any], kind: str, content: Any) -> Any:
    try:
        return adapter.validate_python(content)
    except ValidationError as error:
        raise _refusal(kind, error) from None


def _refusal(kind: str, error: ValidationError) -> GraphError:
    first = error.errors(include_url=False, include_context=False)[0]
    parts = [kind, *(str(part) for part in first["loc"])]
    path, problem = ".".join(parts), first["msg"]
    if first["type"] == "missing":
        return GraphError(131008, f"The parameter {path} is required.")
    if first["type"] == "extra_forbidden":
        owner = ".".join(parts[:-1])
        return GraphError(100, message=f'(#100) Unexpected key "{parts[-1]}" on param "{owner}".')
    if path == "text.body" and first["type"] == "string_too_long":
        return GraphError(
            100, message="(#100) Param text['body'] must be at most 4096 characters long."
        )
    return GraphError(131009, f"{path}: {problem}")


def check(
    message: Message,
    account: WhatsAppAccount,
    account_id: str,
    contact: Contact | None,
    media: MediaStore,
) -> None:
    """What depends on more than the body. Raises `GraphError`."""
    if message.to == re.sub(r"\D", "", account.display_phone_number):
        raise GraphError(131021, "The recipient is the sender.")
    if message.frame.type == "template":
        check_template(message.content, account)
    elif contact is None or contact.silent_for() > WINDOW_SECONDS:
        raise GraphError(
            131047,
            "Message failed to send because more than 24 hours have passed since the customer last "
            "replied to this number.",
        )
    for kind, file_id in media_ids(message):
        file = media.get(account_id, file_id)
        if file is None:
            raise GraphError(
                131009, f"Media {file_id!r} does not exist or belongs to another number."
            )
        check_kind(kind, file)


def media_ids(message: Message) -> list[tuple[str, str]]:
    """Kind and id of every uploaded file that the message uses."""
    holders: list[tuple[str, Any]] = [(message.frame.type, message.content)]
    header = getattr(message.content, "header", None)
    cards = getattr(getattr(message.content, "action", None), "cards", [])
    holders += [
        (head.type, getattr(head, head.type))
        for head in [header, *(card.header for card in cards)]
        if head is not None
    ]
    return [
        (kind, holder.id)
        for kind, holder in holders
        if isinstance(holder, Sticker) and holder.id is not None
    ]
