"""Web chat as a `MessagingPlatform`: there is no vendor to call, the transcript itself is the outbox."""

import httpx

from domain.content import MediaRef
from domain.errors import MediaRejected
from domain.events import InboundEvent, Sender
from domain.platform import PlatformCapabilities
from domain.receipts import Receipt, ReceiptStatus
from platforms import http
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
from platforms.webchat import inbound, outbound
from platforms.webchat.account import WebchatAccount, origin_allowed
from platforms.webchat.facts import CAPABILITIES


def _own(account: Account) -> WebchatAccount:
    if not isinstance(account, WebchatAccount):
        raise TypeError(f"a web chat account is needed, not {type(account).__name__}")
    return account


class Webchat:
    """Our own widget, and any server that speaks its frames."""

    @property
    def capabilities(self) -> PlatformCapabilities:
        return CAPABILITIES

    @property
    def account_model(self) -> type[WebchatAccount]:
        return WebchatAccount

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
        return inbound.accounts(request)

    def verify(self, request: WebhookRequest, account: Account) -> None:
        inbound.verify(request, _own(account))

    def parse(self, request: WebhookRequest) -> list[InboundEvent]:
        return inbound.parse(request)

    def render(self, message: OutboundMessage, account: Account) -> OutboundRequest:
        _own(account)
        return outbound.render(message)

    async def send(
        self,
        client: httpx.AsyncClient,
        account: Account,
        message: OutboundMessage,
        load_media: LoadMedia,
    ) -> Receipt:
        """Nothing to call: once the message is in the transcript, sockets and long polls read it there."""
        self.render(message, account)
        return Receipt(status=ReceiptStatus.SENT, message_external_id=message.id)

    async def fetch_media(
        self, client: httpx.AsyncClient, account: Account, media: MediaRef, max_bytes: int
    ) -> FetchedMedia:
        """Fetch a file that a server posted as a link, from the inbox's own sites only.

        The link is a stranger's word: fetched from anywhere else it could reach into our own network. Files that
        visitors upload are in our store already.
        """
        own = _own(account)
        if not media.url:
            raise MediaRejected("an upload is read from our own store, not fetched")
        if not own.allowed_origins or not origin_allowed(own, _origin(media.url)):
            raise MediaRejected("the link is not on one of this inbox's allowed origins")
        content, mime_type = await http.download(client, media.url, headers={}, max_bytes=max_bytes)
        return FetchedMedia(content=content, mime_type=mime_type, filename=media.filename)

    async def fetch_profile(
        self, client: httpx.AsyncClient, account: Account, address: str
    ) -> Sender | None:
        """Nothing to ask: every webhook brings the name along."""
        return None

    async def show_activity(
        self, client: httpx.AsyncClient, account: Account, address: str, last_inbound: str | None
    ) -> None:
        """Nothing to call: the live feed that carries messages to sockets carries typing as well."""

    async def check(self, client: httpx.AsyncClient, account: Account, webhook_url: str) -> Health:
        """Always well: the other end is our own API, and the secret is nobody's but ours."""
        return Health(name=_own(account).inbox)


def _origin(url: str) -> str:
    """The origin of a link as the HTTP client reads it; empty when it is no link."""
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError):
        return ""
    port = f":{parsed.port}" if parsed.port else ""
    return f"{parsed.scheme}://{parsed.host}{port}" if not parsed.userinfo else ""
