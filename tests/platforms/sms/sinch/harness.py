"""How the contract test speaks for Sinch: its account and its signatures."""

from pydantic import SecretStr

from platforms.sms.providers.sinch import signature
from platforms.sms.providers.sinch.account import SinchAccount

ACCOUNT = SinchAccount(
    sender="28450",
    service_plan_id="plan-0001",
    api_token=SecretStr("sinch-token-of-nobody"),
    webhook_secret=SecretStr("sinch-secret-of-nobody"),
    previous_webhook_secret=SecretStr("sinch-secret-of-last-year"),
    region="br",
    callback_url="https://pytake.loja.example/api/webhooks/sms/0198f0ad",
    mms=True,
)
SIGNED_AT = "1772474650"
BATCH = ""


def sign(body: bytes) -> dict[str, str]:
    known = {signature.NONCE_HEADER: "01HSNONCE", signature.TIMESTAMP_HEADER: SIGNED_AT}
    secret = ACCOUNT.webhook_secret.get_secret_value()
    return {**known, signature.HEADER: signature.sign(body, known, secret)}
