"""How the contract test speaks for e-mail: a mailbox without a server to send through, and how messages are signed."""

from datetime import UTC, datetime

from pydantic import SecretStr

from platforms import signing
from platforms.email.account import EmailAccount

ACCOUNT = EmailAccount(
    address="atende@loja.example",
    name="Loja Íris",
    secret=SecretStr("email-secret-of-the-tests-000001"),
)
SENDS_OVER_HTTP = False
SENDS = False
MESSAGE_ID = "0198f0aa-0000-7000-8000-000000000042"
SIGNED_AT = datetime(2026, 3, 2, 18, 4, 10, tzinfo=UTC)


def sign(body: bytes) -> dict[str, str]:
    """The headers under which a mailbox's reader posts this message, at `SIGNED_AT`."""
    return {signing.HEADER: signing.sign(ACCOUNT.secret, body, SIGNED_AT)}
