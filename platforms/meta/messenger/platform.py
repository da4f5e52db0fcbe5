"""Messenger as a `MessagingPlatform`."""

import httpx
from typing_extensions import override

from domain.content import TemplateContent
from platforms.abilities import ApprovedTemplate
from platforms.base import Account
from platforms.meta.messaging.dialect import Dialect
from platforms.meta.messaging.errors import RULES
from platforms.meta.messaging.platform import SendApi
from platforms.meta.messenger.account import MessengerAccount
from platforms.meta.messenger.facts import CAPABILITIES, MAX_METADATA
from platforms.meta.messenger.template import template
from platforms.meta.templates import templates_of

DIALECT = Dialect(
    name="Messenger",
    webhook_object="page",
    capabilities=CAPABILITIES,
    rules=RULES,
    profile_fields=("first_name", "last_name", "name", "profile_pic"),
    # Echoes settle doubtful sends and are the first receipt of every message: see `receipt_within`.
    webhook_fields=(
        "messages",
        "messaging_postbacks",
        "message_echoes",
        "message_deliveries",
        "message_reads",
    ),
    says_type=True,
    metadata_limit=MAX_METADATA,
    audio_is_voice=False,
    more_contents={TemplateContent: template},
)


class Messenger(SendApi):
    """The Messenger Platform."""

    dialect = DIALECT

    @property
    @override
    def account_model(self) -> type[MessengerAccount]:
        return MessengerAccount

    async def templates(
        self, client: httpx.AsyncClient, account: Account
    ) -> list[ApprovedTemplate]:
        own = self._own(account)
        return await templates_of(client, own, own.node, DIALECT.rules)
