"""What the ids of an interaction stand for.

https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object-resolved-data-structure
"""

from typing import Any, NamedTuple

from platforms.discord.people import person
from platforms.reading import Json, as_list, as_object, as_text


class Resolved(NamedTuple):
    """The users, roles, channels, messages and files that an interaction names by id."""

    tables: Json

    @classmethod
    def of(cls, interaction: Json) -> "Resolved":
        return cls(as_object(as_object(interaction.get("data")).get("resolved")))

    def get(self, table: str, key: Any) -> Json:
        """One of them; empty when it is not there."""
        name = as_text(key)
        return as_object(as_object(self.tables.get(table)).get(name)) if name else {}

    def name(self, key: Any) -> str | None:
        """How people call it."""
        user = self.get("users", key)
        if user:
            return person(user, "", self.get("members", key)).name
        named = (as_text(self.get(table, key).get("name")) for table in ("roles", "channels"))
        return next((name for name in named if name), None)

    def attachments(self, keys: Any) -> list[Json]:
        """The files among some ids."""
        found = [self.get("attachments", key) for key in as_list(keys) or [keys]]
        return [attachment for attachment in found if attachment]
