"""What people press, choose and submit, as events.

https://docs.slack.dev/reference/interaction-payloads
"""

from collections.abc import Callable, Iterator

from domain.content import ChoiceContent, FormContent, MessageContent, UnsupportedContent
from platforms.reading import Json, as_object, as_objects
from platforms.slack.envelope import Envelope, Fields, ignored
from platforms.slack.people import acting, address_of, is_ts, message_id, root_of
from platforms.slack.reading import as_moment, as_text
from platforms.slack.rich import words_of_text_object
from platforms.slack.values import (
    choice_of,
    elements_of,
    form_of,
    is_answered_by_many,
    value_of,
)

Reader = Callable[[Json, Envelope], Iterator[Fields]]


def _pressed(body: Json, envelope: Envelope) -> Iterator[Fields]:
    """https://docs.slack.dev/reference/interaction-payloads/block_actions-payload."""
    frame = _frame(body)
    actions = as_objects(body.get("actions"))
    if not actions or frame is None:
        yield ignored("a press of nothing" if frame else "a press by nobody")
        return
    for index, action in enumerate(actions):
        yield {
            **frame,
            **_said(_content(action, body), action),
            "external_id": _press_id(action, body, index),
            "sent_at": as_moment(action.get("action_ts")),
            "details": _told(action, "action_id", "block_id") or None,
        }


def _said(content: MessageContent | None, action: Json) -> Fields:
    if content is None:
        return ignored("a link was opened, or a choice taken back")
    raw = action if isinstance(content, UnsupportedContent) else None
    return {"kind": "message", "content": content, "raw": raw}


def _content(action: Json, body: Json) -> MessageContent | None:
    """A choice, or a form where several things or words were given; None where nothing was answered."""
    kind = as_text(action.get("type")) or "button"
    name = as_text(action.get("action_id")) or kind
    if is_answered_by_many(action):
        return FormContent(fields={name: value_of(action)})
    if (chosen := choice_of(action)) is not None:
        return ChoiceContent(id=chosen.value, title=chosen.title or chosen.value)
    value = as_text(action.get("value"))
    if value is None and kind not in _BUTTONS:
        taken_back = any(key.startswith("selected_") for key in action)
        return None if taken_back else UnsupportedContent(platform_type=kind)
    if value is None and as_text(action.get("url")):
        return None
    key = name if value is None or _shared(value, body) else value
    return ChoiceContent(id=key, title=words_of_text_object(action.get("text")) or key)


_BUTTONS = frozenset({"button", "icon_button", "workflow_button"})


def _shared(value: str, body: Json) -> bool:
    """Whether several buttons of the message have this value: then only their action ids tell them apart."""
    holder = as_object(body.get("message")) or as_object(body.get("view"))
    values = [element.get("value") for element in elements_of(holder.get("blocks"))]
    return values.count(value) > 1


def _told(item: Json, *keys: str) -> dict[str, str]:
    return {key: value for key in keys if (value := as_text(item.get(key)))}


def _press_id(action: Json, body: Json, index: int) -> str | None:
    """The moment of the press and who pressed: two people may press at once."""
    moment, user = as_text(action.get("action_ts")), as_text(as_object(body.get("user")).get("id"))
    if moment is None or user is None:
        return None
    return f"action:{moment}:{user}" + (f":{index}" if index else "")


def _frame(body: Json) -> Fields | None:
    """Who acted on which message; None when that is nobody.

    A message that only one person sees has no thread of its own: outside of threads that person is answered.
    """
    user = as_object(body.get("user"))
    container = as_object(body.get("container"))
    message = as_object(body.get("message")) or as_object(body.get("original_message"))
    channel = as_text(container.get("channel_id")) or as_text(
        as_object(body.get("channel")).get("id")
    )
    ts = next((ts for ts in _stamps(body, container, message) if is_ts(ts)), None)
    thread = as_text(container.get("thread_ts")) or as_text(message.get("thread_ts"))
    root = thread or (None if container.get("is_ephemeral") is True else root_of(message) or ts)
    person = as_text(user.get("id"))
    private = channel is not None and channel.startswith("D")
    address = address_of(channel, root) if channel and (root or private) else person
    if address is None:
        return None
    return {
        "sender": acting(user, address),
        "thread": thread,
        "reply_to": message_id(channel, ts),
    }


def _stamps(body: Json, container: Json, message: Json) -> Iterator[str | None]:
    yield as_text(container.get("message_ts"))
    yield as_text(message.get("ts"))
    yield as_text(body.get("message_ts"))


def _submitted(body: Json, envelope: Envelope) -> Iterator[Fields]:
    """https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload#view_submission."""
    user, view = as_object(body.get("user")), as_object(body.get("view"))
    channels = (as_text(one.get("channel_id")) for one in as_objects(body.get("response_urls")))
    address = next((one for one in channels if one), None) or as_text(user.get("id"))
    if address is None:
        yield ignored("a form of nobody")
        return
    yield {
        "kind": "message",
        "external_id": _view_id(view),
        "sender": acting(user, address),
        "content": FormContent(fields=form_of(as_object(view.get("state")).get("values"))),
        "details": _told(view, "callback_id", "private_metadata", "external_id") or None,
    }


def _view_id(view: Json) -> str | None:
    """A view has one hash for each state it was in."""
    key, state = as_text(view.get("id")), as_text(view.get("hash"))
    return f"view:{key}:{state}" if key and state else None


def _shortcut(body: Json, envelope: Envelope) -> Iterator[Fields]:
    """https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload, of an app or a message."""
    frame, callback = _frame(body), as_text(body.get("callback_id"))
    if frame is None or callback is None:
        yield ignored("a shortcut of nobody" if frame is None else "a shortcut without a name")
        return
    trigger = as_text(body.get("trigger_id"))
    yield {
        **frame,
        "kind": "message",
        "external_id": f"trigger:{trigger}" if trigger else None,
        "sent_at": as_moment(body.get("action_ts")),
        "content": ChoiceContent(id=callback, title=callback),
        # The message that the shortcut was used on.
        "raw": as_object(body.get("message")) or None,
    }


def _attachment_action(body: Json, envelope: Envelope) -> Iterator[Fields]:
    """https://docs.slack.dev/legacy/legacy-messaging/legacy-interactive-message-field-guide: buttons of attachments."""
    frame = _frame(body)
    actions = as_objects(body.get("actions"))
    if frame is None or not actions:
        yield ignored("a press of nothing" if frame else "a press by nobody")
        return
    action, user = actions[0], as_text(as_object(body.get("user")).get("id"))
    options = as_objects(action.get("selected_options"))
    chosen = as_text(options[0].get("value")) if options else as_text(action.get("value"))
    name = as_text(action.get("name"))
    key = chosen or name
    if key is None:
        yield {**frame, **ignored("a press of nothing")}
        return
    moment = as_text(body.get("action_ts"))
    yield {
        **frame,
        "kind": "message",
        "external_id": f"action:{moment}:{user}" if moment and user else None,
        "sent_at": as_moment(moment),
        "content": ChoiceContent(id=key, title=_attachment_title(body, key, name) or key),
        "details": _told(body, "callback_id") | ({"name": name} if name else {}),
    }


def _attachment_title(body: Json, value: str, name: str | None) -> str | None:
    """What stood on the button or the option."""
    for attachment in as_objects(as_object(body.get("original_message")).get("attachments")):
        for action in as_objects(attachment.get("actions")):
            if action.get("name") != name:
                continue
            for option in [action, *as_objects(action.get("options"))]:
                if option.get("value") == value:
                    return as_text(option.get("text"))
    return None


def _dialog(body: Json, envelope: Envelope) -> Iterator[Fields]:
    """https://docs.slack.dev/legacy/legacy-dialogs: the forms of before views."""
    frame = _frame(body)
    if frame is None:
        yield ignored("a form of nobody")
        return
    moment = as_text(body.get("action_ts"))
    yield {
        **frame,
        "kind": "message",
        "external_id": f"action:{moment}" if moment else None,
        "sent_at": as_moment(moment),
        "content": FormContent(fields=as_object(body.get("submission"))),
        "details": _told(body, "callback_id") or None,
    }


def _nothing(reason: str) -> Reader:
    def reader(body: Json, envelope: Envelope) -> Iterator[Fields]:
        yield ignored(reason)

    return reader


READERS: dict[str, Reader] = {
    "block_actions": _pressed,
    "view_submission": _submitted,
    "shortcut": _shortcut,
    "message_action": _shortcut,
    "interactive_message": _attachment_action,
    "dialog_submission": _dialog,
    "view_closed": _nothing("a form was closed"),
    "dialog_cancellation": _nothing("a form was closed"),
    "block_suggestion": _nothing("a menu asks for its options"),
    "dialog_suggestion": _nothing("a menu asks for its options"),
}
ASKS_FOR_OPTIONS = frozenset({"block_suggestion", "dialog_suggestion"})
