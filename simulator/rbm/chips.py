"""The chips of a message, with the limits that are theirs. Google refuses fields that it does not know.

https://developers.google.com/business-communications/rcs-business-messaging/reference/rest/v1/phones.agentMessages#Suggestion
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic.alias_generators import to_camel

E164 = r"^\+[1-9]\d{6,14}$"
MAX_LABEL, MAX_POSTBACK, MAX_URL = 25, 2048, 2048

Label = Annotated[str, StringConstraints(min_length=1, max_length=MAX_LABEL)]
Postback = Annotated[str, StringConstraints(min_length=1, max_length=MAX_POSTBACK)]
Url = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+", max_length=MAX_URL)]


class Body(BaseModel):
    """An object in a body."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", alias_generator=to_camel)

    def one_of(self, *names: str) -> str:
        """The one of these fields that is given. Raises `ValueError`."""
        given = [name for name in names if getattr(self, name) is not None]
        if len(given) != 1:
            listed = ", ".join(map(to_camel, names))
            raise ValueError(f"exactly one of {listed} must be set")
        return given[0]


class Reply(Body):
    """A chip that answers."""

    text: Label
    postback_data: Postback


class Dial(Body):
    """Calls a number."""

    phone_number: Annotated[str, StringConstraints(pattern=E164)]


class LatLong(Body):
    """A point."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class ViewLocation(Body):
    """Opens a map at a point, or at what is looked for."""

    lat_long: LatLong | None = None
    label: Annotated[str, StringConstraints(max_length=100)] | None = None
    query: str | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        self.one_of("lat_long", "query")
        return self


class OpenUrl(Body):
    """Opens a page."""

    url: Url
    application: Literal["BROWSER", "WEBVIEW"] | None = None
    webview_view_mode: Literal["FULL", "HALF", "TALL"] | None = None
    description: str | None = None


class CalendarEvent(Body):
    """Adds an appointment."""

    start_time: str
    end_time: str
    title: Annotated[str, StringConstraints(max_length=100)]
    description: Annotated[str, StringConstraints(max_length=500)] | None = None


class ShareLocation(Body):
    """Asks where the person is."""


ACTIONS = {
    "dial_action": "ACTION_DIAL",
    "view_location_action": "ACTION_VIEW_LOCATION",
    "open_url_action": "ACTION_OPEN_URL",
    "create_calendar_event_action": "ACTION_CREATE_CALENDAR_EVENT",
    "share_location_action": "ACTION_SHARE_LOCATION",
}
"""The feature that a device needs for each."""


class Action(Body):
    """A chip that does something."""

    text: Label
    postback_data: Postback
    fallback_url: Url | None = None
    dial_action: Dial | None = None
    view_location_action: ViewLocation | None = None
    open_url_action: OpenUrl | None = None
    create_calendar_event_action: CalendarEvent | None = None
    share_location_action: ShareLocation | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        self.one_of(*ACTIONS)
        return self

    @property
    def kind(self) -> str:
        return self.one_of(*ACTIONS)


class Suggestion(Body):
    """A chip."""

    reply: Reply | None = None
    action: Action | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        self.one_of("reply", "action")
        return self

    @property
    def shown(self) -> Reply | Action:
        found = self.reply or self.action
        assert found is not None  # noqa: S101  checked above
        return found
