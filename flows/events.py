"""What can happen to a flow run: the inputs of `flows.engine.advance`.

`at` is always the caller's one clock (workflow time), aware; the engine itself reads no clock.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, Field

from domain.value import Value


def _encodable(text: str) -> str:
    """Half of a surrogate pair, which JSON can spell and UTF-8 cannot, becomes a question mark."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


Words = Annotated[str, AfterValidator(_encodable)]
"""A text of the contact's."""


class Started(Value):
    """The run begins. Its facts are what templates may read as `contact.*` and `channel.*`."""

    type: Literal["started"] = "started"
    at: AwareDatetime
    contact: dict[str, Words] = Field(default_factory=dict)
    """Such as `name` and `address`."""
    channel: dict[str, str] = Field(default_factory=dict)
    """Such as `platform` and `name`."""
    language: str | None = None
    """The contact's language; None: the flow's."""


class MessageReceived(Value):
    """The contact wrote, or pressed something. One event for each message, in order."""

    type: Literal["message_received"] = "message_received"
    message_id: str
    text: Words = ""
    """The text, the caption, or the title of what was pressed."""
    choice_id: str | None = None
    """The payload of the pressed button or row, exactly as it was sent out."""
    content_type: str = "text"
    at: AwareDatetime


class TimedOut(Value):
    """The time named by the last `WaitFor` has come. One that comes too early changes nothing."""

    type: Literal["timed_out"] = "timed_out"
    at: AwareDatetime


class SendFailed(Value):
    """A message of this run could not be sent and will not be tried again."""

    type: Literal["send_failed"] = "send_failed"
    message_key: str
    """The `SendMessage.key`."""
    code: str = ""
    """A `DomainError.code`."""
    at: AwareDatetime | None = None
    """None: the time of the event before it."""


Event = Annotated[
    Started | MessageReceived | TimedOut | SendFailed,
    Field(discriminator="type"),
]
