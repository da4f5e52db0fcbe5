"""Accounts at the simulated providers: one sender each, whose id is the sender as the provider spells it."""

from typing import Any, Literal, Self

from pydantic import Field, ModelWrapValidatorHandler, model_validator

from simulator.schemas import SimulatedAccount

ProviderKey = Literal["twilio", "vonage", "zenvia", "infobip", "sinch"]


class SmsAccount(SimulatedAccount):
    """What the senders of all providers have; `provider` says which other settings there are."""

    provider: ProviderKey
    status_url: str | None = None
    """Where reports go for which no send names an address; None: to the webhook, empty: nowhere."""
    public_url: str = ""
    """What the webhook is called outside, where a proxy stands in front of it: signed addresses are these."""
    api_base: str = ""
    """This simulator as the account's owner reaches it (`…/sms`): the links to customers' files begin with it."""

    @model_validator(mode="wrap")
    @classmethod
    def _of_its_provider(cls, raw: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        kind = KINDS.get(str(raw.get("provider"))) if isinstance(raw, dict) else None
        if cls is SmsAccount and kind is not None:
            return kind.model_validate(raw)  # type: ignore[return-value]  # a subclass, as cls is the base
        return handler(raw)


class TwilioAccount(SmsAccount):
    """A number or short code of a Twilio account."""

    provider: Literal["twilio"] = "twilio"  # pyright: ignore[reportIncompatibleVariableOverride]  # frozen
    account_sid: str = Field(min_length=1)
    auth_token: str = Field(min_length=1)
    api_key_sid: str = ""
    api_key_secret: str = ""
    messaging_service_sid: str = ""
    status: Literal["active", "suspended", "closed"] = "active"
    """Only an active one sends."""
    on_number: bool = False
    """Whether the messaging service leaves what comes in to the webhook of the number."""


class VonageAccount(SmsAccount):
    """A number or name of a Vonage account."""

    provider: Literal["vonage"] = "vonage"  # pyright: ignore[reportIncompatibleVariableOverride]  # frozen
    api_key: str = Field(min_length=1)
    api_secret: str = Field(min_length=1)
    signature_secret: str = Field(min_length=1)
    signature_method: Literal["md5hash", "md5", "sha1", "sha256", "sha512"] = "sha256"
    api: Literal["messages", "sms"] = "messages"
    """Which of the two posts what customers write; reports come from the one that sent."""
    webhook_format: Literal["form", "json"] = "form"
    """How the SMS API posts. Its third way, GET, is not played."""
    application_id: str = ""
    """The application that the number is linked to, as it is for the Messages API; empty: to none."""


class ZenviaAccount(SmsAccount):
    """An integration, by the name that Zenvia gives it."""

    provider: Literal["zenvia"] = "zenvia"  # pyright: ignore[reportIncompatibleVariableOverride]  # frozen
    api_token: str = Field(min_length=1)
    webhook_token: str = ""
    """What the subscriptions were made with, as their header `X-Hook-Token`."""
    subscription_status: Literal["ACTIVE", "DEGRADED", "INACTIVE"] = "ACTIVE"
    """Of both subscriptions; nothing is posted to an inactive one."""


class InfobipAccount(SmsAccount):
    """A number or name of an Infobip account."""

    provider: Literal["infobip"] = "infobip"  # pyright: ignore[reportIncompatibleVariableOverride]  # frozen
    api_key: str = Field(min_length=1)
    webhook_token: str = ""
    """The password of the basic authentication that the subscriptions were made with."""
    sends_only: bool = False
    """The key's scopes allow sending and nothing else."""


class SinchAccount(SmsAccount):
    """A number or short code of a service plan."""

    provider: Literal["sinch"] = "sinch"  # pyright: ignore[reportIncompatibleVariableOverride]  # frozen
    service_plan_id: str = Field(min_length=1)
    api_token: str = Field(min_length=1)
    webhook_secret: str = ""
    """Empty: Sinch has not switched signatures on for the plan."""


KINDS: dict[str, type[SmsAccount]] = {
    "twilio": TwilioAccount,
    "vonage": VonageAccount,
    "zenvia": ZenviaAccount,
    "infobip": InfobipAccount,
    "sinch": SinchAccount,
}
