"""What people press, submit and answer where Teams waits for our reply: see `answers` for the replies.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/bot-invoke-activity (read 2026-08)
"""

from collections.abc import Callable, Iterator
from typing import Any

from domain.content import ChoiceContent, MessageContent
from platforms.reading import Json, as_object, as_text, read_json
from platforms.teams.frame import answerable, frame, kept, key_of, news_key, target_of
from platforms.teams.reading import Fields, ignored, present
from platforms.teams.values import executed, pressed, submitted

Reader = Callable[[Json], MessageContent | Fields]


def read_invoke(activity: Json) -> Iterator[Fields]:
    name = as_text(activity.get("name")) or ""
    reader = _READERS.get(name)
    base = {**frame(activity), "reply_to": target_of(activity, as_text(activity.get("replyToId")))}
    if base["sender"] is None:
        yield {**base, **ignored("an invoke of no conversation")}
        return
    if reader is None:
        yield {**base, **ignored(_reason(name))}
        return
    read = reader(activity)
    if isinstance(read, dict):
        yield {**base, **read}
        return
    value = kept(activity).get("value")
    raw = answerable(activity, value)
    own = {"external_id": key_of(activity), "content": read, "raw": raw}
    yield {**base, "kind": "message", **own, "details": {"invoke": name}}


def _reason(name: str) -> str:
    known = name.startswith(_UNUSED)
    return f"{name} is not used" if known else f"unknown kind of invoke: {name or 'without a name'}"


def _card_action(activity: Json) -> MessageContent | Fields:
    """A card also asks by itself to be refreshed, which nobody pressed."""
    value = as_object(activity.get("value"))
    if value.get("trigger") == "automatic":
        return ignored("a card asks to be refreshed")
    return executed(as_object(value.get("action")))


def _data_of(activity: Json) -> Any:
    """A dialog's value is its `data`, beside the theme of the app."""
    value = as_object(activity.get("value"))
    return value.get("data", value)


def _opened(activity: Json) -> MessageContent:
    """A button that wants a dialog. Its `type` and `msteams` are instructions to the app."""
    data = _data_of(activity)
    if isinstance(data, dict):
        data = {key: item for key, item in data.items() if key != "type"}
    read = pressed(data) if data not in (None, {}, "") else None
    return read or ChoiceContent(id="task/fetch", title="task/fetch")


def _submitted(activity: Json) -> MessageContent:
    return submitted(_data_of(activity))


def _consent(activity: Json) -> MessageContent:
    """Whether somebody takes a file that they were offered. The address to put it at is a key, and not kept."""
    action = as_text(as_object(activity.get("value")).get("action")) or "unknown"
    return ChoiceContent(id=action, title=action)


def _suggested(activity: Json) -> MessageContent:
    return pressed(activity.get("value"))


def _connector_action(activity: Json) -> MessageContent:
    """A button of an old card of Office 365: its inputs are JSON in a text.

    https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference (read 2026-08)
    """
    value = as_object(activity.get("value"))
    key = as_text(value.get("actionId")) or "action"
    return ChoiceContent(id=key, title=key)


def _feedback(activity: Json) -> MessageContent | Fields:
    """A thumb below one of our messages, with what somebody wrote to it.

    https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bot-messages-ai-generated-content (read 2026-08)
    """
    value = as_object(activity.get("value"))
    given = as_object(value.get("actionValue"))
    target = target_of(activity, as_text(activity.get("replyToId")))
    thumb = {"like": "👍", "dislike": "👎"}.get(as_text(given.get("reaction")) or "")
    if target is None or thumb is None:
        return submitted(given or value)
    return {
        "kind": "reaction",
        "external_id": news_key(activity),
        "target_external_id": target,
        "emoji": thumb,
        "details": present({"name": given.get("reaction"), "feedback": _feedback_text(given)}),
    }


def _feedback_text(given: Json) -> str | None:
    said = as_text(given.get("feedback"))
    try:
        return as_text(as_object(read_json(said or "")).get("feedbackText"))
    except ValueError:
        return said


def _handoff(activity: Json) -> Fields:
    """Somebody was sent on to us by another bot; what they carry is a token, and not kept."""
    return {"kind": "lifecycle", "details": {"type": "handoff"}}


_UNUSED = ("composeExtension/", "signin/", "application/search", "tab/", "config/")
_READERS: dict[str, Reader] = {
    "adaptiveCard/action": _card_action,
    "task/fetch": _opened,
    "task/submit": _submitted,
    "fileConsent/invoke": _consent,
    "suggestedActions/submit": _suggested,
    "actionableMessage/executeAction": _connector_action,
    "message/submitAction": _feedback,
    "handoff/action": _handoff,
}
