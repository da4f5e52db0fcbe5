"""The credentials of one Twilio sender."""

from typing import Literal
from urllib.parse import quote

from pydantic import Field, SecretStr
from typing_extensions import override

from platforms.sms.account import SmsAccount, basic

_API = "https://api.twilio.com"
_SHORT_CODE = 6
"""The most digits of one."""


class TwilioAccount(SmsAccount):
    """A number of a Twilio account, or a Messaging Service that sends by it."""

    provider: Literal["twilio"] = "twilio"  # pyright: ignore[reportIncompatibleVariableOverride]  # frozen
    account_sid: str = Field(min_length=1)
    auth_token: SecretStr = Field(min_length=1)
    """Signs what Twilio posts; a subaccount has its own."""
    previous_auth_token: SecretStr | None = None
    """Still accepted while the token is being rotated."""
    shared_key: SecretStr | None = None
    """Signs instead of the token, where a webhook rule says so.

    https://www.twilio.com/docs/usage/webhooks/webhook-shared-keys
    """
    api_key_sid: str | None = None
    api_key_secret: SecretStr | None = None
    """For calls, instead of the account's token."""
    messaging_service_sid: str | None = None
    api_base: str = _API

    @property
    @override
    def authorization(self) -> dict[str, str]:
        if self.api_key_sid and self.api_key_secret:
            return basic(self.api_key_sid, self.api_key_secret)
        return basic(self.account_sid, self.auth_token)

    @property
    def calls_with_key(self) -> bool:
        """Whether calls are made with an API key, which may do less than the token."""
        return bool(self.api_key_sid and self.api_key_secret)

    @property
    @override
    def documented_rate(self) -> int | None:
        """https://help.twilio.com/articles/115002943027: a long code of North America 1 a second, a short code 100."""
        if self.messaging_service_sid:
            return None
        if self.sender.isdecimal() and len(self.sender) <= _SHORT_CODE:
            return 100
        return 1 if self.sender.startswith("+1") else None

    @property
    def messages_url(self) -> str:
        return f"{self.account_url}/Messages.json"

    @property
    def account_url(self) -> str:
        """Of the account; with `.json` behind it, the account itself."""
        sid = quote(self.account_sid, safe="")
        return f"{self.api_base}/2010-04-01/Accounts/{sid}"

    @property
    def service_url(self) -> str | None:
        """Of the messaging service, which has a host of its own."""
        if not self.messaging_service_sid:
            return None
        base = "https://messaging.twilio.com" if self.api_base == _API else self.api_base
        return f"{base}/v1/Services/{quote(self.messaging_service_sid, safe='')}"
