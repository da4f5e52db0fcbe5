"""One conversation, a platform that follows a script, and the activities of a worker that sends."""

import asyncio
import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.accounts import Accounts
from activities.delivery import DeliveryActivities
from activities.enclosures import Enclosures
from activities.links import MediaLinks
from domain.consent import choice_in
from domain.content import MessageContent, TextContent
from domain.conversation import Action, Actor, Delivery, OutboundDraft, Route
from platforms import registry
from storage.actions import ActionStore
from storage.channels import ChannelStore
from storage.consents import ConsentStore
from storage.delivery import DeliveryStore
from storage.files import in_folder
from storage.inbound import InboundStore
from storage.media import MediaStore
from tests.fakes import CAPABILITIES, Answer, LeavingFiles, ScriptedPlatform
from tests.planting import Tenant, happened, said


class Desk:
    """One conversation, its platform, and the activities of a worker that sends."""

    def __init__(self, tenant: Tenant, route: Route, http: httpx.AsyncClient, media: Path) -> None:
        self.tenant = tenant
        self.route = route
        self.files = LeavingFiles(in_folder(media))
        self.media = MediaStore(tenant.database, self.files)
        self.links = MediaLinks(
            "a secret of the tests", "https://pytake.example", timedelta(days=7)
        )
        self.platform = ScriptedPlatform()
        self.store = DeliveryStore(tenant.database)
        self._http = http

    def speaks(self, *script: Answer, **capabilities: Any) -> ScriptedPlatform:
        """Follow a script from now on; `capabilities` change what the platform can carry."""
        able = CAPABILITIES.model_copy(update=capabilities)
        return self.through(ScriptedPlatform(*script, capabilities=able))

    def through(self, platform: ScriptedPlatform) -> ScriptedPlatform:
        """Send through this platform from now on."""
        self.platform = platform
        registry.PLATFORMS[platform.capabilities.platform] = platform
        return platform

    def draft(self, words: str = "Good morning", author: Actor | None = None) -> OutboundDraft:
        return self.tenant.draft(self.route.conversation_id, words, author)

    def with_content(self, content: MessageContent) -> OutboundDraft:
        return self.draft().model_copy(update={"content": content})

    @property
    def activities(self) -> DeliveryActivities:
        """Those of a worker that has just started: it remembers nothing."""
        accounts = Accounts(ChannelStore(self.tenant.database))
        enclosures = Enclosures(self.media, self.links)
        return DeliveryActivities(self.store, enclosures, accounts, self._http)

    async def deliver(self, draft: OutboundDraft, after: timedelta = timedelta(0)) -> Delivery:
        """Run the activity, so long after the contact last wrote."""
        return await self.at(after).run(self.activities.deliver, draft)

    async def abandon(self, draft: OutboundDraft) -> Delivery:
        return await self.at().run(self.activities.abandon, draft)

    def at(self, after: timedelta = timedelta(0)) -> ActivityEnvironment:
        wrote = self.route.view.last_inbound_at
        assert wrote is not None
        environment = ActivityEnvironment()
        environment.info = dataclasses.replace(
            environment.info, scheduled_time=wrote, current_attempt_scheduled_time=wrote + after
        )
        return environment

    async def cut_off(self, draft: OutboundDraft) -> None:
        """Begin to send, and die in the middle of the call."""
        call = asyncio.ensure_future(self.deliver(draft))
        await self.platform.called.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

    async def refused(self, draft: OutboundDraft, after: timedelta = timedelta(0)) -> Any:
        """The failure that an attempt ends with."""
        with pytest.raises(ApplicationError) as caught:
            await self.deliver(draft, after)
        return caught.value

    async def outcomes(self, draft: OutboundDraft) -> list[str]:
        rows = await self.tenant.rows(
            "SELECT outcome FROM attempts WHERE message_id = :id ORDER BY number",
            id=draft.message_id,
        )
        return [row["outcome"] for row in rows]

    async def messages(self) -> list[tuple[str, str]]:
        """What our side of the transcript says, and how far each message got."""
        return [(row["text"], row["status"]) for row in await self._ours()]

    async def reasons(self) -> list[str | None]:
        """Why each message of ours failed."""
        return [row["reason"] for row in await self._ours()]

    async def _ours(self) -> list[dict[str, Any]]:
        return await self.tenant.rows("""
            SELECT content->>'text' AS text, status, error->>'code' AS reason FROM messages
            WHERE direction = 'out' ORDER BY seq
        """)

    def texts(self) -> list[str]:
        """What the contact sees."""
        taken = [message.content for message in self.platform.ledger]
        return [content.text for content in taken if isinstance(content, TextContent)]

    def of_the_flow(self, words: str = "Good morning") -> OutboundDraft:
        """A message of the flow that greeted the contact."""
        return self.draft(words, Actor(kind="flow", id=self.route.view.owner.id))

    async def contact_asks(self, value: str, said_with: str = "asked-before", **more: Any) -> None:
        """The contact opts out, or in again."""
        item = happened(
            "preference", details={"value": value, **more}, target_external_id=said_with
        )
        choice = choice_in(item.event)
        assert choice is not None
        store = ConsentStore(self.tenant.database)
        await store.record(self.tenant.id, self.tenant.channel, item.event, choice)

    async def contact_writes(self, words: str, external_id: str | None = None) -> None:
        store = InboundStore(self.tenant.database)
        await store.record(self.tenant.batch(said(words, external_id)))

    async def take_over(self) -> None:
        """An agent takes the conversation from the flow."""
        agent = self.tenant.agents[0]
        actor = Actor(kind="agent", id=agent)
        action = Action(id=uuid4(), kind="take_over", actor=actor, assignee=agent)
        store = ActionStore(self.tenant.database)
        await store.apply(self.tenant.id, self.route.conversation_id, action)
