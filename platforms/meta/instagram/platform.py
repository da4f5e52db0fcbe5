"""Instagram Direct as a `MessagingPlatform`."""

from typing_extensions import override

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
