"""Whether Teams would take an activity of a bot.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages
"""

import base64
import json
import re
from http import HTTPStatus
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from simulator.teams.cards import Card
from simulator.teams.errors import TeamsError, bad_argument, bad_syntax
from simulator.teams.world import Json

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
PICTURES = ("image/png", "image/jpeg", "image/gif")
MAX_BYTES = 100 * 1024
"""Of an activity in UTF-16, without the pictures inside of it, which have a limit of their own."""
MAX_PICTURE = 1024 * 1024
_TYPES = {"message", "typing"}
_INSIDE = re.compile(r"data:(image/[a-z]+);base64,(.*)", re.DOTALL)
_ANY_INSIDE = re.compile(r'"data:image/[^"]*"')


class Attachment(BaseModel):
    """A card or a picture."""

    model_config = ConfigDict(strict=True, frozen=True)

    content_type: str = Field(alias="contentType")
    content_url: str | None = Field(default=None, alias="contentUrl")
    content: dict[str, Any] | None = None
    name: str | None = None


class Activity(BaseModel):
    """What is read of an activity. Fields that the connector does not know, it ignores."""

    model_config = ConfigDict(strict=True, frozen=True)

    type: str
    text: str | None = None
    text_format: Literal["plain", "markdown", "xml"] = Field("markdown", alias="textFormat")
    summary: str | None = None
    reply_to_id: str | None = Field(None, alias="replyToId")
    attachments: list[Attachment] = Field(default_factory=list)
    entities: list[dict[str, Any]] = Field(default_factory=list)


def body_of(raw: bytes) -> Json:
    """Raises `TeamsError`."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise bad_syntax("No valid activities found")
    return body


def read(body: Json) -> Activity:
    """Raises `TeamsError`."""
    text = _ANY_INSIDE.sub('""', json.dumps(body, ensure_ascii=False))
    if len(text.encode("utf-16-le", "surrogatepass")) > MAX_BYTES:
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        raise TeamsError(status, "MessageSizeTooBig", "Message size too large.")
    try:
        activity = Activity.model_validate({k: v for k, v in body.items() if v is not None})
    except ValidationError as error:
        raise bad_syntax(f"Error converting value: {_first(error)}") from None
    if activity.type not in _TYPES:
        raise bad_argument("Unknown activity type")
    if activity.type == "message":
        _check_content(activity)
    return activity


def _check_content(activity: Activity) -> None:
    if not (activity.text and activity.text.strip()) and not activity.attachments:
        said = "Activity must include non empty 'text' field or at least 1 attachment"
        raise bad_syntax(said)
    for attachment in activity.attachments:
        if attachment.content_type == ADAPTIVE:
            card_of(attachment)
        elif attachment.content_type in PICTURES:
            _check_picture(attachment.content_url or "")
        else:
            raise bad_argument("Unknown attachment type")


def card_of(attachment: Attachment) -> Card:
    """Raises `TeamsError`."""
    try:
        return Card.model_validate(attachment.content)
    except ValidationError as error:
        raise bad_argument(f"The Adaptive Card is not valid: {_first(error)}") from None


def _check_picture(url: str) -> None:
    inside = _INSIDE.fullmatch(url)
    if inside is None:
        if not _is_web_address(url):
            raise bad_argument("The contentUrl of an image attachment must be a URL")
        return
    if inside[1] not in PICTURES:
        raise bad_argument("Unknown attachment type")
    try:
        content = base64.b64decode(inside[2], validate=True)
    except ValueError:
        raise bad_argument("The image is not valid base64") from None
    if len(content) > MAX_PICTURE:
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        raise TeamsError(status, "MessageSizeTooBig", "Message size too large.")


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def _first(error: ValidationError) -> str:
    problem = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in problem["loc"])
    return f"{place}: {problem['msg']}"
