"""Whether Discord would create a message: its fields, what they say together, and the files that come with them."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from simulator.contacts import Contact
from simulator.discord.errors import DiscordError, Problem, invalid_form
from simulator.discord.models import Component, NewMessage, problems_of
from simulator.discord.requests import Upload

VOICE = 1 << 13
MAX_FILE = 10 * 1024 * 1024
"""https://docs.discord.com/developers/reference#uploading-files"""
MAX_FILES = 10
MAX_EMBEDS_TEXT = 6000
MAX_NONCE = 25
_BUTTON, _LINK_STYLE = 2, 5


def read(body: dict[str, Any], files: dict[str, Upload], contact: Contact) -> NewMessage:
    """Raises `DiscordError`."""
    try:
        message = NewMessage.model_validate(body)
    except ValidationError as error:
        raise invalid_form(*problems_of(error)) from None
    _check_files(message, files)
    problems = [*_of_nonce(message), *_of_components(message), *_of_embeds(message, files)]
    problems += _of_reference(message, contact)
    if problems:
        raise invalid_form(*problems)
    is_empty = not (message.content and message.content.strip()) and not message.embeds
    if is_empty and not files and not message.components:
        raise DiscordError(HTTPStatus.BAD_REQUEST, 50006, "Cannot send an empty message")
    return message


def _check_files(message: NewMessage, files: dict[str, Upload]) -> None:
    if any(len(file.content) > MAX_FILE for file in files.values()) or len(files) > MAX_FILES:
        raise DiscordError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, 40005, "Request entity too large")
    for number, described in enumerate(message.attachments):
        if str(described.id) not in files:
            place = ("attachments", number, "id")
            raise invalid_form(Problem(place, "BASE_TYPE_BAD_VALUE", "Unknown attachment"))
    if message.flags & VOICE:
        _check_voice(message, files)


def _check_voice(message: NewMessage, files: dict[str, Upload]) -> None:
    """https://docs.discord.com/developers/resources/message#voice-messages."""
    sounds = [file for file in files.values() if file.mime_type.startswith("audio/")]
    if message.content or message.embeds or len(files) != 1 or len(sounds) != 1:
        said = "Voice messages must have a single audio attachment."
        raise DiscordError(HTTPStatus.BAD_REQUEST, 50160, said)
    described = next(iter(message.attachments), None)
    if described is None or described.duration_secs is None or not described.waveform:
        said = "Voice messages must have supporting metadata."
        raise DiscordError(HTTPStatus.BAD_REQUEST, 50161, said)


def _of_nonce(message: NewMessage) -> Iterator[Problem]:
    if message.nonce is not None and len(str(message.nonce)) > MAX_NONCE:
        said = f"Must be {MAX_NONCE} or fewer in length."
        yield Problem(("nonce",), "BASE_TYPE_MAX_LENGTH", said)


def _of_components(message: NewMessage) -> Iterator[Problem]:
    seen: set[str] = set()
    for row_number, row in enumerate(message.components):
        place = ("components", row_number)
        if len(row.components) > 1 and any(one.type != _BUTTON for one in row.components):
            said = "A row has buttons, or one select."
            yield Problem(place, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", said)
        for number, component in enumerate(row.components):
            here = (*place, "components", number)
            yield from _of_component(component, here)
            if component.custom_id in seen:
                said = "Component custom id cannot be duplicated"
                yield Problem((*here, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", said)
            if component.custom_id is not None:
                seen.add(component.custom_id)


def _of_component(component: Component, place: tuple[str | int, ...]) -> Iterator[Problem]:
    required = "BASE_TYPE_REQUIRED", "This field is required"
    is_link = component.type == _BUTTON and component.style == _LINK_STYLE
    if component.type == _BUTTON and component.style is None:
        yield Problem((*place, "style"), *required)
    if is_link:
        yield from _of_link(component.url, (*place, "url"))
    elif component.custom_id is None:
        yield Problem((*place, "custom_id"), *required)
    if component.type == _BUTTON and not component.label:
        yield Problem((*place, "label"), *required)
    if component.type != _BUTTON:
        values = [option.value for option in component.options or []]
        if not values:
            yield Problem((*place, "options"), *required)
        if len(set(values)) < len(values):
            code = "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED"
            said = "The specified option value is already used"
            yield Problem((*place, "options"), code, said)


def _of_link(url: str | None, place: tuple[str | int, ...]) -> Iterator[Problem]:
    if url is None:
        yield Problem(place, "BASE_TYPE_REQUIRED", "This field is required")
    elif not _is_web_address(url):
        said = "Scheme must be one of ('http', 'https', 'discord')."
        yield Problem(place, "URL_TYPE_INVALID_SCHEME", said)


def _of_embeds(message: NewMessage, files: dict[str, Upload]) -> Iterator[Problem]:
    size = sum(len(embed.title or "") + len(embed.description or "") for embed in message.embeds)
    if size > MAX_EMBEDS_TEXT:
        said = f"Embed size exceeds maximum size of {MAX_EMBEDS_TEXT}"
        yield Problem(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", said)
    names = {f"attachment://{file.filename}" for file in files.values()}
    for number, embed in enumerate(message.embeds):
        if embed.image is not None and embed.image.url not in names:
            yield from _of_link(embed.image.url, ("embeds", number, "image", "url"))


def _of_reference(message: NewMessage, contact: Contact) -> Iterator[Problem]:
    reference = message.message_reference
    if reference is None or not reference.fail_if_not_exists:
        return
    known = reference.message_id.isdecimal() and int(reference.message_id) in contact.messages
    if not known:
        code = "MESSAGE_REFERENCE_UNKNOWN_MESSAGE"
        yield Problem(("message_reference",), code, "Unknown message")


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)
