"""The credentials of one Infobip sender."""

from typing import Literal

from pydantic import Field, SecretStr
from typing_extensions import override

from platforms.sms.account import SmsAccount


class InfobipAccount(SmsAccount):
    """A number or name of an Infobip account, whose API has an address of its own."""

    provider: Literal["infobip"] = "infobip"  # pyright: ignore[reportIncompatibleVariableOverride]  # frozen
    api_key: SecretStr = Field(min_length=1)
    webhook_token: SecretStr = Field(min_length=8)
    """The password of the basic authentication that a subscription is made with, or a `token` in the address."""
    previous_webhook_token: SecretStr | None = None
    """Still accepted while the token is being rotated."""
    transliteration: str | None = None
    """Infobip's name of a table that replaces accents, such as `PORTUGUESE`; None: texts stay as they are."""
    api_base: str = "https://api.infobip.com"
    """Better the account's own: `https://XXXXX.api.infobip.com`."""

    @property
    @override
    def authorization(self) -> dict[str, str]:
        return {"Authorization": f"App {self.api_key.get_secret_value()}"}
