"""How the contract test speaks for Twilio: its account and its signatures."""

from pydantic import SecretStr

from domain.errors import PayloadUnreadable
from platforms.base import WebhookRequest
from platforms.sms.bodies import parameters
from platforms.sms.providers.twilio import signature
from platforms.sms.providers.twilio.account import TwilioAccount

URL = (
    "https://pytake.loja.example/api/webhooks/sms/0198f0aa?ref=0198f0aa-0000-7000-8000-000000000042"
)
ACCOUNT = TwilioAccount(
    sender="+5511955500100",
    account_sid="AC00112233445566778899aabbccddeeff",
    auth_token=SecretStr("twilio-auth-token-of-nobody"),
    previous_auth_token=SecretStr("twilio-auth-token-of-last-year"),
    shared_key=SecretStr("twilio-shared-key-of-nobody"),
    callback_url="https://pytake.loja.example/api/webhooks/sms/0198f0aa",
    mms=True,
)


def sign(body: bytes) -> dict[str, str]:
    """The header under which Twilio posts this form."""
    try:
        pairs = parameters(WebhookRequest(body=body))
    except PayloadUnreadable:
        pairs = []
    key = ACCOUNT.auth_token.get_secret_value()
    return {signature.HEADER: signature.sign(URL, pairs, key)}
