"""The five providers, and which of them a body is from."""

from typing import Any

from domain.errors import PayloadUnreadable
from platforms.sms.provider import Provider
from platforms.sms.providers.infobip.provider import PROVIDER as INFOBIP
from platforms.sms.providers.sinch.provider import PROVIDER as SINCH
from platforms.sms.providers.twilio.provider import PROVIDER as TWILIO
from platforms.sms.providers.vonage.provider import PROVIDER as VONAGE
from platforms.sms.providers.zenvia.provider import PROVIDER as ZENVIA

PROVIDERS: dict[str, Provider] = {
    "twilio": TWILIO,
    "zenvia": ZENVIA,
    "infobip": INFOBIP,
    "vonage": VONAGE,
    "sinch": SINCH,
}
"""By `SmsAccount.provider`."""


def provider_of(name: str | None, body: Any) -> Provider:
    """The provider of that name; where nobody names one, the one whose shapes the body has.

    Raises `PayloadUnreadable` when it has nobody's.
    """
    if name is not None and name in PROVIDERS:
        return PROVIDERS[name]
    first = body[0] if isinstance(body, list) and body else body
    for provider in PROVIDERS.values():
        if isinstance(first, dict) and provider.recognises(first):
            return provider
    raise PayloadUnreadable("no provider writes such a body")
