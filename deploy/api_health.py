"""Container health of the API: it answers, and can take messages because PostgreSQL or Temporal is up.

Not the page's own 200: one part that is away must not take the API, which buffers meanwhile, out of service.
"""

import json
import sys
from http.client import HTTPConnection, HTTPException
from typing import Any

PORT = 8080
"""Where the image's command listens."""
SECONDS = 8.0
"""The page itself gives each part three."""
ENOUGH = ("database", "temporal")


def complaint(port: int) -> str | None:
    """None when the API on this port can take messages."""
    connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        connection.request("GET", "/health")
        parts: dict[str, Any] = json.load(connection.getresponse())
        if any(parts[name]["ok"] for name in ENOUGH):
            return None
        return "; ".join(f"{name}: {parts[name]['detail']}" for name in ENOUGH)
    except (OSError, HTTPException, ValueError, LookupError, TypeError) as error:
        return f"GET /health: {type(error).__name__} {error}"
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(complaint(PORT))
