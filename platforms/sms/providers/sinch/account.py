"""The credentials of one Sinch sender."""

from typing import Literal
from urllib.parse import quote

from pydantic import Field, SecretStr
from typing_extensions import override

from platforms.sms.account import SmsAccount


class SinchAccount(SmsAccount):
    """A number or short code of a service plan."""

    provider: Literal["sinch"] = "sinch"  # pyright: ignore[reportIncompatibleVariableOverride]  # frozen
    service_plan_id: str = Field(min_length=1)
    api_token: SecretStr = Field(min_length=1)
    webhook_secret: SecretStr = Field(min_length=8)
    """Signs callbacks, once Sinch has switched that on for the plan; see `signed`."""
    previous_webhook_secret: SecretStr | None = None
    """Still accepted while the secret is being rotated."""
    signed: bool = True
    """False, for a plan without signatures: the secret comes as a password or `token` in the callback's address."""
    region: Literal["us", "eu", "br", "au", "ca"] = "us"
    api_base: str = ""
    """`https://{region}.sms.api.sinch.com` unless another is given."""

    @property
    @override
    def authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.api_token.get_secret_value()}"}

    @property
    def batches_url(self) -> str:
        base = self.api_base or f"https://{self.region}.sms.api.sinch.com"
        return f"{base}/xms/v1/{quote(self.service_plan_id, safe='')}/batches"
