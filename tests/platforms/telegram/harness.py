"""How the contract test speaks for Telegram: its account, and the header that proves an update."""

from pydantic import SecretStr

from platforms.telegram.account import TelegramAccount
from platforms.telegram.inbound import SECRET_HEADER

ACCOUNT = TelegramAccount(
    token=SecretStr("7000000042:AAtoken-of-nobody"),
    secret_token=SecretStr("hook-secret-of-nobody"),
    username="luminaria_demo_bot",
)
MESSAGE_ID = "0198f0aa-0000-7000-8000-000000000042"
BATCH = ""
ALONE = ("answer_of_get_updates.json",)


def sign(body: bytes) -> dict[str, str]:
    """The headers under which Telegram posts any body: its secret does not depend on the bytes."""
    return {SECRET_HEADER: ACCOUNT.secret_token.get_secret_value()}
