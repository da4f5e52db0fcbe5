"""WhatsApp as a `MessagingPlatform`: the functions of this package behind one contract."""

import httpx

from domain.content import MediaRef
from domain.errors import ContentRejected
from domain.events import InboundEvent, Sender
from domain.platform import PlatformCapabilities
from domain.receipts import Receipt
from platforms.abilities import ApprovedTemplate, Health, Refreshed
from platforms.base import (
    Account,
    FetchedMedia,
    LoadMedia,
    OutboundMessage,
    OutboundRequest,
    WebhookRequest,
    WebhookResponse,
)
from platforms.meta import graph
from platforms.meta.templates import templates_of
from platforms.meta.whatsapp import health, inbound, outbound, sending, tokens
from platforms.meta.whatsapp.account import WhatsAppAccount
from platforms.meta.whatsapp.errors import RULES
from platforms.meta.whatsapp.facts import CAPABILITIES
from platforms.meta.whatsapp.media import fetch_media


def _own(account: Account) -> WhatsAppAccount:
    if not isinstance(account, WhatsAppAccount):
        raise TypeError(f"a WhatsApp account is needed, not {type(account).__name__}")
    return account


class WhatsApp:
    """The WhatsApp Business Cloud API."""

    @property
    def capabilities(self) -> PlatformCapabilities:
        return CAPABILITIES

    @property
    def account_model(self) -> type[WhatsAppAccount]:
        return WhatsAppAccount

    @property
    def shared_webhook(self) -> bool:
        return True

    def handshake(self, request: WebhookRequest, account: Account) -> WebhookResponse | None:
        return graph.answer_handshake(request, _own(account).verify_token)

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
        """Nothing to ask: every webhook brings the name along."""
        return None

    async def show_activity(
        self, client: httpx.AsyncClient, account: Account, address: str, last_inbound: str | None
    ) -> None:
        await sending.show_activity(client, _own(account), last_inbound)

    async def check(self, client: httpx.AsyncClient, account: Account, webhook_url: str) -> Health:
        return await health.check(client, _own(account), webhook_url)

    async def refresh(self, client: httpx.AsyncClient, account: Account) -> Refreshed | None:
        return await tokens.refresh(client, _own(account))

    async def templates(
        self, client: httpx.AsyncClient, account: Account
    ) -> list[ApprovedTemplate]:
        own = _own(account)
        if own.business is None:
            raise ContentRejected("templates are kept by the business account: set waba_id")
        return await templates_of(client, own, own.business, RULES)
