"""A body of any provider becomes events: each item by itself, and one that is unreadable costs the others nothing."""

from typing import Any

from domain.errors import PayloadUnreadable
from domain.events import InboundEvent
from platforms.base import WebhookRequest
from platforms.sms.bodies import read_body
from platforms.sms.concatenated import joined
from platforms.sms.events import ignored
from platforms.sms.provider import Provider
from platforms.sms.table import provider_of


def parse(request: WebhookRequest) -> list[InboundEvent]:
    """Every item, in order. Raises `PayloadUnreadable`."""
    body = read_body(request)
    if not body:
        return [ignored(body, "an empty call: somebody looks whether we are there")]
    provider = provider_of(request.provider, body)
    items = provider.items(body)
    return joined(event for item in items for event in _isolated(provider, item, request))


def accounts(request: WebhookRequest) -> list[str]:
    """Our numbers that a body names, each once."""
    try:
        events = parse(request)
    except PayloadUnreadable:
        return []
    return list(dict.fromkeys(event.account for event in events if event.account))


def _isolated(provider: Provider, item: Any, request: WebhookRequest) -> list[InboundEvent]:
    if not isinstance(item, dict):
        return [ignored(item, "not an object")]
    try:
        return provider.read(item, request)
    except Exception as error:  # noqa: BLE001  whatever is wrong with one item, its siblings survive
        return [ignored(item, f"unreadable: {type(error).__name__}")]
