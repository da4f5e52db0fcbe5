"""The credentials of one Telegram bot."""

import re

import httpx
from pydantic import ConfigDict, SecretStr, field_validator
from typing_extensions import override

from platforms.base import Account

# https://core.telegram.org/bots/api#authorizing-your-bot: `123456:ABC-DEF…`. Nothing that a URL's path would escape.
_TOKEN = re.compile(r"[A-Za-z0-9:_-]{1,256}")
# https://core.telegram.org/bots/api#setwebhook: 1-256 characters of A-Z, a-z, 0-9, _ and -
_SECRET_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,256}")


class TelegramAccount(Account):
    """One bot, as @BotFather made it."""

    model_config = ConfigDict(hide_input_in_errors=True)

    token: SecretStr
    secret_token: SecretStr
    """What `setWebhook` was given, and every update brings back."""
    api_base: str = "https://api.telegram.org"
    """Another one for a Bot API server of one's own."""
    username: str | None = None
    """Without the `@`."""

    @field_validator("token")
    @classmethod
    def _fits_a_path(cls, value: SecretStr) -> SecretStr:
        if not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("not a token of @BotFather")
        return value

    @field_validator("secret_token")
    @classmethod
    def _fits_a_header(cls, value: SecretStr) -> SecretStr:
        if not _SECRET_TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("1 to 256 letters, digits, `_` and `-`")
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
        """The bot's id, which its token begins with; empty for a token without one, which is never shown whole."""
        bot, colon, _ = self.token.get_secret_value().partition(":")
        return bot if colon else ""
