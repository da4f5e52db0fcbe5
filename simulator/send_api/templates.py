"""Button and generic templates and their limits.

https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/template/button
https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/template/generic
"""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from simulator.send_api.models import Part, upto

Title = Annotated[str, upto(20)]


class Button(Part):
    """What can be pressed: a link, an answer, or a number to call."""

    type: Literal["web_url", "postback", "phone_number"]
    title: Title | None = None
    url: str | None = None
    payload: Annotated[str, StringConstraints(max_length=1000)] | None = None
    webview_height_ratio: Literal["compact", "tall", "full"] | None = None
    messenger_extensions: bool | None = None
    fallback_url: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.title is None:
            raise PydanticCustomError("2018053", "Element button title cannot be empty.")
        if self.type == "web_url":
            if not self.url:
                raise PydanticCustomError("2018041", "Web url cannot be empty for url type button")
            if not self.url.startswith(("https://", "http://")):
                raise PydanticCustomError("2018062", "url should represent a valid URL")
        elif not self.payload:
            raise PydanticCustomError(
                "2018040", f"Payload cannot be empty for {self.type} type button"
            )
        return self


class DefaultAction(Part):
    """What a tap on a card opens."""

    type: Literal["web_url"]
    url: Annotated[str, upto(4096)]
    webview_height_ratio: Literal["compact", "tall", "full"] | None = None
    messenger_extensions: bool | None = None
    fallback_url: str | None = None


class Element(Part):
    """A card: a title and at least one thing more."""

    title: Annotated[str, upto(80)]
    subtitle: Annotated[str, StringConstraints(max_length=80)] | None = None
    image_url: str | None = None
    default_action: DefaultAction | None = None
    buttons: list[Button] | None = Field(default=None, min_length=1, max_length=3)

    @model_validator(mode="after")
    def _not_alone(self) -> Self:
        if not (self.subtitle or self.image_url or self.buttons):
            raise PydanticCustomError(
                "2018035",
                "Incomplete element data: title and at least one other field (image url, "
                "subtitle or buttons) is required with non-empty value",
            )
        return self


class Sharable(Part):
    """What both templates have."""

    sharable: bool | None = None


class ButtonTemplate(Sharable):
    """A text and 1 to 3 buttons."""

    template_type: Literal["button"]
    text: Annotated[str, upto(640)]
    buttons: list[Button] = Field(min_length=1, max_length=3)


class GenericTemplate(Sharable):
    """1 to 10 cards."""

    template_type: Literal["generic"]
    elements: list[Element] = Field(min_length=1, max_length=10)
    image_aspect_ratio: Literal["horizontal", "square"] | None = None


TEMPLATES: dict[Any, type[ButtonTemplate] | type[GenericTemplate]] = {
    "button": ButtonTemplate,
    "generic": GenericTemplate,
}
