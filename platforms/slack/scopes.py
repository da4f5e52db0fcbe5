"""What a token may do, as every answer of the Web API tells in a header.

https://docs.slack.dev/reference/methods/auth.test
"""

import httpx

from platforms.slack.facts import METADATA_SCOPE

HEADER = "x-oauth-scopes"

WANTED = (
    "chat:write",
    "files:read",
    "files:write",
    "im:history",
    "im:write",
    METADATA_SCOPE,
    "users:read",
)
"""Those without which something of what we offer does not work, whatever the app is used for."""


def scopes_of(response: httpx.Response) -> frozenset[str] | None:
    """None: nobody says."""
    told = response.headers.get(HEADER)
    if told is None:
        return None
    return frozenset(name for name in map(str.strip, told.split(",")) if name)
