"""How Slack proves that a request is its own, and what it says of one that is repeated.

https://docs.slack.dev/authentication/verifying-requests-from-slack, https://docs.slack.dev/apis/events-api/#retries
"""

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

from simulator import clock

FORM = "application/x-www-form-urlencoded"
_INTERACTIONS = frozenset(
    {
        "block_actions",
        "block_suggestion",
        "dialog_cancellation",
        "dialog_submission",
        "dialog_suggestion",
        "interactive_message",
        "message_action",
        "shortcut",
        "view_closed",
        "view_submission",
    }
)
_REASONS = (
    ("Timeout", "http_timeout"),
    ("Wrong response", "http_error"),
    ("Connect", "connection_failed"),
)


def serialise(body: Any) -> bytes:
    """As Slack sends it: JSON, a form with JSON in `payload`, or a slash command's flat form.

    A string is taken as it is.
    """
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, dict) and body.get("type") in _INTERACTIONS:
        return urlencode({"payload": _json(body)}).encode()
    if isinstance(body, dict) and "type" not in body and {"command", "ssl_check"} & set(body):
        return urlencode(body).encode()
    return _json(body).encode()


def _json(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def is_form(body: bytes) -> bool:
    return body.lstrip()[:1] not in {b"{", b"["}


def headers(secret: str, body: bytes) -> dict[str, str]:
    """Signed with the moment, each attempt anew."""
    stamp = str(int(clock.unix()))
    digest = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256)
    return {
        "content-type": FORM if is_form(body) else "application/json",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": f"v0={digest.hexdigest()}",
    }


def retry_headers(number: int, problem: str) -> dict[str, str]:
    reason = next((name for sign, name in _REASONS if sign in problem), "unknown_error")
    return {"x-slack-retry-num": str(number), "x-slack-retry-reason": reason}
