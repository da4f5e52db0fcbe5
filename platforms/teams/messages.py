"""A message, new, edited, restored or deleted; and reactions to one.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/conversation-messages (read 2026-08)
"""

from collections.abc import Iterator

from domain.content import MessageContent, TextContent, UnsupportedContent
from platforms.reading import Json, as_object, as_objects, as_text
from platforms.teams.attachments import read_attachments
from platforms.teams.emoji import emoji_of
from platforms.teams.frame import answerable, frame, kept, key_of, news_key, target_of
from platforms.teams.people import address_of, is_a_bots, thread_of
from platforms.teams.reading import Fields, ignored
from platforms.teams.values import own_fields, pressed, read_value
from platforms.teams.words import Words, read_words

_EMPTY = "empty message"


def read_message(activity: Json) -> Iterator[Fields]:
    base, key = frame(activity), key_of(activity)
    if (reason := _objection(activity, base)) is not None:
        yield {**base, **ignored(reason)}
        return
    words = read_words(activity)
    base["reply_to"] = _reply_to(activity, words)
    value = activity.get("value")
    for index, content in enumerate(_contents(activity, words)):
        own = {"external_id": f"{key}:{index}" if index else key, "content": content}
        partly = isinstance(content, UnsupportedContent)
        raw = kept(activity) if partly else answerable(activity, _more(value))
        yield {**base, "kind": "message", **own, "raw": raw}


def _objection(activity: Json, base: Fields) -> str | None:
    if base["sender"] is None:
        return "a message of no conversation"
    if not base["echo"] and is_a_bots(activity):
        return "written by another bot"
    return None


def _contents(activity: Json, words: Words) -> list[MessageContent]:
    """A press says one thing; a text goes with the first of the files beside it, the others are their own messages."""
    if _is_press(activity):
        return [pressed(activity.get("value"), words.text)]
    files, others = read_attachments(activity)
    if files:
        first = files[0].model_copy(update={"caption": words.text})
        return [first, *files[1:]]
    if words.text:
        return [TextContent(text=words.text)]
    if words.pictures:
        return [UnsupportedContent(platform_type="image kept in Graph")]
    return [UnsupportedContent(platform_type=next(iter(others), _EMPTY))]


def _is_press(activity: Json) -> bool:
    return activity.get("value") not in (None, {}, [], "")


def _more(value: object) -> object:
    """What a button says beyond its id and title, which the choice tells."""
    found = read_value(value)
    if isinstance(found, dict) and not {*own_fields(found)} - {"actionId", "title"}:
        return None
    return found


def _reply_to(activity: Json, words: Words) -> str | None:
    """What is quoted; else what is answered: for a press its card, in a thread the message that began it."""
    answered = as_text(activity.get("replyToId"))
    root = thread_of(address_of(activity) or "")
    if root == as_text(activity.get("id")) or _is_press(activity):
        root = None
    return target_of(activity, words.quoted or answered or root)


def read_update(activity: Json) -> Iterator[Fields]:
    """An edit; or a message that was deleted, and is there again. Some edits come without words."""
    change = as_text(as_object(activity.get("channelData")).get("eventType"))
    base, target = frame(activity), target_of(activity, as_text(activity.get("id")))
    base["external_id"] = news_key(activity, change)
    reason = _objection(activity, base) or (None if target else "a change of no message")
    if reason is not None:
        yield {**base, **ignored(reason)}
        return
    contents = _contents(activity, read_words(activity))
    for index, content in enumerate(contents):
        number = f":{index}" if index else ""
        yield {
            **base,
            "kind": "edit",
            "external_id": f"{base['external_id']}{number}",
            "target_external_id": f"{target}{number}",
            "content": content,
            "details": _told(change, contents) or None,
            "raw": kept(activity) if isinstance(content, UnsupportedContent) else None,
        }


def _told(change: str | None, contents: list[MessageContent]) -> Fields:
    """What an edit shows: all of a message that is there again, all of it as it is now, or nothing that we can read."""
    if change == "undeleteMessage":
        return {"type": "restored"}
    if isinstance(contents[0], UnsupportedContent):
        return {"type": "words"}
    return {"parts": len(contents)} if len(contents) > 1 else {}


def read_delete(activity: Json) -> Iterator[Fields]:
    target = target_of(activity, as_text(activity.get("id")))
    base = {**frame(activity), "external_id": news_key(activity)}
    if target is None:
        yield {**base, **ignored("a deletion of nothing")}
        return
    yield {**base, "kind": "delete", "target_external_id": target}


def read_reactions(activity: Json) -> Iterator[Fields]:
    """Every reaction by itself. The message is named by `replyToId`; the activity's own id may be another thing's."""
    base = frame(activity)
    target = target_of(activity, as_text(activity.get("replyToId")) or as_text(activity.get("id")))
    changes = [("added", one) for one in as_objects(activity.get("reactionsAdded"))]
    changes += [("removed", one) for one in as_objects(activity.get("reactionsRemoved"))]
    if target is None or not changes:
        yield {**base, "external_id": news_key(activity), **ignored("a reaction to nothing")}
        return
    for change, reaction in changes:
        name = as_text(reaction.get("type")) or "unknown"
        yield {
            **base,
            "kind": "reaction",
            "external_id": news_key(activity, f"{change}:{name}"),
            "target_external_id": target,
            "emoji": emoji_of(name) if change == "added" else None,
            "details": {"name": name},
        }
