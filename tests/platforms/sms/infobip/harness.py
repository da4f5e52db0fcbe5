"""How the contract test speaks for Infobip: its account and its basic authentication."""

from pydantic import SecretStr

from platforms.sms.account import basic
from platforms.sms.providers.infobip.account import InfobipAccount

ACCOUNT = InfobipAccount(
    sender="28450",
    api_key=SecretStr("infobip-key-of-nobody"),
    # Six octets more than a multiple of three: every letter of the encoded pair counts.
    webhook_token=SecretStr("infobip-hook-of-nobody!!"),
    api_base="https://q1w2e3.api.infobip.com",
    callback_url="https://pytake.loja.example/api/webhooks/sms/0198f0ab",
)
BATCH = "results"


def sign(body: bytes) -> dict[str, str]:
    header = basic("pytake", ACCOUNT.webhook_token)
    return {name.lower(): value for name, value in header.items()}
