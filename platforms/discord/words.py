"""The words of messages that are not written as content: embeds, and the texts among components."""

from typing import Any

from domain.text import joined
from platforms.discord.trees import TEXT_DISPLAY, walk
from platforms.reading import Json, as_object, as_objects, as_text


def words_of(message: Json) -> str | None:
    """What a message without content says in its embeds and components."""
    embeds = [_embed(embed) for embed in as_objects(message.get("embeds"))]
    texts = [
        as_text(component.get("content"))
        for component in walk(message.get("components"))
        if component.get("type") == TEXT_DISPLAY
    ]
    return joined([*embeds, *texts], "\n\n") or None


def _embed(embed: Json) -> str:
    """https://docs.discord.com/developers/resources/message#embed-object: from its author down to its footer."""
    fields = [
        joined((as_text(field.get("name")), as_text(field.get("value"))), ": ")
        for field in as_objects(embed.get("fields"))
    ]
    lines = [
        _inner(embed, "author", "name"),
        as_text(embed.get("title")),
        as_text(embed.get("description")),
        *fields,
        _inner(embed, "footer", "text"),
    ]
    return joined(lines, "\n") or as_text(embed.get("url")) or _inner(embed, "image", "url") or ""


def _inner(embed: Json, key: str, name: str) -> Any:
    return as_text(as_object(embed.get(key)).get(name))
