"""What happened to a conversation: who came and went, the app installed or removed, teams and channels changed.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/subscribe-to-conversation-events
(read 2026-08)
"""

import re
from collections.abc import Callable, Iterator

from domain.events import Watermark
from platforms.reading import Json, as_object, as_objects, as_text
from platforms.teams.frame import frame, key_of, target_of
from platforms.teams.people import described
from platforms.teams.reading import Fields, ignored, moment_of, present

_CHANGES = frozenset(
    {
        "teamRenamed",
        "teamArchived",
        "teamUnarchived",
        "teamDeleted",
        "teamHardDeleted",
        "teamRestored",
        "channelCreated",
        "channelRenamed",
        "channelDeleted",
        "channelRestored",
        "channelShared",
        "channelUnshared",
        "channelMemberAdded",
        "channelMemberRemoved",
        "teamMemberAdded",
        "teamMemberRemoved",
    }
)
_INSTALLED = {
    "add": "app_installed",
    "add-upgrade": "app_upgraded",
    "remove": "app_uninstalled",
    "remove-upgrade": "app_removed_for_upgrade",
}
_CAPITAL = re.compile(r"(?<=[a-z])([A-Z])")
_MEETING = "application/vnd.microsoft.meeting"


def read_conversation_update(activity: Json) -> Iterator[Fields]:
    """Every member by itself; else the one change that the channel data name."""
    moves = [("joined", "added", one) for one in as_objects(activity.get("membersAdded"))]
    moves += [("left", "removed", one) for one in as_objects(activity.get("membersRemoved"))]
    if moves:
        for index, (person, bot, member) in enumerate(moves):
            own = {"external_id": f"{key_of(activity)}:{index}"} if index else {}
            is_bot = _is_our_bot(member, activity)
            kind = f"bot_{bot}" if is_bot else f"member_{person}"
            yield {**_lifecycle(activity, kind, member=described(member)), **own}
        return
    change = as_text(as_object(activity.get("channelData")).get("eventType"))
    if change in _CHANGES:
        yield _lifecycle(activity, _words(change))
    elif topic := as_text(activity.get("topicName")):
        yield _lifecycle(activity, "topic_changed", topic=topic)
    else:
        reason = f"unknown change of a conversation: {change}"
        yield {**frame(activity), **ignored(reason if change else "nothing changed")}


def _is_our_bot(member: Json, activity: Json) -> bool:
    key = as_text(member.get("id"))
    return key is not None and key == as_text(as_object(activity.get("recipient")).get("id"))


def _words(change: str) -> str:
    return _CAPITAL.sub(r"_\1", change).lower()


def _lifecycle(activity: Json, kind: str, **details: object) -> Fields:
    data = as_object(activity.get("channelData"))
    places = {name: _place(as_object(data.get(name))) for name in ("team", "channel")}
    told = present({"type": kind, **details, **places})
    return {**frame(activity), "kind": "lifecycle", "details": told}


def _place(place: Json) -> Fields:
    return present({"id": as_text(place.get("id")), "name": as_text(place.get("name"))})


def read_installation(activity: Json) -> Iterator[Fields]:
    action = as_text(activity.get("action")) or ""
    kind = _INSTALLED.get(action)
    if kind is None:
        yield {**frame(activity), **ignored(f"unknown change of an installation: {action}")}
        return
    yield _lifecycle(activity, kind)


def read_contact(activity: Json) -> Iterator[Fields]:
    """Somebody took the bot among their contacts, or out of them."""
    action = as_text(activity.get("action"))
    kind = {"add": "bot_added", "remove": "bot_removed"}.get(action or "")
    if kind is None:
        yield {**frame(activity), **ignored(f"unknown change of a contact: {action}")}
        return
    yield _lifecycle(activity, kind)


def read_typing(activity: Json) -> Iterator[Fields]:
    yield {**frame(activity), "kind": "typing"}


def read_end(activity: Json) -> Iterator[Fields]:
    code = as_text(activity.get("code"))
    yield _lifecycle(activity, "conversation_ended", code=code)


def read_handoff(activity: Json) -> Iterator[Fields]:
    yield _lifecycle(activity, "handoff", name=as_text(activity.get("name")))


def read_event(activity: Json) -> Iterator[Fields]:
    name = as_text(activity.get("name")) or ""
    reader = _EVENTS.get(name)
    if reader is None:
        yield {**frame(activity), **ignored(f"{name or 'an event without a name'} is not used")}
        return
    yield reader(activity)


def _read_receipt(activity: Json) -> Fields:
    """Ids of messages are their times: what was written up to that one has been read."""
    key = as_text(as_object(activity.get("value")).get("lastReadMessageId"))
    target, moment = target_of(activity, key), moment_of(key)
    if target is None:
        return {**frame(activity), **ignored("a read receipt of no message")}
    up_to = Watermark(at=moment) if moment else None
    return {**frame(activity), "kind": "read", "target_external_id": target, "up_to": up_to}


def _meeting(kind: str) -> Callable[[Json], Fields]:
    def read(activity: Json) -> Fields:
        value = as_object(activity.get("value"))
        people = [described(as_object(one.get("user"))) for one in as_objects(value.get("members"))]
        title = as_text(value.get("Title")) or as_text(value.get("title"))
        return _lifecycle(activity, kind, title=title, members=people)

    return read


_EVENTS: dict[str, Callable[[Json], Fields]] = {
    "application/vnd.microsoft.readReceipt": _read_receipt,
    f"{_MEETING}Start": _meeting("meeting_started"),
    f"{_MEETING}End": _meeting("meeting_ended"),
    f"{_MEETING}ParticipantJoin": _meeting("meeting_joined"),
    f"{_MEETING}ParticipantLeave": _meeting("meeting_left"),
}
