"""Other web sites may call the web chat's addresses, and only these.

A preflight names no inbox, so any site is let through here; each request is then held against its inbox's own list
of sites. No cookies are involved: a page can do nothing with a visitor's session unless it holds the token.
"""

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

MAX_AGE = 600


class WebchatCors:
    """CORS for the paths below one prefix."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix
        self._open = CORSMiddleware(
            app,
            allow_origins=["*"],
            allow_methods=["GET", "POST"],
            allow_headers=["authorization", "content-type"],
            max_age=MAX_AGE,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        inside = scope["type"] == "http" and scope["path"].startswith(self._prefix)
        await (self._open if inside else self._app)(scope, receive, send)
