"""The credentials of one Discord application and its bot."""

import re

import httpx
from pydantic import ConfigDict, Field, SecretStr, field_validator
from typing_extensions import override

from platforms.base import Account
from platforms.discord.gateway_protocol import CONVERSATIONS, HIGHEST_INTENTS

# It travels in a header: nothing that would end one, and nothing outside ASCII.
_TOKEN = re.compile(r"[\x21-\x7e]{1,256}")
_PUBLIC_KEY = re.compile(r"[0-9a-fA-F]{64}")
_MAX_ANSWER = 2000


class DiscordAccount(Account):
    """One application, as the developer portal shows it."""

    model_config = ConfigDict(hide_input_in_errors=True)

    application_id: str
    bot_token: SecretStr
    public_key: str = ""
    """What interactions and webhook events are verified with; without it none are taken."""
    api_base: str = "https://discord.com/api/v10"
    intents: int = Field(default=int(CONVERSATIONS), ge=0, le=HIGHEST_INTENTS)
    """What the Gateway tells: the sum of the numbers in `gateway_protocol.Intent`."""
    command_answer: str | None = None
    """What whoever runs a command is shown at once. None: "thinking", until somebody finishes it."""

    @field_validator("bot_token")
    @classmethod
    def _fits_a_header(cls, value: SecretStr) -> SecretStr:
        if not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("not the token of a bot")
        return value

    @field_validator("public_key")
    @classmethod
    def _is_a_key(cls, value: str) -> str:
        if value and not _PUBLIC_KEY.fullmatch(value):
            raise ValueError("64 hexadecimal digits")
        return value

    @field_validator("command_answer")
    @classmethod
    def _fits_a_message(cls, value: str | None) -> str | None:
        if value is not None and not 0 < len(value.strip()) <= _MAX_ANSWER:
            raise ValueError(f"1 to {_MAX_ANSWER} characters")
        return value

    @field_validator("api_base")
    @classmethod
    def _web_address(cls, value: str) -> str:
        try:
            url = httpx.URL(value)
        except httpx.InvalidURL:
            raise ValueError("not a URL") from None
        if url.scheme not in {"http", "https"} or not url.host:
            raise ValueError("not an http(s) URL")
        return value.rstrip("/")

    @property
    @override
    def account_id(self) -> str:
        """The application's id, which interactions and webhook events name."""
        return self.application_id
