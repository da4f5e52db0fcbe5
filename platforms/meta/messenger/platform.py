"""Messenger as a `MessagingPlatform`."""

from typing_extensions import override

from domain.content import TemplateContent
from platforms.meta.messaging.dialect import Dialect
from platforms.meta.messaging.errors import RULES
from platforms.meta.messaging.platform import SendApi
from platforms.meta.messenger.account import MessengerAccount
from platforms.meta.messenger.facts import CAPABILITIES, MAX_METADATA
from platforms.meta.messenger.template import template

DIALECT = Dialect(
    name="Messenger",
    webhook_object="page",
    capabilities=CAPABILITIES,
    rules=RULES,
    profile_fields=("first_name", "last_name", "name", "profile_pic"),
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
