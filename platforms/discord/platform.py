"""Discord as a `MessagingPlatform`: the functions of this package behind one contract."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any

import httpx

from domain.content import MediaRef
from domain.events import InboundEvent, Sender
from domain.platform import PlatformCapabilities
from domain.receipts import Receipt
from platforms.abilities import Health
from platforms.base import (
    Account,
    Arrived,
    FetchedMedia,
    LoadMedia,
    OutboundMessage,
    OutboundRequest,
    WebhookRequest,
    WebhookResponse,
)
from platforms.discord import (
    answers,
    gateway,
    health,
    inbound,
    lookup,
    outbound,
    sending,
    signing,
)
from platforms.discord.account import DiscordAccount
from platforms.discord.direct import DirectChannels
from platforms.discord.facts import CAPABILITIES
from platforms.discord.files import fetch_media
from platforms.discord.gateway_connections import Memory
from platforms.discord.gateway_pace import Pace
from platforms.discord.gateway_people import DirectPeople
from platforms.discord.gateway_starts import SessionStarts
from platforms.discord.profiles import fetch_profile


def _own(account: Account) -> DiscordAccount:
    if not isinstance(account, DiscordAccount):
        raise TypeError(f"a Discord account is needed, not {type(account).__name__}")
    return account


class Discord:
    """The Discord API."""

    def __init__(self, pace: Pace | None = None) -> None:
        self._pace = pace or Pace()
        self._channels = DirectChannels()
        self._memory = Memory(SessionStarts(), DirectPeople())

    @property
    def capabilities(self) -> PlatformCapabilities:
        return CAPABILITIES

    @property
    def account_model(self) -> type[DiscordAccount]:
        return DiscordAccount

    @property
    def shared_webhook(self) -> bool:
        """No: each application has URLs of its own."""
        return False

    def handshake(self, request: WebhookRequest, account: Account) -> WebhookResponse | None:
        """None: Discord checks a URL by a POST, which is answered as any other (see `acknowledge`)."""
        return None

    def acknowledge(self, request: WebhookRequest, account: Account) -> WebhookResponse | None:
        return answers.acknowledge(request, _own(account))

    def keys_url(self, account: Account) -> str | None:
        return None

    def accounts(self, request: WebhookRequest) -> list[str]:
        return inbound.accounts(request)

    def verify(self, request: WebhookRequest, account: Account) -> None:
        signing.verify(request, _own(account))

    def parse(self, request: WebhookRequest) -> list[InboundEvent]:
        return inbound.parse(request)

    def listen(
        self, client: httpx.AsyncClient, account: Account, cursor: Mapping[str, Any] | None
    ) -> AsyncGenerator[Arrived]:
        return gateway.listen(client, _own(account), cursor, self._memory, self._pace)

    def render(self, message: OutboundMessage, account: Account) -> OutboundRequest:
        return outbound.render(message, _own(account))

    async def send(
        self,
        client: httpx.AsyncClient,
        account: Account,
        message: OutboundMessage,
        load_media: LoadMedia,
    ) -> Receipt:
        return await sending.send(client, _own(account), message, load_media, self._channels)

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
        await sending.show_activity(client, _own(account), address, self._channels)

    async def check(self, client: httpx.AsyncClient, account: Account, webhook_url: str) -> Health:
        return await health.check(client, _own(account), webhook_url)

    async def find_sent(
        self, client: httpx.AsyncClient, account: Account, message: OutboundMessage
    ) -> Receipt | None:
        return await lookup.find_sent(client, _own(account), message, self._channels)
