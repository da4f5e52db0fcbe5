"""Slack as a `MessagingPlatform`: the functions of this package behind one contract."""

import httpx

from domain.content import MediaRef
from domain.events import InboundEvent, Sender
from domain.platform import PlatformCapabilities
from domain.receipts import Receipt
from platforms.abilities import Health, Refreshed
from platforms.base import (
    Account,
    FetchedMedia,
    LoadMedia,
    OutboundMessage,
    OutboundRequest,
    WebhookRequest,
    WebhookResponse,
)
from platforms.slack import health, inbound, lookup, outbound, sending, tokens
from platforms.slack.account import SlackAccount
from platforms.slack.facts import CAPABILITIES
from platforms.slack.media import fetch_media
from platforms.slack.profiles import fetch_profile


def _own(account: Account) -> SlackAccount:
    if not isinstance(account, SlackAccount):
        raise TypeError(f"a Slack account is needed, not {type(account).__name__}")
    return account


class Slack:
    """The Slack platform."""

    @property
    def capabilities(self) -> PlatformCapabilities:
        return CAPABILITIES

    @property
    def account_model(self) -> type[SlackAccount]:
        return SlackAccount

    @property
    def shared_webhook(self) -> bool:
        """An app has one address, whichever workspaces it is installed in."""
        return True

    def handshake(self, request: WebhookRequest, account: Account) -> WebhookResponse | None:
        """None: Slack checks an address by a signed POST, see `acknowledge`."""
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
        return await fetch_profile(client, _own(account), address)

    async def show_activity(
        self, client: httpx.AsyncClient, account: Account, address: str, last_inbound: str | None
    ) -> None:
        await sending.show_activity(client, _own(account), address)

    async def check(self, client: httpx.AsyncClient, account: Account, webhook_url: str) -> Health:
        return await health.check(client, _own(account))

    async def refresh(self, client: httpx.AsyncClient, account: Account) -> Refreshed | None:
        return await tokens.refresh(client, _own(account))

    async def find_sent(
        self, client: httpx.AsyncClient, account: Account, message: OutboundMessage
    ) -> Receipt | None:
        return await lookup.find_sent(client, _own(account), message)
