"""What an action does to a conversation, and when it is refused. Pure; called from workflows.

Changing a rule here changes running conversations: see docs/how-to/change-a-workflow-safely.md.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.content import MessageContent
from domain.conversation import Action, ConversationStatus, ConversationView, Owner, OwnerKind
from domain.errors import AlreadyResolved, NotPossible, NotYours, TooLate, WindowClosed
from domain.window import is_open


def project(view: ConversationView, action: Action) -> ConversationView:
    """The conversation after an action that was allowed."""
    return view.model_copy(update=_CHANGES[action.kind](view, action))


def waits(view: ConversationView) -> bool:
    """Whether it stands in a queue and wants an agent now."""
    return view.owner.kind == OwnerKind.QUEUE and view.status == ConversationStatus.OPEN


def check_time(valid_until: datetime | None, now: datetime) -> None:
    """Raise `TooLate` when whoever asked has given up waiting."""
    if valid_until is not None and now > valid_until:
        raise TooLate


def check_reply(
    view: ConversationView,
    author: UUID | None,
    content: MessageContent,
    window: timedelta | None,
    now: datetime,
) -> None:
    """Raise unless this agent may write this now. `window` is how long the platform lets a person answer."""
    if view.status == ConversationStatus.RESOLVED:
        raise AlreadyResolved
    if view.owner != Owner(kind=OwnerKind.AGENT, id=author):
        raise NotYours
    if content.type != "template" and not is_open(window, view.last_inbound_at, now):
        raise WindowClosed


def check_action(view: ConversationView, action: Action, now: datetime) -> None:
    """Raise unless the action makes sense now."""
    resolved = view.status == ConversationStatus.RESOLVED
    if action.kind == "reopen" and not resolved:
        raise NotPossible("this conversation is not resolved")
    if resolved and action.kind not in {"reopen", "note", "tag", "set_priority"}:
        raise AlreadyResolved
    if action.kind == "snooze" and (action.until is None or action.until <= now):
        raise NotPossible("snooze needs a time in the future")
    if action.kind == "take_over" and view.owner == Owner(kind=OwnerKind.AGENT, id=action.assignee):
        raise NotPossible("you have this conversation already")


def _to_agent(view: ConversationView, action: Action) -> dict[str, Any]:
    return {
        "owner": Owner(kind=OwnerKind.AGENT, id=action.assignee),
        "status": ConversationStatus.OPEN,
        "snoozed_until": None,
    }


def _to_queue(view: ConversationView, action: Action) -> dict[str, Any]:
    queue = action.queue or view.queue_id
    return {
        "owner": Owner(kind=OwnerKind.QUEUE, id=queue),
        "queue_id": queue,
        "status": ConversationStatus.OPEN,
        "snoozed_until": None,
    }


def _hand_over(view: ConversationView, action: Action) -> dict[str, Any]:
    return {**_to_queue(view, action), "priority": action.priority or view.priority}


def _assign(view: ConversationView, action: Action) -> dict[str, Any]:
    return _to_agent(view, action) if action.assignee else _to_queue(view, action)


def _resolve(view: ConversationView, action: Action) -> dict[str, Any]:
    # An agent keeps the credit for what was resolved; a flow's run ends with it.
    owner = (
        Owner(kind=OwnerKind.QUEUE, id=view.queue_id)
        if view.owner.kind == OwnerKind.FLOW
        else view.owner
    )
    return {"status": ConversationStatus.RESOLVED, "owner": owner, "snoozed_until": None}


def _tags(view: ConversationView, action: Action) -> dict[str, Any]:
    kept = [tag for tag in view.tags if tag not in action.remove]
    return {"tags": [*kept, *(tag for tag in action.add if tag not in kept)]}


_CHANGES: dict[str, Callable[[ConversationView, Action], dict[str, Any]]] = {
    "note": lambda view, action: {},
    "assign": _assign,
    "take_over": _to_agent,
    "hand_over": _hand_over,
    "resolve": _resolve,
    "reopen": _assign,
    "snooze": lambda view, action: {
        "status": ConversationStatus.SNOOZED,
        "snoozed_until": action.until,
    },
    "wake": lambda view, action: {"status": ConversationStatus.OPEN, "snoozed_until": None},
    "tag": _tags,
    "set_priority": lambda view, action: {"priority": action.priority or view.priority},
}
