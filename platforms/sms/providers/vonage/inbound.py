"""What Vonage posts, of which API it is: each has its own shapes."""

from domain.events import InboundEvent
from platforms.base import WebhookRequest
from platforms.reading import Json
from platforms.sms.events import ignored
from platforms.sms.provider import has
from platforms.sms.providers.vonage import messages_api, sms_api


def recognises(item: Json) -> bool:
    return has(item, ("message_uuid",), ("messageId", "msisdn"))


def read(item: Json, request: WebhookRequest) -> list[InboundEvent]:
    events = messages_api.read(item) or sms_api.read(item)
    return events or [ignored(item, "neither a message nor a receipt")]
