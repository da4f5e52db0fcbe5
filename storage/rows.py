"""Small conversions between rows and values, shared by the repositories."""

import json
import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from domain.conversation import ConversationView, Owner


def as_json(value: BaseModel | list[Any] | dict[str, Any]) -> str:
    """JSON text for a `jsonb` parameter. NUL, which PostgreSQL cannot hold, becomes U+FFFD."""
    plain = (
        value.model_dump(mode="json", exclude_none=True) if isinstance(value, BaseModel) else value
    )
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"), default=str)
    return _ESCAPED_NUL.sub(r"\1\\ufffd", text).encode("utf-8", "replace").decode()


# An escaped NUL, and not the six characters of one after an escaped backslash.
_ESCAPED_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


def clean(text: str | None) -> str | None:
    """Text as PostgreSQL can hold it: no NUL, no half of a surrogate pair."""
    if not text:
        return text
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()


def view_of(row: Mapping[str, Any]) -> ConversationView:
    """Where a conversation stands, from its row."""
    owner = Owner(kind=row["owner_kind"], id=row["owner_id"])
    return ConversationView.model_validate({**row, "owner": owner})
