"""Connected accounts: what exists, and connecting one more."""

import uuid
from http import HTTPStatus
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, ValidationError
from pydantic_core import to_jsonable_python

from api.bodies import Body
from api.dependencies import By, ByAdministrator, UseApi
from api.errors import Problem
from domain.value import Value
from platforms import registry
from platforms.base import Account, MessagingPlatform
from storage.channels import Channel, ChannelTaken

router = APIRouter(prefix="/api/v1/channels", tags=["channels"])


class ChannelBody(Body):
    """An account to connect. `account` holds what the platform's page under docs/platforms asks for."""

    platform: str
    name: str = Field(min_length=1, max_length=100)
    account: dict[str, Any]
    flow_id: UUID | None = None
    """The flow that greets new conversations; None: they go to the queue."""
    queue_id: UUID | None = None
    """Where conversations wait for people; None: the tenant's first queue."""


class ChannelShown(Value):
    """A channel without its secrets."""

    id: UUID
    platform: str
    name: str
    account_id: str
    flow_id: UUID | None
    flow: str | None
    queue_id: UUID | None
    disabled: bool
    webhook_url: str
    """What to enter at the platform."""


@router.get("")
async def list_channels(use: UseApi, by: By) -> list[ChannelShown]:
    return [_shown(use, one) for one in await use.services.channels.of_tenant(by.tenant_id)]


@router.post("", status_code=HTTPStatus.CREATED)
async def connect_channel(body: ChannelBody, use: UseApi, by: ByAdministrator) -> ChannelShown:
    platform = registry.find(body.platform)
    if platform is None:
        known = ", ".join(sorted(registry.PLATFORMS))
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "unknown_platform",
            f"No platform is called {body.platform!r}. Known: {known}.",
        )
    channel_id = uuid.uuid4()  # noqa: TID251  edge: makes the id
    account = _account(platform, _with_webhook(use, platform, body, channel_id))
    queues = await use.services.users.queues(by.tenant_id)
    await _check_references(use, by.tenant_id, body, {queue.id for queue in queues})
    channel = Channel(
        id=channel_id,
        tenant_id=by.tenant_id,
        platform=body.platform,
        name=body.name,
        account_id=account.account_id,
        account=_plain(account),
        flow_id=body.flow_id,
        queue_id=body.queue_id or (queues[0].id if queues else None),
    )
    try:
        return _shown(use, await use.services.channels.add(channel))
    except ChannelTaken as error:
        raise Problem(
            HTTPStatus.CONFLICT, "account_taken", "This account is connected already."
        ) from error


def _with_webhook(
    use: UseApi, platform: MessagingPlatform, body: ChannelBody, channel_id: UUID
) -> dict[str, Any]:
    """The settings as given, with the channel's own address where its sends must name one."""
    setting = platform.account_model.webhook_setting
    if setting is None:
        return body.account
    return {setting: _webhook_url(use, body.platform, channel_id), **body.account}


def _webhook_url(use: UseApi, platform: str, channel_id: UUID) -> str:
    return f"{use.services.settings.base_url}/api/webhooks/{platform}/{channel_id}"


def _account(platform: MessagingPlatform, given: dict[str, Any]) -> Account:
    try:
        return platform.account_model.model_validate(given)
    except ValidationError as error:
        # Without the values: some of them are secrets.
        problems = [
            {"path": ".".join(["account", *map(str, one["loc"])]), "message": one["msg"]}
            for one in error.errors(include_input=False)
        ]
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "invalid_account",
            "These settings do not fit the platform.",
            errors=problems,
        ) from None


def _plain(account: Account) -> dict[str, Any]:
    """The settings as they are stored: with their secrets in the clear."""
    stored = {}
    for name in type(account).model_fields:
        value = getattr(account, name)
        reveal = getattr(value, "get_secret_value", None)
        stored[name] = reveal() if reveal else to_jsonable_python(value)
    return stored


async def _check_references(
    use: UseApi, tenant_id: UUID, body: ChannelBody, queues: set[UUID]
) -> None:
    flows = {flow.id for flow in await use.services.flows.of_tenant(tenant_id)}
    if body.flow_id is not None and body.flow_id not in flows:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_flow", "There is no such flow.")
    if body.queue_id is not None and body.queue_id not in queues:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_queue", "There is no such queue.")


def _shown(use: UseApi, channel: Channel) -> ChannelShown:
    return ChannelShown(
        **channel.model_dump(exclude={"account", "tenant_id"}),
        webhook_url=_webhook_url(use, channel.platform, channel.id),
    )
