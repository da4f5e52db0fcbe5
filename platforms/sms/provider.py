"""What a provider must bring along: the smallest set of functions behind the one SMS platform."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, NamedTuple

import httpx

from domain.errors import OutcomeUnknown
from domain.events import InboundEvent
from domain.receipts import Receipt
from platforms.abilities import Health
from platforms.base import OutboundMessage, OutboundRequest, WebhookRequest, WebhookResponse
from platforms.reading import Json


class MediaHosts(NamedTuple):
    """From where files that contacts sent are fetched. The API's own address is one of them in any case."""

    trusted: tuple[str, ...]
    """Hosts, and all below them, that get our credentials."""
    storage: tuple[str, ...] = ()
    """Hosts, with the beginning of a path where a host serves others too, to which the trusted ones may send us on."""


async def cannot_be_searched(
    client: httpx.AsyncClient, account: Any, message: OutboundMessage
) -> Receipt | None:
    """The same text may have gone to the same number twice on purpose: only our reference tells them apart."""
    raise OutcomeUnknown("this provider has no list that can be searched by our reference")


class Provider(NamedTuple):
    """One provider. Every account given to these functions is one of its own kind."""

    recognises: Callable[[Json], bool]
    """Whether a body's object can be this provider's: asked only where nobody says who posted it."""
    items: Callable[[Any], list[Any]]
    """The items of a body's JSON value, in order."""
    read: Callable[[Json, WebhookRequest], list[InboundEvent]]
    """What one item says. May raise anything: then the item is ignored."""
    verify: Callable[[WebhookRequest, Any], None]
    render: Callable[[OutboundMessage, Any], OutboundRequest]
    read_answer: Callable[[httpx.Response, Any, OutboundMessage], Receipt]
    """What the answer to a send says. Raises a `DeliveryError`."""
    media: MediaHosts
    check: Callable[[httpx.AsyncClient, Any, str], Awaitable[Health]]
    """Whether an account works: see `ChecksHealth`."""
    acknowledgement: WebhookResponse | None = None
    find_sent: Callable[[httpx.AsyncClient, Any, OutboundMessage], Awaitable[Receipt | None]] = (
        cannot_be_searched
    )
    """See `LooksUp`; most providers have no list that our reference finds a message in."""


def one_or_many(value: Any) -> list[Any]:
    """The items where a body is one item, or a list of them."""
    return list(value) if isinstance(value, list) else [value]


def has(item: Json, *groups: Iterable[str]) -> bool:
    """Whether an object has all the keys of one of the groups."""
    return any(set(group) <= item.keys() for group in groups)
