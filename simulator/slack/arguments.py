"""A call's arguments, however they were sent: query, form or, where the method takes it, JSON.

https://docs.slack.dev/apis/web-api/#basics
"""

import json
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request

from simulator.slack.errors import SlackError, missing

Json = dict[str, Any]

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
MAX_BODY = 1024 * 1024


@dataclass
class Arguments:
    """Named arguments; unknown ones are let be, as Slack does."""

    values: Json = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        """As a string; missing is empty."""
        value = self.values.get(name)
        if value is None:
            return ""
        return value if isinstance(value, str) else json.dumps(value)

    def required(self, *names: str) -> list[str]:
        """Their texts. Raises `SlackError` when one is missing or empty."""
        lacking = [name for name in names if not self.text(name).strip()]
        if lacking:
            raise missing(*lacking)
        return [self.text(name) for name in names]

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in {"true", "1"}

    def structure(self, name: str, kind: type, error: str) -> Any:
        """An object or list, as JSON or as a string that holds JSON; None when missing."""
        value = self.values.get(name)
        if value in (None, ""):
            return None
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                raise SlackError(error) from None
        if not isinstance(value, kind):
            raise SlackError(error)
        return value

    def recorded(self) -> Json:
        """The call as JSON for the ledger: nested objects opened, no token."""
        shown: Json = {}
        for name, value in self.values.items():
            nested = isinstance(value, str) and value[:1] in ("{", "[")
            try:
                shown[name] = json.loads(value) if nested else value
            except ValueError:
                shown[name] = value
        shown.pop("token", None)
        return shown


async def read(request: Request, *, takes_json: bool) -> Arguments:
    """Raises `SlackError`."""
    arguments = Arguments(values=dict(request.query_params))
    if request.method == "GET":
        return arguments
    declared = request.headers.get("content-type", "")
    kind, _, parameters = declared.partition(";")
    kind = kind.strip().lower()
    if kind in FORMS:
        async with request.form(max_fields=200) as form:
            texts = {name: value for name, value in form.multi_items() if isinstance(value, str)}
            arguments.values |= texts
    elif kind == "application/json":
        body = await _object(request)
        arguments.values |= body if takes_json else {}
        if "charset" not in parameters.lower():
            arguments.warnings.append("missing_charset")
    elif await request.body():
        raise SlackError("invalid_post_type" if kind else "missing_post_type")
    return arguments


async def _object(request: Request) -> Json:
    raw = await request.body()
    if len(raw) > MAX_BODY:
        raise SlackError("request_too_large")
    try:
        body = json.loads(raw or b"{}")
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(body, dict):
        raise SlackError("json_not_object")
    return body
