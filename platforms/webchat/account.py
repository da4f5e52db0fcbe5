"""One inbox of the web chat: its name, its secret, and the web sites that may show it."""

from urllib.parse import urlsplit

from pydantic import Field, SecretStr
from typing_extensions import override

from platforms.base import Account

_DEFAULT_PORTS = {"http": 80, "https": 443}


class WebchatAccount(Account):
    """One inbox."""

    inbox: str = Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")
    """How the widget's snippet names this inbox."""
    secret: SecretStr = Field(min_length=32)
    """Signs what servers post and, derived, the session tokens of visitors."""
    allowed_origins: list[str] = Field(default_factory=list)
    """`https://shop.example`, `http://localhost:5173`, or `*.shop.example`; empty: any site may show the inbox."""

    @property
    @override
    def account_id(self) -> str:
        return self.inbox


def origin_allowed(account: WebchatAccount, origin: str) -> bool:
    """Whether a browser page of that origin may open the inbox.

    A wildcard stands for every subdomain, over https on its usual port, and not for the domain itself. Outside browsers
    an origin can be forged: this is no authentication.
    """
    if not account.allowed_origins:
        return True
    return any(_matches(allowed, origin) for allowed in account.allowed_origins)


def _matches(allowed: str, origin: str) -> bool:
    asked = _parts(origin)
    if asked is None:
        return False
    if not allowed.startswith("*."):
        return _parts(allowed) == asked
    scheme, host, port = asked
    return (scheme, port) == ("https", 443) and host.endswith(allowed[1:].lower())


def _parts(origin: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an origin; None when it is not one, as the `null` of a sandboxed page."""
    try:
        url = urlsplit(origin)
        port = url.port or _DEFAULT_PORTS.get(url.scheme)
    except ValueError:
        return None
    if url.scheme not in _DEFAULT_PORTS or not url.hostname or port is None:
        return None
    plain = (url.path in {"", "/"}) and not (url.query or url.fragment or url.username)
    return (url.scheme, url.hostname, port) if plain else None
