"""What a conversation asks of the world, one action each."""

from collections.abc import Iterable, Iterator
from uuid import UUID, uuid5

from temporalio import workflow
from temporalio.exceptions import ActivityError, FailureError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.conversations import (
        ActionRequest,
        Assignment,
        AssignRequest,
        ConversationActivities,
    )
    from activities.transcript import MediaFetch, ProfileFetch, TranscriptActivities
    from domain.content import MediaContent
    from domain.conversation import (
        Action,
        ActionResult,
        InboundBatch,
        InboundItem,
        OutboundDraft,
        Reply,
        Route,
    )
    from workflows import policies
    from workflows.messages import ConversationStart


async def record_inbound(
    start: ConversationStart, items: list[InboundItem], *, fresh: bool
) -> Route | None:
    """Write down what the contact said; tried until PostgreSQL takes it. None when it refuses for good."""
    batch = _batch(start, items, fresh=fresh)
    if start.records_in_task and (route := await _record_in_task(batch)) is not None:
        return route
    try:
        return await workflow.execute_activity_method(
            TranscriptActivities.record_inbound,
            batch,
            start_to_close_timeout=policies.RECORD_TIMEOUT,
            retry_policy=policies.RECORD_RETRY,
            priority=policies.fair(start.tenant_id),
            summary=f"Record {len(items)} of the contact",
        )
    except ActivityError as error:
        workflow.logger.error("%d events cannot be recorded: %s", len(items), error.cause)
        return None


async def _record_in_task(batch: InboundBatch) -> Route | None:
    """Once, as a local activity: half the events, and no way to the server and back. None: it did not succeed.

    It may have been stored all the same; asked again with the same batch, the answer is the same.
    """
    try:
        return await workflow.execute_local_activity_method(
            TranscriptActivities.record_inbound,
            batch,
            start_to_close_timeout=policies.RECORD_IN_TASK,
            retry_policy=policies.ONCE,
            summary=f"Record {len(batch.items)} of the contact",
        )
    except FailureError as error:
        # What a local activity fails with comes as it is, not within an `ActivityError`.
        if is_cancelled_exception(error):
            raise
        workflow.logger.warning("not recorded at the first try: %s", error)
        return None


async def set_aside(start: ConversationStart, items: list[InboundItem]) -> None:
    """Keep what cannot be recorded as it came, for people to look at."""
    await workflow.execute_activity_method(
        TranscriptActivities.set_aside,
        _batch(start, items, fresh=False),
        start_to_close_timeout=policies.RECORD_TIMEOUT,
        retry_policy=policies.RECORD_RETRY,
        priority=policies.fair(start.tenant_id),
        summary="Set aside what cannot be recorded",
    )


def _batch(start: ConversationStart, items: list[InboundItem], *, fresh: bool) -> InboundBatch:
    """Its id follows from its items: a task that is lost in the middle is repeated with what has come since."""
    return InboundBatch(
        batch_id=uuid5(start.channel_id, " ".join(str(item.id) for item in items)),
        tenant_id=start.tenant_id,
        channel_id=start.channel_id,
        address=start.address,
        items=items,
        fresh=fresh,
    )


async def apply_action(tenant_id: UUID, conversation_id: UUID, action: Action) -> ActionResult:
    """Apply and record an action. Raises `ActivityError` when it is refused for good."""
    return await workflow.execute_activity_method(
        ConversationActivities.apply_action,
        ActionRequest(tenant_id=tenant_id, conversation_id=conversation_id, action=action),
        start_to_close_timeout=policies.RECORD_TIMEOUT,
        retry_policy=policies.RECORD_RETRY,
        priority=policies.fair(tenant_id),
        summary=f"{action.kind.replace('_', ' ').capitalize()} by {action.actor.kind}",
    )


async def assign_agent(tenant_id: UUID, conversation_id: UUID, queue_id: UUID | None) -> Assignment:
    """The agent who gets a waiting conversation, or the queue it stays in. Raises `ActivityError` when it is gone."""
    return await workflow.execute_activity_method(
        ConversationActivities.assign_agent,
        AssignRequest(tenant_id=tenant_id, conversation_id=conversation_id, queue_id=queue_id),
        start_to_close_timeout=policies.RECORD_TIMEOUT,
        retry_policy=policies.RECORD_RETRY,
        priority=policies.fair(tenant_id),
        summary="Look for an agent with room",
    )


async def fetch_media(fetch: MediaFetch) -> None:
    """Bring an inbound file home before its link expires. Without it the message still stands."""
    try:
        await workflow.execute_activity_method(
            TranscriptActivities.fetch_media,
            fetch,
            start_to_close_timeout=policies.MEDIA_TIMEOUT,
            retry_policy=policies.MEDIA_RETRY,
            priority=policies.fair(fetch.tenant_id),
            summary=f"Fetch {fetch.media.mime_type or 'a file'}",
        )
    except ActivityError as error:
        workflow.logger.warning("media not fetched: %s", error.cause)


def draft(start: ConversationStart, conversation_id: UUID, reply: Reply) -> OutboundDraft:
    """A reply on its way out."""
    return OutboundDraft(
        message_id=reply.message_id,
        tenant_id=start.tenant_id,
        channel_id=start.channel_id,
        conversation_id=conversation_id,
        author=reply.author,
        content=reply.content,
        reply_to=reply.reply_to,
    )


def media_of(start: ConversationStart, items: Iterable[InboundItem]) -> Iterator[MediaFetch]:
    """The files to fetch: those that are not in our store yet."""
    for item in items:
        content = item.event.content
        if isinstance(content, MediaContent) and content.media.key is None:
            yield MediaFetch(
                tenant_id=start.tenant_id,
                channel_id=start.channel_id,
                message_id=item.id,
                media=content.media,
            )


async def fetch_profile(fetch: ProfileFetch) -> None:
    """Ask who the contact is. Without an answer the address stands for the name."""
    try:
        await workflow.execute_activity_method(
            TranscriptActivities.fetch_profile,
            fetch,
            start_to_close_timeout=policies.MEDIA_TIMEOUT,
            retry_policy=policies.MEDIA_RETRY,
            priority=policies.fair(fetch.tenant_id),
            summary="Ask the platform who the contact is",
        )
    except ActivityError as error:
        workflow.logger.warning("profile not fetched: %s", error.cause)


async def tell_next(workflow_id: str) -> None:
    """An agent has room again: let the conversation that waits longest know."""
    handle = workflow.get_external_workflow_handle(workflow_id)
    try:
        await handle.signal("agent_became_available")
    except FailureError:
        workflow.logger.info("the next waiting conversation is gone")
