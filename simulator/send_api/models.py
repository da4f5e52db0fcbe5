"""A call of the Send API, piece by piece: an independent reading of the public reference.

https://developers.facebook.com/documentation/business-messaging/messenger-platform/reference/send-api (read 2026-08).
"""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError


def upto(longest: int) -> StringConstraints:
    """1 to `longest` characters, not all of them blank."""
    return StringConstraints(min_length=1, max_length=longest, pattern=r"\S")


class Part(BaseModel):
    """A piece of a message. Graph refuses keys that it does not know; ids may be numbers."""

    model_config = ConfigDict(extra="forbid", coerce_numbers_to_str=True)


class Recipient(Part):
    """Whom it is for: exactly one of these."""

    id: Annotated[str, upto(256)] | None = None
    user_ref: Annotated[str, upto(256)] | None = None
    comment_id: Annotated[str, upto(256)] | None = None
    post_id: Annotated[str, upto(256)] | None = None
    notification_messages_token: Annotated[str, upto(256)] | None = None

    @property
    def named(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in self if value is not None]


class ReplyTo(Part):
    """The message that is answered."""

    mid: Annotated[str, upto(512)]


class Frame(BaseModel):
    """The whole call. Graph ignores parameters that it does not know at this level."""

    model_config = ConfigDict(extra="ignore")

    recipient: Recipient
    messaging_type: str | None = None
    tag: str | None = None
    message: dict[str, Any] | None = None
    sender_action: Literal["typing_on", "typing_off", "mark_seen", "react", "unreact"] | None = None
    payload: dict[str, Any] | None = None
    """What a reaction is to."""
    reply_to: ReplyTo | None = None
    notification_type: Literal["REGULAR", "SILENT_PUSH", "NO_PUSH"] = "REGULAR"


class QuickReply(Part):
    """One of the bubbles above the keyboard; those for an address have no words of their own."""

    content_type: Literal["text", "user_phone_number", "user_email"]
    title: Annotated[str, StringConstraints(max_length=20)] | None = None
    payload: Annotated[str, StringConstraints(max_length=1000)] | None = None
    image_url: str | None = None

    @model_validator(mode="after")
    def _worded(self) -> Self:
        if self.content_type != "text":
            return self
        if not (self.title or "").strip():
            raise PydanticCustomError(
                "2018098", "Title is required for this quick reply content type"
            )
        if not self.payload:
            raise PydanticCustomError(
                "2018099", "Payload is required for this quick reply content type"
            )
        return self


class Attachment(Part):
    """A file or a template. What the payload must hold depends on the type."""

    type: Literal["image", "audio", "video", "file", "template", "like_heart", "MEDIA_SHARE"]
    payload: dict[str, Any] | None = None


class Message(Part):
    """A text, one or several attachments, or an approved template."""

    text: str | None = None
    attachment: Attachment | None = None
    attachments: list[Attachment] | None = Field(default=None, min_length=1, max_length=10)
    quick_replies: list[QuickReply] | None = Field(default=None, min_length=1, max_length=13)
    metadata: Annotated[str, StringConstraints(max_length=1000)] | None = None
    template: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _one_content(self) -> Self:
        given = [self.text or None, self.attachment, self.attachments, self.template]
        count = sum(item is not None for item in given)
        if count == 0:
            raise PydanticCustomError(
                "2018034", "Message cannot be empty, must provide valid attachment or text"
            )
        if count > 1:
            raise PydanticCustomError("2018034", "Must provide exactly one of text and attachment")
        return self

    @property
    def files(self) -> list[Attachment]:
        """Every attachment."""
        return [self.attachment] if self.attachment is not None else self.attachments or []


class FilePayload(Part):
    """Where a file is: an address that the platform fetches, or the id of an upload."""

    url: Annotated[str, upto(4096)] | None = None
    attachment_id: Annotated[str, upto(64)] | None = None
    is_reusable: bool = False

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.url is None) == (self.attachment_id is None):
            raise PydanticCustomError(
                "2018034", "Must provide exactly one of url and attachment_id for the attachment"
            )
        if self.url is not None and not self.url.startswith(("https://", "http://")):
            raise PydanticCustomError("2018008", "Failed to fetch the file from the url")
        return self


class SharePayload(Part):
    """A post of the account's own."""

    id: Annotated[str, upto(64)]


class Reaction(Part):
    """A reaction to a message of the customer's."""

    message_id: Annotated[str, upto(512)]
    reaction: Annotated[str, upto(32)] | None = None
