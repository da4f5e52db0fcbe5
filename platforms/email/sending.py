"""Hands a message over. There is no SMTP connection yet, and nothing here pretends that there is one."""

from domain.errors import ChannelUnauthorized
from domain.receipts import Receipt
from platforms.base import OutboundMessage
from platforms.email import outbound
from platforms.email.account import EmailAccount

NOT_CONNECTED = "e-mail cannot be sent yet: this channel has no SMTP connection"


async def send(account: EmailAccount, message: OutboundMessage) -> Receipt:
    """Always raises: `ContentRejected` for what could not be sent anyway, else `ChannelUnauthorized`."""
    outbound.render(message, account)
    raise ChannelUnauthorized(NOT_CONNECTED)
