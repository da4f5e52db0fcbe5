"""E-mail as a `MessagingPlatform`: the functions of this package behind one contract."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any

import httpx

from domain.content import MediaRef
from domain.errors import MediaRejected
from domain.events import InboundEvent, Sender
from domain.platform import PlatformCapabilities
from domain.receipts import Receipt
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
from platforms.email import files, imap, imap_sent, inbound, outbound, sending
from platforms.email.account import EmailAccount
from platforms.email.facts import CAPABILITIES
from platforms.email.smtp_pool import Submissions
from platforms.oauth import AccessTokens


def _own(account: Account) -> EmailAccount:
    if not isinstance(account, EmailAccount):
        raise TypeError(f"an e-mail account is needed, not {type(account).__name__}")
    return account


class Email:
    """A mailbox: read over IMAP or posted to us; what we write leaves through a submission server.

    Beside the tokens it keeps open connections for sending, in the memory of its process: any other will do as well.
    """

    def __init__(self) -> None:
        self._tokens = AccessTokens()
        self._submissions = Submissions()

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
        owner = _own(account)
        return await sending.send(
            client, owner, message, load_media, self._tokens, self._submissions
        )

    def listen(
        self, client: httpx.AsyncClient, account: Account, cursor: Mapping[str, Any] | None
    ) -> AsyncGenerator[Arrived]:
        return imap.listen(client, _own(account), cursor, self._tokens)

    async def find_sent(
        self, client: httpx.AsyncClient, account: Account, message_id: str
    ) -> bool | None:
        """Whether our message with this id is among the mailbox's sent ones; None: nobody can tell.

        Raises a `DeliveryError`.
        """
        return await imap_sent.find_sent(client, _own(account), message_id, self._tokens)

    async def close(self) -> None:
        """Close the idle connections for sending."""
        await self._submissions.close()

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
