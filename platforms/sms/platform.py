"""SMS as a `MessagingPlatform`: what the account's provider does, behind one contract."""

from http import HTTPMethod

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
from platforms.http import call
from platforms.sms import inbound
from platforms.sms import media as files
from platforms.sms.account import SmsAccount
from platforms.sms.facts import CAPABILITIES
from platforms.sms.proofs import TOKEN_PARAMETER
from platforms.sms.provider import Provider
from platforms.sms.table import PROVIDERS


def _own(account: Account) -> SmsAccount:
    if not isinstance(account, SmsAccount):
        raise TypeError(f"an SMS account is needed, not {type(account).__name__}")
    return account


def _provider(account: Account) -> Provider:
    return PROVIDERS[_own(account).provider]


class Sms:
    """SMS and MMS."""

    @property
    def capabilities(self) -> PlatformCapabilities:
        return CAPABILITIES

    @property
    def account_model(self) -> type[SmsAccount]:
        return SmsAccount

    @property
    def shared_webhook(self) -> bool:
        return False

    def handshake(self, request: WebhookRequest, account: Account) -> WebhookResponse | None:
        """An empty GET, by which a provider sees that somebody is there; one that says something is no check."""
        said = request.query.keys() - {TOKEN_PARAMETER}
        return WebhookResponse() if request.method.upper() == HTTPMethod.GET and not said else None

    def acknowledge(self, request: WebhookRequest, account: Account) -> WebhookResponse | None:
        return _provider(account).acknowledgement

    def keys_url(self, account: Account) -> str | None:
        return None

    def accounts(self, request: WebhookRequest) -> list[str]:
        return inbound.accounts(request)

    def verify(self, request: WebhookRequest, account: Account) -> None:
        _provider(account).verify(request, _own(account))

    def parse(self, request: WebhookRequest) -> list[InboundEvent]:
        return inbound.parse(request)

    def render(self, message: OutboundMessage, account: Account) -> OutboundRequest:
        return _provider(account).render(message, _own(account))

    async def send(
        self,
        client: httpx.AsyncClient,
        account: Account,
        message: OutboundMessage,
        load_media: LoadMedia,
    ) -> Receipt:
        """Files go by their links: no provider takes the bytes."""
        provider = _provider(account)
        response = await call(client, provider.render(message, _own(account)))
        return provider.read_answer(response, _own(account), message)

    async def fetch_media(
        self, client: httpx.AsyncClient, account: Account, media: MediaRef, max_bytes: int
    ) -> FetchedMedia:
        hosts = _provider(account).media
        return await files.fetch(client, _own(account), hosts, media, max_bytes)

    async def fetch_profile(
        self, client: httpx.AsyncClient, account: Account, address: str
    ) -> Sender | None:
        """A number has no profile."""
        return None

    async def show_activity(
        self, client: httpx.AsyncClient, account: Account, address: str, last_inbound: str | None
    ) -> None:
        """A phone shows no such thing."""

    async def check(self, client: httpx.AsyncClient, account: Account, webhook_url: str) -> Health:
        return await _provider(account).check(client, _own(account), webhook_url)

    async def find_sent(
        self, client: httpx.AsyncClient, account: Account, message: OutboundMessage
    ) -> Receipt | None:
        return await _provider(account).find_sent(client, _own(account), message)
