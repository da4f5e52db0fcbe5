"""The credentials of one Vonage sender."""

from typing import Literal

from pydantic import Field, SecretStr
from typing_extensions import override

from platforms.sms.account import SmsAccount, basic

SignatureMethod = Literal["md5hash", "md5", "sha1", "sha256", "sha512"]


class VonageAccount(SmsAccount):
    """A number or name of a Vonage account, spoken to by one of its two APIs; webhooks of both are read."""

    provider: Literal["vonage"] = "vonage"  # pyright: ignore[reportIncompatibleVariableOverride]  # frozen
    api_key: str = Field(min_length=1)
    api_secret: SecretStr = Field(min_length=1)
    signature_secret: SecretStr = Field(min_length=8)
    """Signs webhooks: the token of the Messages API, the `sig` of the SMS API once signing is switched on there."""
    signature_method: SignatureMethod = "sha256"
    """How the SMS API signs, as its settings say: `md5hash` is the old way, all others are HMACs."""
    api: Literal["messages", "sms"] = "messages"
    """Which of the two sends."""
    api_base: str = ""
    """`https://api.nexmo.com`, or `https://rest.nexmo.com` for the SMS API, unless another is given."""

    @property
    @override
    def authorization(self) -> dict[str, str]:
        return basic(self.api_key, self.api_secret)

    @property
    @override
    def documented_rate(self) -> int:
        """30 calls a second, from numbers of North America one.

        https://api.support.vonage.com/hc/en-us/articles/203993598
        """
        return 1 if self.sender.startswith("+1") else 30

    @property
    def account_url(self) -> str:
        """Of what belongs to the account, whichever API sends."""
        return f"{self.api_base or 'https://rest.nexmo.com'}/account"

    @property
    def applications_url(self) -> str:
        return f"{self.api_base or 'https://api.nexmo.com'}/v2/applications"

    @property
    def base(self) -> str:
        default = "https://api.nexmo.com" if self.api == "messages" else "https://rest.nexmo.com"
        return self.api_base or default
