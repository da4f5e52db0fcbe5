"""One sender of SMS: what its five providers' settings have in common."""

import base64
from datetime import timedelta
from typing import Any, ClassVar, Literal, Self, get_args

import httpx
from pydantic import ConfigDict, Field, ModelWrapValidatorHandler, SecretStr, model_validator
from pydantic import field_validator as checked
from typing_extensions import override

from domain.platform import Rate
from platforms.base import Account
from platforms.sms.numbers import normal

ProviderKey = Literal["twilio", "zenvia", "infobip", "vonage", "sinch"]


def web_address(value: str) -> str:
    """The value without a slash at its end. Raises `ValueError` for what is no http(s) URL."""
    try:
        url = httpx.URL(value)
    except httpx.InvalidURL:
        raise ValueError("not a URL") from None
    if url.scheme not in {"http", "https"} or not url.host:
        raise ValueError("not an http(s) URL")
    return value.rstrip("/")


class SmsAccount(Account):
    """One number, short code or name that sends, at one provider; `provider` says whose other settings it has."""

    model_config = ConfigDict(hide_input_in_errors=True)

    webhook_setting: ClassVar[str | None] = "callback_url"
    by_provider: ClassVar[dict[str, type["SmsAccount"]]] = {}

    provider: ProviderKey
    sender: str = Field(min_length=1)
    """The number or short code that contacts write to, or the provider's name for it. It names the channel."""
    api_base: str = ""
    callback_url: str | None = None
    """Our webhook's public address, to which each message asks for its receipts; None: as set at the provider."""
    messages_per_second: int | None = Field(default=None, ge=1)
    """What the contract with the provider allows this sender; None: what is documented of its kind, if anything is."""
    mms: bool = False
    """Whether the sender may send files. Otherwise they go as links, as they do where the provider has no MMS."""

    @classmethod
    @override
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        cls.by_provider[cls.model_fields["provider"].default] = cls

    @model_validator(mode="wrap")
    @classmethod
    def _as_its_provider_has_it(cls, raw: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        if cls is SmsAccount and isinstance(raw, dict):
            known = cls.by_provider.get(str(raw.get("provider")))
            if known is not None:
                return known.model_validate(raw)  # type: ignore[return-value]  # a subclass, as cls is the base
        return handler(raw)

    @checked("sender")
    @classmethod
    def _normal(cls, value: str) -> str:
        return normal(value)

    @checked("api_base", "callback_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        return web_address(value) if value else value

    @property
    @override
    def account_id(self) -> str:
        return self.sender

    @property
    @override
    def provider_name(self) -> str | None:
        return self.provider

    @classmethod
    @override
    def of_provider(cls, provider: str | None) -> type["SmsAccount"]:
        known = cls.by_provider
        return known.get(provider or get_args(ProviderKey)[0], cls)

    @property
    @override
    def rates(self) -> tuple[Rate, ...]:
        found = self.messages_per_second or self.documented_rate
        return (Rate(scope="channel", count=found, per=timedelta(seconds=1)),) if found else ()

    @property
    def documented_rate(self) -> int | None:
        """Messages a second from a sender of this kind; None: the provider publishes no number."""
        return None

    @property
    def authorization(self) -> dict[str, str]:
        """The headers that calls of the API carry."""
        raise NotImplementedError

    @override
    def secrets(self) -> list[str]:
        """Also as the headers hold them: basic authentication hides nothing by encoding it."""
        held = [value.split(" ")[-1] for value in self.authorization.values()]
        return sorted({*super().secrets(), *held}, key=len, reverse=True)


def basic(user: str, password: SecretStr) -> dict[str, str]:
    """The header of basic authentication (RFC 7617)."""
    pair = base64.b64encode(f"{user}:{password.get_secret_value()}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}
