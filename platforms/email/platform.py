"""E-mail as a `MessagingPlatform`: the functions of this package behind one contract."""

import httpx

from domain.content import MediaRef
from domain.errors import MediaRejected
from domain.events import InboundEvent, Sender
from domain.platform import PlatformCapabilities
from domain.receipts import Receipt
from platforms.base import (
    Account,
    FetchedMedia,
    LoadMedia,
    OutboundMessage,
    OutboundRequest,
    WebhookRequest,
    WebhookResponse,
)
from platforms.email import files, inbound, outbound, sending
from platforms.email.account import EmailAccount
from platforms.email.facts import CAPABILITIES


def _own(account: Account) -> EmailAccount:
    if not isinstance(account, EmailAccount):
        raise TypeError(f"an e-mail account is needed, not {type(account).__name__}")
    return account


class Email:
    """A mailbox: raw messages are posted to us, and rendered for a submission server."""

    @property
    def capabilities(self) -> PlatformCapabilities:
        return CAPABILITIES

    @property
    def account_model(self) -> type[EmailAccount]:
        return EmailAccount

    @property
    def shared_webhook(self) -> bool:
        return False

    def handshake(self, request: WebhookRequest, account: Account) -> WebhookResponse | None:
        return None

    def acknowledge(self, request: WebhookRequest, account: Account) -> WebhookResponse | None:
        return None

    def keys_url(self, account: Account) -> str | None:
        return None

    def accounts(self, request: WebhookRequest) -> list[str]:
        """Nobody: aliases, groups and blind copies name others than the mailbox. The webhook's URL says it."""
        return []

    def verify(self, request: WebhookRequest, account: Account) -> None:
        inbound.verify(request, _own(account))

    def parse(self, request: WebhookRequest) -> list[InboundEvent]:
        return inbound.parse(request)

    def render(self, message: OutboundMessage, account: Account) -> OutboundRequest:
        return outbound.render(message, _own(account))

    async def send(
        self,
        client: httpx.AsyncClient,
        account: Account,
        message: OutboundMessage,
        load_media: LoadMedia,
    ) -> Receipt:
        return await sending.send(_own(account), message)

    async def fetch_media(
        self, client: httpx.AsyncClient, account: Account, media: MediaRef, max_bytes: int
    ) -> FetchedMedia:
        """Nothing to fetch from anywhere: a file is cut out of the message that was kept (`cut`)."""
        raise MediaRejected("a file of a message is cut out of the message, not fetched")

    def body_key(self, media: MediaRef) -> str | None:
        return files.message_key(media)

    def cut(self, body: bytes, media: MediaRef, max_bytes: int) -> FetchedMedia:
        return files.cut(body, media, max_bytes)

    async def fetch_profile(
        self, client: httpx.AsyncClient, account: Account, address: str
    ) -> Sender | None:
        """Nothing to ask: every message brings the name along."""
        return None

    async def show_activity(
        self, client: httpx.AsyncClient, account: Account, address: str, last_inbound: str | None
    ) -> None:
        """Nothing to show: mail knows no typing."""
