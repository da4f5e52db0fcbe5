"""What a page and an Instagram account have in common as accounts."""

from urllib.parse import quote

from pydantic import SecretStr

from platforms.meta.account import GraphAccount
from platforms.meta.messaging.hosts import MEDIA_HOSTS


class MessagingAccount(GraphAccount):
    """An account that sends through the Send API."""

    human_agent: bool = False
    """Send everything with the tag for answers of people, which is allowed for seven days instead of 24 hours.

    The app needs the feature, and nothing automatic may be sent then.
    https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/message-tags
    """

    @property
    def node(self) -> str:
        """The id below which messages are sent."""
        raise NotImplementedError

    @property
    def signing_secrets(self) -> tuple[SecretStr | None, ...]:
        """With which secrets a webhook may be signed."""
        return (self.app_secret, self.previous_app_secret)

    @property
    def upload_fields(self) -> dict[str, str]:
        """What an upload must say besides the file."""
        return {}

    def edge(self, name: str) -> str:
        """The address of something of this account, such as `messages`."""
        return f"{self.root}/{self.node}/{name}"

    def person(self, address: str, fields: tuple[str, ...]) -> str:
        """The address that tells of a contact."""
        return f"{self.root}/{quote(address, safe='')}?fields={','.join(fields)}"

    def may_fetch(self, url: str) -> bool:
        """Whether a file may be fetched from there."""
        return self.is_ours(url, MEDIA_HOSTS)
