"""LinkedIn as a `MessagingPlatform`: the functions of this package behind one contract."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any

import httpx

from domain.content import MediaRef
from domain.events import InboundEvent, Sender
from domain.platform import PlatformCapabilities
from domain.receipts import Receipt
from platforms.abilities import Health, Refreshed
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
from platforms.linkedin import health, inbound, outbound, polling, sending, tokens
from platforms.linkedin.account import LinkedInAccount
from platforms.linkedin.facts import CAPABILITIES
from platforms.linkedin.files import fetch_media
from platforms.linkedin.profiles import fetch_profile


def _own(account: Account) -> LinkedInAccount:
    if not isinstance(account, LinkedInAccount):
        raise TypeError(f"a LinkedIn account is needed, not {type(account).__name__}")
    return account


class LinkedIn:
    """LinkedIn: a Page's comments, a partner's messages."""

    @property
    def capabilities(self) -> PlatformCapabilities:
        return CAPABILITIES

    @property
    def account_model(self) -> type[LinkedInAccount]:
        return LinkedInAccount

    @property
    def shared_webhook(self) -> bool:
        """An app has its addresses, whichever Pages it acts for."""
        return True

    def handshake(self, request: WebhookRequest, account: Account) -> WebhookResponse | None:
        return inbound.answer_challenge(request, _own(account))

    def acknowledge(self, request: WebhookRequest, account: Account) -> WebhookResponse | None:
        return None

    def keys_url(self, account: Account) -> str | None:
        return None

    def accounts(self, request: WebhookRequest) -> list[str]:
        return inbound.accounts(request)

    def verify(self, request: WebhookRequest, account: Account) -> None:
        inbound.verify(request, _own(account))

    def parse(self, request: WebhookRequest) -> list[InboundEvent]:
        return inbound.parse(request)

    def listen(
        self, client: httpx.AsyncClient, account: Account, cursor: Mapping[str, Any] | None
    ) -> AsyncGenerator[Arrived]:
        """A member's direct messages; of a Page, what its webhooks may have lost."""
        return polling.listen(client, _own(account), cursor)

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
        """Nothing: LinkedIn shows neither typing nor reading for an app."""

    async def check(self, client: httpx.AsyncClient, account: Account, webhook_url: str) -> Health:
        return await health.check(client, _own(account), webhook_url)

    async def refresh(self, client: httpx.AsyncClient, account: Account) -> Refreshed | None:
        return await tokens.refresh(client, _own(account))
