"""The contract every platform meets: the smallest one that a conversation needs."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Protocol, runtime_checkable

import httpx
from pydantic import Field, SecretStr

from domain.content import MediaRef, MessageContent
from domain.events import InboundEvent, Sender
from domain.platform import PlatformCapabilities, Rate
from domain.receipts import Receipt
from domain.value import Value

MASK = "***"

LoadMedia = Callable[[str], Awaitable[bytes]]
"""Reads a file of our own media store by its key."""


class WebhookRequest(Value):
    """A webhook as it arrived. Header names are lower-case; the body is exactly the bytes that were sent."""

    method: str = "POST"
    url: str = ""
    """The whole URL as the platform called it, by our own settings: some signatures cover it."""
    headers: Mapping[str, str] = {}
    query: Mapping[str, str] = {}
    body: bytes = b""
    received_at: datetime | None = None
    keys: Mapping[str, Any] = {}
    """The platform's public keys (JWK) by key id, where its signatures need them: see `MessagingPlatform.keys_url`."""
    provider: str | None = None
    """By whom it was posted, on a platform that several providers offer: as the account says, never the request."""


class WebhookResponse(Value):
    """What a webhook must be answered with, where that is more than an empty 200."""

    status: int = 200
    body: str = ""
    content_type: str = "text/plain"


class Account(Value):
    """The credentials and settings of one connected account; each platform extends it.

    Secrets are `SecretStr`, so that they appear in no log, repr or error.
    """

    group_setting: ClassVar[str | None] = None
    """The setting that names what several accounts may belong to, where payloads name that instead of an account."""

    webhook_setting: ClassVar[str | None] = None
    """The setting that holds the channel's own webhook address, where sends name it; filled in when it is left out."""

    @property
    def account_id(self) -> str:
        """How the platform names this account in its payloads (a phone number id, a bot id)."""
        raise NotImplementedError

    @property
    def answers_late(self) -> bool:
        """Whether the platform grants this account `PlatformCapabilities.agent_window`, where there is one."""
        return True

    @property
    def rates(self) -> tuple[Rate, ...] | None:
        """How fast this account may send, where that is its own; None: as the facts of its platform say."""
        return None

    @property
    def provider_name(self) -> str | None:
        """Who carries this account's messages, on a platform that several providers offer."""
        return None

    @classmethod
    def of_provider(cls, provider: str | None) -> "type[Account]":  # noqa: ARG003  for those that have several
        """The settings that an account with that provider has; None: with any."""
        return cls

    def secrets(self) -> list[str]:
        """Every secret value, longest first, for masking."""
        values = (getattr(self, name) for name in type(self).model_fields)
        plain = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
        return sorted((value for value in plain if value), key=len, reverse=True)


class OutboundFile(Value):
    """One part of a multipart request; `content` is filled in just before the call."""

    field: str
    filename: str
    mime_type: str
    key: str


class OutboundRequest(Value):
    """One HTTP request that would be sent: the whole of what `render` decides."""

    method: str
    url: str
    headers: dict[str, str] = Field(default_factory=dict)
    json_body: dict[str, Any] | None = None
    form: dict[str, str] | None = None
    text_body: str | None = None
    """A body that is neither JSON nor a form, such as a MIME message."""
    file: OutboundFile | None = None

    def masked(self, secrets: list[str]) -> dict[str, Any]:
        """The request as JSON for people: every occurrence of a secret is replaced by `***`."""

        def hide(value: Any) -> Any:
            if isinstance(value, str):
                for secret in secrets:
                    value = value.replace(secret, MASK)
                return value
            if isinstance(value, dict):
                return {key: hide(item) for key, item in value.items()}
            if isinstance(value, list):
                return [hide(item) for item in value]
            return value

        shown = {
            "method": self.method,
            "url": self.url,
            "headers": self.headers,
            "json": self.json_body,
            "form": self.form,
            "text": self.text_body,
            "file": self.file.model_dump(mode="json") if self.file else None,
        }
        return {key: hide(value) for key, value in shown.items() if value not in (None, {})}


class OutboundMessage(Value):
    """One message to hand over. The content already fits the platform (`domain.fitting`)."""

    id: str
    """Our message id: the idempotency key or echoed reference, where the platform has one."""
    address: str
    content: MessageContent
    reply_to: str | None = None
    """The platform's id of the quoted message."""
    thread: str | None = None
    answers: Mapping[str, Any] | None = None
    """What the platform's own parser kept (`InboundEvent.raw`) of the contact's message that this one answers."""
    automatic: bool = False
    """A flow wrote it, nobody else: platforms where machines answer machines must say so."""
    late: bool = False
    """A person answers when the reply window is over and only `PlatformCapabilities.agent_window` is open."""
    unanswered: str | None = None
    """The platform's id of the contact's last message, while nothing of ours has been accepted since."""
    file_link: str | None = None
    """Where anybody can fetch the file of our own store that the content has, for some days; None: it has none."""
    attempted_at: datetime | None = None
    """When it was first handed over: a look-up reads back to shortly before. None: as far as it may."""


class FetchedMedia(Value):
    """A file fetched from a platform."""

    content: bytes
    mime_type: str
    filename: str | None = None


@runtime_checkable
class BringsFiles(Protocol):
    """A platform whose webhooks bring the files themselves: the body is kept in our store, files are cut out of it."""

    def body_key(self, media: MediaRef) -> str | None:
        """The key of the kept body (the SHA-256 of its bytes, in hex) that holds a file; None when no body does."""
        ...

    def cut(self, body: bytes, media: MediaRef, max_bytes: int) -> FetchedMedia:
        """The file. Raises `MediaRejected` when it is too large or not in there."""
        ...


class Arrived(Value):
    """What a connection that we hold brought, and where the next one goes on after it."""

    body: bytes | None = None
    """As `parse` reads it; None: a sign of life, or only the place has moved on."""
    cursor: Mapping[str, Any]
    """The platform's own bookmark, small and JSON; kept in the same transaction as the body."""


@runtime_checkable
class HoldsConnection(Protocol):
    """A platform whose messages do not come to us: we go and listen, over a connection or by asking again and again."""

    def listen(
        self, client: httpx.AsyncClient, account: Account, cursor: Mapping[str, Any] | None
    ) -> AsyncGenerator[Arrived]:
        """Everything that comes in, in order, from the bookmark on; without one, from now on. It never ends by itself.

        The caller has kept what was yielded when it asks for more: only then may it be acknowledged. Something is
        yielded at least every `SIGN_OF_LIFE` seconds. Raises a `DeliveryError` when the connection is lost or refused:
        `ChannelUnauthorized` with the vendor's words, `Throttled` with when to come back, `PlatformUnavailable` for the
        rest. `aclose()` says goodbye, so that the next one, anywhere, can resume.
        """
        ...


SIGN_OF_LIFE = 20.0


class MessagingPlatform(Protocol):
    """One platform. Instances hold no state: everything a call needs is passed in."""

    @property
    def capabilities(self) -> PlatformCapabilities: ...

    @property
    def account_model(self) -> type[Account]:
        """How this platform's channels are configured."""
        ...

    @property
    def shared_webhook(self) -> bool:
        """Whether the platform has one webhook URL per app, for many accounts."""
        ...

    def handshake(self, request: WebhookRequest, account: Account) -> WebhookResponse | None:
        """Answer the platform's check of our URL; None when the request is not one (then it is a 404)."""
        ...

    def acknowledge(self, request: WebhookRequest, account: Account) -> WebhookResponse | None:
        """What an authentic POST must be answered with (a challenge, a reaction to a button); None: an empty 200."""
        ...

    def keys_url(self, account: Account) -> str | None:
        """Where the platform publishes the keys (a JWK set) that its webhooks are signed with; None: none are."""
        ...

    def accounts(self, request: WebhookRequest) -> list[str]:
        """The account ids that a body names, before it is verified: for routing only, never trusted."""
        ...

    def verify(self, request: WebhookRequest, account: Account) -> None:
        """Raise `SignatureInvalid` unless the request proves where it comes from. Constant time."""
        ...

    def parse(self, request: WebhookRequest) -> list[InboundEvent]:
        """Every item of the body, in order; one bad item becomes `ignored` and never costs the others.

        Raises `PayloadUnreadable` only when the body as a whole is not what the platform documents.
        """
        ...

    def render(self, message: OutboundMessage, account: Account) -> OutboundRequest:
        """The one HTTP request that sends this message. Pure. Raises `ContentRejected`."""
        ...

    async def send(
        self,
        client: httpx.AsyncClient,
        account: Account,
        message: OutboundMessage,
        load_media: LoadMedia,
    ) -> Receipt:
        """Make the call, once. Raises a `DeliveryError`; `OutcomeUnknown` when nobody can tell."""
        ...

    async def fetch_media(
        self, client: httpx.AsyncClient, account: Account, media: MediaRef, max_bytes: int
    ) -> FetchedMedia:
        """Fetch an inbound file. Raises `MediaRejected` when it is too large or gone."""
        ...

    async def fetch_profile(
        self, client: httpx.AsyncClient, account: Account, address: str
    ) -> Sender | None:
        """What the platform tells of a contact beyond the webhook; None: nothing. Raises a `DeliveryError`."""
        ...

    async def show_activity(
        self, client: httpx.AsyncClient, account: Account, address: str, last_inbound: str | None
    ) -> None:
        """Show the contact that we read and are writing, where the platform can; best effort."""
        ...
