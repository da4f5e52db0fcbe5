"""A channel with its platform and credentials, ready to be spoken through."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from pydantic import ValidationError

from domain.errors import ChannelUnauthorized, NotPossible
from domain.window import agents_window
from platforms import registry
from platforms.base import Account, MessagingPlatform
from storage.channels import Channel, ChannelStore


class Connected(NamedTuple):
    """One channel, its platform, and its credentials as that platform wants them."""

    channel: Channel
    platform: MessagingPlatform
    account: Account

    def window(self, *, automatic: bool) -> timedelta | None:
        """How long after the contact's last message free content may be sent; None: always."""
        able = self.platform.capabilities
        if automatic or not self.account.answers_late:
            return able.reply_window
        return agents_window(able.reply_window, able.agent_window)


class Accounts:
    """Finds connected accounts."""

    def __init__(self, channels: ChannelStore) -> None:
        self._channels = channels

    async def find(self, channel_id: UUID) -> Connected:
        """Raises `NotPossible` for an unknown channel, `ChannelUnauthorized` for one that is disabled."""
        channel = await self._channels.find(channel_id)
        if channel is None:
            raise NotPossible("this channel does not exist")
        if channel.disabled:
            raise ChannelUnauthorized("this channel is disabled")
        return connect(channel)


def connect(channel: Channel) -> Connected:
    """Read a channel's credentials. Raises `ChannelUnauthorized` when they do not fit its platform."""
    platform = registry.get(channel.platform)
    try:
        account = platform.account_model.model_validate(channel.account)
    except ValidationError as error:
        # The message of a validation error repeats the values, and these are secrets.
        fields = ", ".join(str(problem["loc"][0]) for problem in error.errors() if problem["loc"])
        raise ChannelUnauthorized(f"the channel's settings are incomplete: {fields}") from None
    return Connected(channel, platform, account)
