"""Small conversions between rows and values, shared by the repositories."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from domain.conversation import ConversationView, Owner


def as_json(value: BaseModel | list[Any] | dict[str, Any]) -> str:
    """JSON text for a `jsonb` parameter. NUL, which PostgreSQL cannot hold, becomes U+FFFD."""
    text = (
        value.model_dump_json(exclude_none=True)
        if isinstance(value, BaseModel)
        else json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    )
    return text.replace("\\u0000", "\\ufffd")


def clean(text: str | None) -> str | None:
    """Text as PostgreSQL can hold it."""
    return text.replace("\x00", "\ufffd") if text else text


def view_of(row: Mapping[str, Any]) -> ConversationView:
    """Where a conversation stands, from its row."""
    owner = Owner(kind=row["owner_kind"], id=row["owner_id"])
    return ConversationView.model_validate({**row, "owner": owner})
