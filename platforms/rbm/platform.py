"""RCS for Business as a `MessagingPlatform`: the functions of this package behind one contract."""

import httpx

from domain.content import MediaRef
from domain.events import InboundEvent, Sender
from domain.platform import PlatformCapabilities
from domain.receipts import Receipt
from platforms.abilities import Health
from platforms.base import (
    Account,
    FetchedMedia,
    LoadMedia,
    OutboundMessage,
    OutboundRequest,
    WebhookRequest,
    WebhookResponse,
)
from platforms.rbm import health, inbound, outbound, sending
from platforms.rbm.account import RbmAccount
from platforms.rbm.facts import CAPABILITIES
from platforms.rbm.files import fetch_media


def _own(account: Account) -> RbmAccount:
    if not isinstance(account, RbmAccount):
        raise TypeError(f"an RBM account is needed, not {type(account).__name__}")
    return account


class Rbm:
    """RCS for Business, by Google's RBM API."""

    @property
    def capabilities(self) -> PlatformCapabilities:
        return CAPABILITIES

    @property
    def account_model(self) -> type[RbmAccount]:
        return RbmAccount

    @property
    def shared_webhook(self) -> bool:
        """A partner may have one address for all its agents."""
        return True

    def handshake(self, request: WebhookRequest, account: Account) -> WebhookResponse | None:
        """None: the console checks an address by a POST, see `acknowledge`."""
        return None

    def acknowledge(self, request: WebhookRequest, account: Account) -> WebhookResponse | None:
        return inbound.acknowledge(request)

    def keys_url(self, account: Account) -> str | None:
        return None

    def accounts(self, request: WebhookRequest) -> list[str]:
        return inbound.accounts(request)

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
        return await sending.send(client, _own(account), message, load_media)

    async def fetch_media(
        self, client: httpx.AsyncClient, account: Account, media: MediaRef, max_bytes: int
    ) -> FetchedMedia:
        return await fetch_media(client, _own(account), media, max_bytes)

    async def fetch_profile(
        self, client: httpx.AsyncClient, account: Account, address: str
    ) -> Sender | None:
        """Nothing to ask: RCS tells a number and no name."""
        return None

    async def show_activity(
        self, client: httpx.AsyncClient, account: Account, address: str, last_inbound: str | None
    ) -> None:
        await sending.show_activity(client, _own(account), address, last_inbound)

    async def check(self, client: httpx.AsyncClient, account: Account, webhook_url: str) -> Health:
        return await health.check(client, _own(account), webhook_url)
