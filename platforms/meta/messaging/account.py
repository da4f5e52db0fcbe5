"""What a page and an Instagram account have in common as accounts."""

from datetime import datetime
from urllib.parse import quote

from pydantic import SecretStr
from typing_extensions import override

from platforms.meta.account import GraphAccount
from platforms.meta.messaging.hosts import MEDIA_HOSTS
from platforms.reading import Json


class MessagingAccount(GraphAccount):
    """An account that sends through the Send API."""

    human_agent: bool = False
    """The app has the feature Human Agent: people may answer for seven days instead of 24 hours, with its tag.

    https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/message-tags
    """

    @property
    @override
    def answers_late(self) -> bool:
        return self.human_agent

    @property
    def node(self) -> str:
        """The id below which messages are sent."""
        raise NotImplementedError

    @property
    def own_fields(self) -> tuple[str, ...]:
        """What the token's owner is asked for, to see that it is this account."""
        return ("id", "name")

    @property
    def known_expiry(self) -> datetime | None:
        """When the token ends, as it was told when it was given, where nobody can be asked."""
        return None

    @property
    def app_chooses(self) -> bool:
        """Whether the app alone says which webhooks come, and the account only that they do."""
        return False

    @property
    def asks_app(self) -> bool:
        """Whether the app can be asked where the API is called that this account is reached by."""
        return self.app_id is not None

    @property
    def signing_secrets(self) -> tuple[SecretStr | None, ...]:
        """With which secrets a webhook may be signed."""
        return (self.app_secret, self.previous_app_secret)

    @property
    def upload_fields(self) -> dict[str, str]:
        """What an upload must say besides the file."""
        return {}

    def name_in(self, owner: Json) -> str | None:
        """The account's name as its token's owner tells it. Raises `ChannelUnauthorized` when that is another one."""
        raise NotImplementedError

    def edge(self, name: str) -> str:
        """The address of something of this account, such as `messages`."""
        return f"{self.root}/{self.node}/{name}"

    def person(self, address: str, fields: tuple[str, ...]) -> str:
        """The address that tells of a contact."""
        return f"{self.root}/{quote(address, safe='')}?fields={','.join(fields)}"

    def may_fetch(self, url: str) -> bool:
        """Whether a file may be fetched from there."""
        return self.is_ours(url, MEDIA_HOSTS)
