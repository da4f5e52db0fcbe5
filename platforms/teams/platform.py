"""Microsoft Teams as a `MessagingPlatform`: the functions of this package behind one contract."""

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
from platforms.oauth import AccessTokens
from platforms.teams import answers, health, inbound, outbound, profiles, sending, signing
from platforms.teams.account import TeamsAccount
from platforms.teams.facts import CAPABILITIES
from platforms.teams.media import fetch_media


def _own(account: Account) -> TeamsAccount:
    if not isinstance(account, TeamsAccount):
        raise TypeError(f"a Teams account is needed, not {type(account).__name__}")
    return account


class Teams:
    """A bot of the Bot Framework in Microsoft Teams."""

    def __init__(self) -> None:
        self._tokens = AccessTokens()

    @property
    def capabilities(self) -> PlatformCapabilities:
        return CAPABILITIES

    @property
    def account_model(self) -> type[TeamsAccount]:
        return TeamsAccount

    @property
    def shared_webhook(self) -> bool:
        return False

    def handshake(self, request: WebhookRequest, account: Account) -> WebhookResponse | None:
        """None: nothing checks our URL."""
        return None

    def acknowledge(self, request: WebhookRequest, account: Account) -> WebhookResponse | None:
        return answers.acknowledge(request, _own(account))

    def keys_url(self, account: Account) -> str | None:
        return _own(account).keys_url

    def accounts(self, request: WebhookRequest) -> list[str]:
        return inbound.accounts(request)

    def verify(self, request: WebhookRequest, account: Account) -> None:
        signing.verify(request, _own(account))

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
        return await sending.send(client, _own(account), message, load_media, self._tokens)

    async def fetch_media(
        self, client: httpx.AsyncClient, account: Account, media: MediaRef, max_bytes: int
    ) -> FetchedMedia:
        return await fetch_media(client, _own(account), media, max_bytes, self._tokens)

    async def fetch_profile(
        self, client: httpx.AsyncClient, account: Account, address: str
    ) -> Sender | None:
        return await profiles.fetch_profile(client, _own(account), address, self._tokens)

    async def show_activity(
        self, client: httpx.AsyncClient, account: Account, address: str, last_inbound: str | None
    ) -> None:
        await sending.show_activity(client, _own(account), address, self._tokens)

    async def check(self, client: httpx.AsyncClient, account: Account, webhook_url: str) -> Health:
        return await health.check(client, _own(account), self._tokens)
