"""Instagram Direct as a `MessagingPlatform`."""

import httpx
from typing_extensions import override

from platforms.abilities import Refreshed
from platforms.base import Account
from platforms.meta.instagram import tokens
from platforms.meta.instagram.account import InstagramAccount
from platforms.meta.instagram.facts import CAPABILITIES
from platforms.meta.messaging.dialect import Dialect
from platforms.meta.messaging.errors import RULES
from platforms.meta.messaging.platform import SendApi

DIALECT = Dialect(
    name="Instagram",
    webhook_object="instagram",
    capabilities=CAPABILITIES,
    rules=RULES,
    profile_fields=("name", "username", "profile_pic"),
    webhook_fields=("messages", "messaging_postbacks", "messaging_seen"),
    says_type=False,
    metadata_limit=0,
    audio_is_voice=True,
)


class Instagram(SendApi):
    """The Instagram messaging API, with either login."""

    dialect = DIALECT

    @property
    @override
    def account_model(self) -> type[InstagramAccount]:
        return InstagramAccount

    async def refresh(self, client: httpx.AsyncClient, account: Account) -> Refreshed | None:
        if not isinstance(account, InstagramAccount):
            raise TypeError(f"an Instagram account is needed, not {type(account).__name__}")
        return await tokens.refresh(client, account)
