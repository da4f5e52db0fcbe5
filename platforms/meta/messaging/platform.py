"""Messenger and Instagram as `MessagingPlatform`s: the functions of this package behind one contract."""

from typing import ClassVar

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
from platforms.meta import graph
from platforms.meta.messaging import health, inbound, outbound, profile, sending
from platforms.meta.messaging.account import MessagingAccount
from platforms.meta.messaging.dialect import Dialect
from platforms.meta.messaging.media import fetch_media


class SendApi:
    """What both do; each of them adds its accounts and its dialect."""

    dialect: ClassVar[Dialect]

    @property
    def capabilities(self) -> PlatformCapabilities:
        return self.dialect.capabilities

    @property
    def account_model(self) -> type[MessagingAccount]:
        raise NotImplementedError

    @property
    def shared_webhook(self) -> bool:
        return True

    def _own(self, account: Account) -> MessagingAccount:
        if not isinstance(account, self.account_model):
            wanted = self.account_model.__name__
            raise TypeError(f"an account of {wanted} is needed, not {type(account).__name__}")
        return account

    def handshake(self, request: WebhookRequest, account: Account) -> WebhookResponse | None:
        return graph.answer_handshake(request, self._own(account).verify_token)

    def acknowledge(self, request: WebhookRequest, account: Account) -> WebhookResponse | None:
        return None

    def keys_url(self, account: Account) -> str | None:
        return None

    def accounts(self, request: WebhookRequest) -> list[str]:
        return inbound.accounts(request)

    def verify(self, request: WebhookRequest, account: Account) -> None:
        graph.check_signature(request, self._own(account).signing_secrets)

    def parse(self, request: WebhookRequest) -> list[InboundEvent]:
        return inbound.parse(request, self.dialect)

    def render(self, message: OutboundMessage, account: Account) -> OutboundRequest:
        return outbound.render(message, self._own(account), self.dialect)

    async def send(
        self,
        client: httpx.AsyncClient,
        account: Account,
        message: OutboundMessage,
        load_media: LoadMedia,
    ) -> Receipt:
        return await sending.send(client, self._own(account), message, load_media, self.dialect)

    async def fetch_media(
        self, client: httpx.AsyncClient, account: Account, media: MediaRef, max_bytes: int
    ) -> FetchedMedia:
        return await fetch_media(client, self._own(account), media, max_bytes)

    async def fetch_profile(
        self, client: httpx.AsyncClient, account: Account, address: str
    ) -> Sender | None:
        return await profile.fetch_profile(client, self._own(account), address, self.dialect)

    async def show_activity(
        self, client: httpx.AsyncClient, account: Account, address: str, last_inbound: str | None
    ) -> None:
        await sending.show_activity(client, self._own(account), address, self.dialect)

    async def check(self, client: httpx.AsyncClient, account: Account, webhook_url: str) -> Health:
        return await health.check(client, self._own(account), webhook_url, self.dialect)
