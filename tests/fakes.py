"""Stand-ins for what tests must control: a platform with a script, a database that holds its commits."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import IO, Any
from uuid import UUID

import httpx
from pydantic import SecretStr, TypeAdapter, ValidationError
from sqlalchemy import TextClause
from sqlalchemy.ext.asyncio import AsyncConnection
from typing_extensions import override

from domain.content import MediaContent, MediaRef
from domain.errors import (
    DeliveryError,
    MediaRejected,
    MediaUnavailable,
    OutcomeUnknown,
    PayloadUnreadable,
    SignatureInvalid,
)
from domain.events import InboundEvent, Sender
from domain.platform import Idempotency, Limits, MediaRule, Platform, PlatformCapabilities, Support
from domain.receipts import Receipt, ReceiptStatus
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
from storage.database import Database
from storage.files import MediaFiles

CAPABILITIES = PlatformCapabilities(
    platform=Platform("scripted"),
    display_name="Scripted",
    limits=Limits(text=200, caption=100),
    media={"image": MediaRule(mime_types=("image/*",), max_bytes=1_000_000)},
    templates=Support.NATIVE,
)


@dataclass(frozen=True)
class Answer:
    """How one send is met: whether the platform takes the message, and what the caller gets to know of it."""

    takes: bool
    error: Exception | None = None
    hangs: bool = False
    """No answer ever comes."""


def accept() -> Answer:
    return Answer(takes=True)


def refuse(error: DeliveryError) -> Answer:
    return Answer(takes=False, error=error)


def lose_answer() -> Answer:
    """The platform takes the message, and the connection breaks before it says so."""
    return Answer(takes=True, error=OutcomeUnknown("no answer came back"))


def hang(*, takes: bool) -> Answer:
    return Answer(takes=takes, hangs=True)


class ScriptedAccount(Account):
    """An account of the scripted platform."""

    name: str
    token: SecretStr
    people_answer_late: bool = True

    @property
    @override
    def account_id(self) -> str:
        return self.name

    @property
    @override
    def answers_late(self) -> bool:
        return self.people_answer_late


class ScriptedPlatform:
    """A `MessagingPlatform` that answers sends as its script says, in order, and accepts when that is over.

    Webhooks are a JSON list of events in our own words, with the account's token in the header `x-token`.
    """

    shared_webhook = False
    account_model: type[Account] = ScriptedAccount

    def __init__(
        self,
        *script: Answer,
        capabilities: PlatformCapabilities = CAPABILITIES,
        files: dict[str, bytes] | None = None,
    ) -> None:
        self.capabilities = capabilities
        self.calls: list[OutboundMessage] = []
        """Every send, in order, whatever became of it."""
        self.ledger: list[OutboundMessage] = []
        """What the platform has taken: what the contact sees."""
        self.uploads: list[bytes] = []
        self.shown: list[str] = []
        """The addresses that were shown activity."""
        self.called = asyncio.Event()
        """Set by every send, when the platform has the message or has decided not to take it."""
        self._script = list(script)
        self._files = files or {}

    def handshake(self, request: WebhookRequest, account: Account) -> WebhookResponse | None:
        challenge = request.query.get("challenge")
        return WebhookResponse(body=challenge) if challenge else None

    def acknowledge(self, request: WebhookRequest, account: Account) -> WebhookResponse | None:
        return None

    def keys_url(self, account: Account) -> str | None:
        return None

    def accounts(self, request: WebhookRequest) -> list[str]:
        return sorted({event.account for event in self.parse(request) if event.account})

    def verify(self, request: WebhookRequest, account: Account) -> None:
        if request.headers.get("x-token") not in account.secrets():
            raise SignatureInvalid

    def parse(self, request: WebhookRequest) -> list[InboundEvent]:
        try:
            return TypeAdapter(list[InboundEvent]).validate_json(request.body)
        except ValidationError:
            raise PayloadUnreadable("not a list of events") from None

    def render(self, message: OutboundMessage, account: Account) -> OutboundRequest:
        url = f"https://scripted.invalid/{account.account_id}/{message.address}"
        body = message.content.model_dump(mode="json", exclude_none=True)
        return OutboundRequest(method="POST", url=url, json_body=body)

    async def send(
        self,
        client: httpx.AsyncClient,
        account: Account,
        message: OutboundMessage,
        load_media: LoadMedia,
    ) -> Receipt:
        """No call leaves. Where keys are honoured, a message taken before is not taken again."""
        self.calls.append(message)
        if isinstance(message.content, MediaContent) and message.content.media.key:
            self.uploads.append(await load_media(message.content.media.key))
        answer = self._script.pop(0) if self._script else accept()
        if answer.takes and not self._is_repeat(message):
            self.ledger.append(message)
        self.called.set()
        if answer.hangs:
            await asyncio.Event().wait()
        if answer.error is not None:
            raise answer.error
        external_id = f"scripted-{message.id}"
        return Receipt(status=ReceiptStatus.SENT, message_external_id=external_id)

    def _is_repeat(self, message: OutboundMessage) -> bool:
        keyed = self.capabilities.idempotency is Idempotency.KEY
        return keyed and any(taken.id == message.id for taken in self.ledger)

    async def fetch_media(
        self, client: httpx.AsyncClient, account: Account, media: MediaRef, max_bytes: int
    ) -> FetchedMedia:
        content = self._files.get(media.id or "")
        if content is None or len(content) > max_bytes:
            raise MediaRejected("it is gone or too large")
        return FetchedMedia(content=content, mime_type=media.mime_type or "image/png")

    async def fetch_profile(
        self, client: httpx.AsyncClient, account: Account, address: str
    ) -> Sender | None:
        return None

    async def show_activity(
        self, client: httpx.AsyncClient, account: Account, address: str, last_inbound: str | None
    ) -> None:
        self.shown.append(address)


class ListeningPlatform(ScriptedPlatform):
    """A `HoldsConnection` over a mailbox that never forgets; a cursor is how many of its bodies were taken."""

    def __init__(self, *bodies: bytes) -> None:
        super().__init__()
        self.mailbox = list(bodies)
        self.ends: dict[int, Exception] = {}
        """What a connection breaks with once it has brought so many bodies of the mailbox; each breaks once."""
        self.opened: list[Mapping[str, Any] | None] = []
        """The cursor of every connection, in order."""
        self.closed = 0
        """Connections that were ended, by whichever side."""
        self._written = asyncio.Event()

    def writes(self, *bodies: bytes) -> None:
        """Somebody writes; without a body, the connection gives a sign of life."""
        self.mailbox += bodies
        written, self._written = self._written, asyncio.Event()
        written.set()

    async def listen(
        self, client: httpx.AsyncClient, account: Account, cursor: Mapping[str, Any] | None
    ) -> AsyncGenerator[Arrived]:
        """A sign of life first, then whatever is there, then whatever is written."""
        self.opened.append(cursor)
        taken = int(cursor["taken"]) if cursor else 0
        try:
            self._may_end(taken)
            yield Arrived(cursor={"taken": taken})
            while True:
                written = self._written
                while taken < len(self.mailbox):
                    taken += 1
                    yield Arrived(body=self.mailbox[taken - 1], cursor={"taken": taken})
                    self._may_end(taken)
                await written.wait()
                if taken == len(self.mailbox):
                    yield Arrived(cursor={"taken": taken})
        finally:
            self.closed += 1

    def _may_end(self, taken: int) -> None:
        error = self.ends.pop(taken, None)
        if error is not None:
            raise error


class LeavingFiles:
    """A store of files that is away for as long as `is_away` says so."""

    def __init__(self, files: MediaFiles) -> None:
        self.is_away = False
        self._files = files

    @property
    def _there(self) -> MediaFiles:
        if self.is_away:
            raise MediaUnavailable("it is away")
        return self._files

    async def put(self, path: str, content: IO[bytes]) -> None:
        await self._there.put(path, content)

    async def stream(self, path: str, start: int, end: int) -> AsyncIterator[bytes]:
        async for part in self._there.stream(path, start, end):
            yield part

    async def exists(self, path: str) -> bool:
        return await self._there.exists(path)

    async def delete(self, path: str) -> None:
        await self._there.delete(path)


class OneWay(Database):
    """Goes through `transaction` for everything, so that there is one place to stop it."""

    @override
    async def single(
        self,
        tenant_id: UUID,
        statement: TextClause,
        values: Mapping[str, Any],
        alone: str | None = None,
    ) -> dict[str, Any] | None:
        async with self.transaction(tenant_id, alone) as connection:
            row = (await connection.execute(statement, values)).mappings().first()
        return dict(row) if row else None


class HoldingDatabase(OneWay):
    """Stops every transaction of a tenant just before it commits, until it is released."""

    def __init__(self, url: str) -> None:
        super().__init__(url, pool_size=2, name="pytake-test-holding")
        self.holding = asyncio.Event()
        """Set when the statements of a transaction have run."""
        self._released = asyncio.Event()

    def release(self) -> None:
        self._released.set()

    @override
    @asynccontextmanager
    async def transaction(
        self, tenant_id: UUID, alone: str | None = None
    ) -> AsyncIterator[AsyncConnection]:
        async with super().transaction(tenant_id, alone) as connection:
            yield connection
            self.holding.set()
            await self._released.wait()
