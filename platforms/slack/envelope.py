"""Around every payload: for which installation it is, and who we are in it.

https://docs.slack.dev/apis/events-api/#callback-field, https://docs.slack.dev/interactivity/handling-user-interaction#payloads
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from platforms.reading import Json, as_object, as_objects, digest
from platforms.slack.reading import as_moment, as_text

Fields = dict[str, Any]
"""What sets one event apart from another."""


class Envelope(NamedTuple):
    """What is true of everything in one body."""

    key: str
    """Stands for the body where its item has no id of its own; the same each time it is delivered."""
    account: str | None
    app_id: str | None
    bot_users: frozenset[str]
    """The user ids of our own app."""
    at: datetime | None
    is_shared: bool = False
    """Whether it happened in a channel that several organisations share (Slack Connect)."""

    def wrote(self, message: Json) -> bool:
        """Whether our own app wrote a message. Its app says so; where none is named, its user does."""
        app = app_of(message)
        if app is not None and self.app_id is not None:
            return app == self.app_id
        return self.is_us(message.get("user"))

    def is_us(self, user: Any) -> bool:
        return isinstance(user, str) and user in self.bot_users


def envelope_of(body: Json) -> Envelope:
    event_id = as_text(body.get("event_id"))
    return Envelope(
        key=f"event:{event_id or digest(body)}",
        account=account_of(body),
        app_id=as_text(body.get("api_app_id")),
        bot_users=_bot_users(body),
        at=as_moment(body.get("event_time")),
        is_shared=body.get("is_ext_shared_channel") is True,
    )


def app_of(message: Json) -> str | None:
    """The app that posted a message, where it says so."""
    profile = as_object(message.get("bot_profile"))
    return as_text(message.get("app_id")) or as_text(profile.get("app_id"))


def account_of(body: Json) -> str | None:
    """The installation a payload is for: a workspace, or the organisation that the app is installed in.

    In a channel shared between workspaces `team_id` is where the event comes from, which need not be ours: the
    authorization says through which installation we see it.
    """
    return _first(finder(body) for finder in _FINDERS)


def _first(found: Iterable[str | None]) -> str | None:
    return next((name for name in found if name), None)


def _authorized(body: Json) -> str | None:
    for given in as_objects(body.get("authorizations")):
        if given.get("is_enterprise_install") is True and (
            org := as_text(given.get("enterprise_id"))
        ):
            return org
        return as_text(given.get("team_id"))
    return None


def _organisation(body: Json) -> str | None:
    """Interactivity and slash commands of an app that is installed in a whole organisation."""
    if body.get("is_enterprise_install") not in (True, "true"):
        return None
    return as_text(as_object(body.get("enterprise")).get("id")) or as_text(
        body.get("enterprise_id")
    )


def _in(*path: str) -> Callable[[Json], str | None]:
    def find(body: Json) -> str | None:
        for key in path[:-1]:
            body = as_object(body.get(key))
        return as_text(body.get(path[-1]))

    return find


_FINDERS: tuple[Callable[[Json], str | None], ...] = (
    _authorized,
    _organisation,
    _in("context_team_id"),
    _in("view", "app_installed_team_id"),
    _in("team", "id"),
    _in("team_id"),
    _in("enterprise_id"),
    _in("enterprise", "id"),
    _in("user", "team_id"),
    _in("api_app_id"),
)


def _bot_users(body: Json) -> frozenset[str]:
    """With `is_bot` false the authorization is a person's, who installed the app for themselves."""
    given = as_objects(body.get("authorizations"))
    users = (as_text(one.get("user_id")) for one in given if one.get("is_bot") is not False)
    return frozenset(user for user in users if user)


_SECRET = frozenset({"token", "response_url", "response_urls", "trigger_id"})


def kept(item: Any) -> Any:
    """An item as it may be stored: without the addresses and tokens in it that anybody could use."""
    if isinstance(item, dict):
        return {key: kept(value) for key, value in item.items() if key not in _SECRET}
    return [kept(value) for value in item] if isinstance(item, list) else item


def ignored(reason: str) -> Fields:
    return {"kind": "ignored", "reason": reason}
