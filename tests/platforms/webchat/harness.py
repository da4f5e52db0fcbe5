"""How the contract test speaks for web chat: its account, its signatures, how its messages leave."""

from datetime import UTC, datetime

from pydantic import SecretStr

from platforms import signing
from platforms.webchat.account import WebchatAccount

ACCOUNT = WebchatAccount(
    inbox="wi_loja",
    secret=SecretStr("webchat-secret-of-the-tests-0001"),
    allowed_origins=["https://loja.example", "*.lojas.example"],
)
SENDS_OVER_HTTP = False
MESSAGE_ID = "0198f0aa-0000-7000-8000-000000000042"
SIGNED_AT = datetime(2026, 3, 2, 18, 4, 10, tzinfo=UTC)
BATCH = "frames"


def sign(body: bytes) -> dict[str, str]:
    """The headers under which a server posts this body, at `SIGNED_AT`."""
    return {signing.HEADER: signing.sign(ACCOUNT.secret, body, SIGNED_AT)}
