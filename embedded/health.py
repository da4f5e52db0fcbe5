"""Whether a server of ours says that it is healthy: `GET /health`, without a client library."""

import json
from http.client import HTTPConnection, HTTPException
from typing import Any

from embedded.ports import reachable

_SECONDS = 2.0


def http_ok(host: str, port: int) -> str | None:
    """None when `GET /health` answers 200, else what it says instead."""
    status, _ = _ask(host, port)
    if status == 0:
        return "it accepts no connections"
    return None if status == 200 else f"GET /health answers {status}"


def http_names(host: str, port: int, part: str) -> str | None:
    """None when the JSON of `GET /health` says `{"ok": true}` of this part, whatever the status of the whole."""
    status, body = _ask(host, port)
    if status == 0:
        return "the API that watches it accepts no connections"
    said = body.get(part)
    if not isinstance(said, dict):
        return f"GET /health says nothing of {part}"
    return None if said.get("ok") is True else f"{part}: {said.get('detail') or 'not ok'}"


def _ask(host: str, port: int) -> tuple[int, dict[str, Any]]:
    """Status and JSON object; status 0 when nobody answers."""
    connection = HTTPConnection(reachable(host), port, timeout=_SECONDS)
    try:
        connection.request("GET", "/health")
        answer = connection.getresponse()
        status, text = answer.status, answer.read()
    except (OSError, HTTPException):
        return 0, {}
    finally:
        connection.close()
    return status, _object(text)


def _object(text: bytes) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
