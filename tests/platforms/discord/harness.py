"""How the contract test speaks for Discord: its account, and the signature that proves a body."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import SecretStr

from platforms.discord.account import DiscordAccount
from platforms.discord.signing import SIGNATURE, TIMESTAMP

KEY = Ed25519PrivateKey.from_private_bytes(b"a key of nobody, for tests alone")
SIGNED_AT = 1785585600
ACCOUNT = DiscordAccount(
    application_id="1380000000000000001",
    bot_token=SecretStr("MTM4.token-of-nobody.x"),
    public_key=KEY.public_key().public_bytes_raw().hex(),
)
MESSAGE_ID = "0198f0aa-0000-7000-8000-000000000042"
BATCH = ""


def sign(body: bytes, at: int = SIGNED_AT) -> dict[str, str]:
    """The headers under which Discord posts a body at a moment."""
    moment = str(at)
    return {SIGNATURE: KEY.sign(moment.encode() + body).hex(), TIMESTAMP: moment}
