"""The credentials of one Zenvia sender."""

from typing import Literal

from pydantic import Field, SecretStr
from typing_extensions import override

from platforms.sms.account import SmsAccount


class ZenviaAccount(SmsAccount):
    """One integration; `sender` is the name that Zenvia gives it."""

    provider: Literal["zenvia"] = "zenvia"  # pyright: ignore[reportIncompatibleVariableOverride]  # frozen
    api_token: SecretStr = Field(min_length=1)
    webhook_token: SecretStr = Field(min_length=8)
    """Zenvia signs nothing: subscriptions are made with this in a header of their own, `X-Hook-Token`."""
    previous_webhook_token: SecretStr | None = None
    """Still accepted while the token is being rotated."""
    api_base: str = "https://api.zenvia.com"

    @property
    @override
    def authorization(self) -> dict[str, str]:
        return {"X-API-TOKEN": self.api_token.get_secret_value()}
