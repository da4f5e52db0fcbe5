"""Somebody filled in a lead form: the webhook names the answers, and does not hold them.

https://learn.microsoft.com/en-us/linkedin/marketing/lead-sync/leadsync
"""

from typing import Any

from domain.content import FormContent
from platforms.linkedin.reading import as_moment
from platforms.reading import Json, as_text

_RESPONSES = ("leadGenFormResponse", "leadFormResponse", "formResponse")
_MOMENTS = ("occurredAt", "occuredAt", "submittedAt")
_DELETED = "DELETED"


def is_lead(item: Json) -> bool:
    kind = as_text(item.get("type")) or ""
    return kind.upper().startswith("LEAD") or _response(item) is not None


def _response(item: Json) -> str | None:
    return next((key for key in (as_text(item.get(name)) for name in _RESPONSES) if key), None)


def read_lead(item: Json) -> dict[str, Any]:
    """A form, known by its response. Who filled it in stands in the response alone, so it names nobody."""
    response = _response(item)
    if response is None:
        return {"kind": "ignored", "reason": "a lead without its answers"}
    moments = (as_moment(item.get(name)) for name in _MOMENTS)
    common = {"sent_at": next((moment for moment in moments if moment), None)}
    if (as_text(item.get("leadAction")) or "").upper() == _DELETED:
        return {
            **common,
            "kind": "delete",
            "external_id": f"{response}:deleted",
            "target_external_id": response,
        }
    fields = {key: value for key, value in item.items() if key != "type"}
    return {
        **common,
        "kind": "message",
        "external_id": response,
        "content": FormContent(fields=fields),
    }
