"""How the contract test speaks for Zenvia: its account and the word that its webhooks bring along."""

from pydantic import SecretStr

from platforms.sms.proofs import TOKEN_HEADER
from platforms.sms.providers.zenvia.account import ZenviaAccount

ACCOUNT = ZenviaAccount(
    sender="loja-lua",
    api_token=SecretStr("zenvia-token-of-nobody"),
    webhook_token=SecretStr("zenvia-hook-of-nobody"),
    previous_webhook_token=SecretStr("zenvia-hook-of-last-year"),
)
BATCH = ""


def sign(body: bytes) -> dict[str, str]:
    return {TOKEN_HEADER: ACCOUNT.webhook_token.get_secret_value()}
