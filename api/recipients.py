"""For whom a webhook is: every event goes to the channels it names, and nothing to another tenant's.

What a signature proves: whoever made it knows the secret of the channel it was checked with. It proves nothing about
the accounts that the body names. So a body may bring events to a channel only if that channel's own secret verifies
it: to that channel it is then as good as a body posted to its own URL, whoever else it speaks of.
"""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

import structlog

from activities.accounts import Connected, connect
from api.arrivals import SAID
from domain.errors import ChannelUnauthorized, SignatureInvalid
from domain.events import InboundEvent
from platforms.base import MessagingPlatform, WebhookRequest
from storage.channels import Channel, ChannelStore

log = structlog.get_logger(__name__)


class Named(NamedTuple):
    """A name that a body uses for an account."""

    owners: list[Channel]
    """Who gets what is for it: channels of one tenant, in use, which the body is proven for."""
    claimants: list[Channel]
    """Whose it may be: nobody else keeps what is for it."""


class Recipients(NamedTuple):
    """Who gets what of one body."""

    home: Channel | None
    """Who keeps what names nobody. None: several tenants are meant, and none may keep what is perhaps another's."""
    names: dict[str, Named]

    def sort(
        self, events: Iterable[InboundEvent]
    ) -> tuple[list[tuple[Channel, list[InboundEvent]]], int]:
        """The events by channel, in order, and how many are for nobody who may have them from this body."""
        sorted_out: dict[UUID, tuple[Channel, list[InboundEvent]]] = {}
        foreign = 0
        for event in events:
            owners, as_theirs = self._owners(event)
            foreign += not owners
            for channel in owners:
                sorted_out.setdefault(channel.id, (channel, []))[1].append(as_theirs)
        return list(sorted_out.values()), foreign

    def _owners(self, event: InboundEvent) -> tuple[list[Channel], InboundEvent]:
        """Who gets an event, and the event as they get it."""
        named = self.names.get(event.account or "", Named([], []))
        if len(named.owners) > 1 and event.kind in SAID:
            # News of a business concerns all its numbers; words belong to one, and nobody says which.
            return named.owners[:1], _aside(event, "the name of several accounts")
        if named.owners:
            return named.owners, event
        if self.home is None or _of_others(named.claimants, self.home):
            return [], event
        if named.claimants or (event.account is not None and event.kind in SAID):
            return [self.home], _aside(event, "unknown account")
        return [self.home], event


async def of_channel(
    store: ChannelStore, asked: WebhookRequest, at: Connected, events: list[InboundEvent]
) -> Recipients:
    """A body at a channel's own URL: it is for that channel, or for another of its tenant that it is proven for."""
    home = at.channel
    setting = at.platform.account_model.group_setting
    own = {home.account_id, home.account.get(setting or "")}
    names: dict[str, Named] = {}
    for name in {event.account for event in events if event.account is not None}:
        if name in own:
            names[name] = Named([home], [home])
        else:
            claimants = await store.find_by_name(home.platform, name, setting)
            names[name] = _named(name, claimants, asked, home.tenant_id)
    return Recipients(home, names)


async def of_app(
    store: ChannelStore, asked: WebhookRequest, spoken: MessagingPlatform, accounts: list[str]
) -> Recipients | None:
    """A body at the URL of a whole app: it is for whom it names; None when it names nobody that is in use.

    Raises `SignatureInvalid` when it is proven for none of them.
    """
    key, setting = spoken.capabilities.platform, spoken.account_model.group_setting
    found = {name: await store.find_by_name(key, name, setting) for name in accounts}
    if all(one.disabled for claimants in found.values() for one in claimants):
        return None
    names = {name: _named(name, claimants, asked) for name, claimants in found.items()}
    owners = [one for named in names.values() for one in named.owners]
    if not owners:
        raise SignatureInvalid("no secret of the channels it names made it")
    return Recipients(None if _of_others(owners, owners[0]) else owners[0], names)


def _named(
    name: str, claimants: list[Channel], asked: WebhookRequest, tenant_id: UUID | None = None
) -> Named:
    """An account id is one channel's; a name that many may claim is the tenant's who claimed it first."""
    proven = [one for one in claimants if _verifies(one, asked)]
    may = [one for one in proven if not one.disabled and tenant_id in {None, one.tenant_id}]
    exact = [one for one in may if one.account_id == name]
    owners = exact or [one for one in may if one.tenant_id == may[0].tenant_id]
    # Anybody can write down another's name: without proof it keeps nothing from those whose it is.
    return Named(owners, [one for one in claimants if one in proven or one.account_id == name])


def _of_others(channels: list[Channel], home: Channel) -> bool:
    return any(one.tenant_id != home.tenant_id for one in channels)


def _verifies(channel: Channel, asked: WebhookRequest) -> bool:
    try:
        connected = connect(channel)
        posted_to_it = asked.model_copy(update={"provider": connected.account.provider_name})
        connected.platform.verify(posted_to_it, connected.account)
    except ChannelUnauthorized as error:
        # Its settings are broken: it proves nothing, and is in nobody's way.
        log.warning("channel left out", channel=str(channel.id), reason=error.detail)
        return False
    except SignatureInvalid:
        return False
    return True


def _aside(event: InboundEvent, reason: str) -> InboundEvent:
    """The event as it is kept for people to look up, and acted upon by nobody."""
    return event.model_copy(update={"kind": "ignored", "reason": reason})
