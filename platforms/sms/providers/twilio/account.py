"""The credentials of one Twilio sender."""

from typing import Literal
from urllib.parse import quote

from pydantic import Field, SecretStr
from typing_extensions import override

from platforms.sms.account import SmsAccount, basic


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
    api_base: str = "https://api.twilio.com"

    @property
    @override
    def authorization(self) -> dict[str, str]:
        if self.api_key_sid and self.api_key_secret:
            return basic(self.api_key_sid, self.api_key_secret)
        return basic(self.account_sid, self.auth_token)

    @property
    def messages_url(self) -> str:
        sid = quote(self.account_sid, safe="")
        return f"{self.api_base}/2010-04-01/Accounts/{sid}/Messages.json"
