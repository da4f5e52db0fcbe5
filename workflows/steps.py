"""What a conversation asks of the world, one action each."""

from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import ActivityError, FailureError

with workflow.unsafe.imports_passed_through():
    from activities.conversations import (
        ActionRequest,
        Assignment,
        AssignRequest,
        ConversationActivities,
    )
    from activities.transcript import MediaFetch, TranscriptActivities
    from domain.conversation import (
        Action,
        ActionResult,
        InboundBatch,
        InboundItem,
        Route,
    )
    from workflows import policies
    from workflows.messages import ConversationStart


async def record_inbound(
    start: ConversationStart, items: list[InboundItem], *, fresh: bool
) -> Route:
    """Write down what the contact said; tried until PostgreSQL takes it."""
    return await workflow.execute_activity_method(
        TranscriptActivities.record_inbound,
        InboundBatch(
            batch_id=workflow.uuid4(),
            tenant_id=start.tenant_id,
            channel_id=start.channel_id,
            address=start.address,
            items=items,
            fresh=fresh,
        ),
        start_to_close_timeout=policies.RECORD_TIMEOUT,
        retry_policy=policies.RECORD_RETRY,
        priority=policies.fair(start.tenant_id),
        summary=f"Record {len(items)} of the contact",
    )


async def apply_action(
    tenant_id: UUID, conversation_id: UUID, action: Action
) -> ActionResult | None:
    """Apply and record an action; None when it was refused for good."""
    try:
        return await workflow.execute_activity_method(
            ConversationActivities.apply_action,
            ActionRequest(
                tenant_id=tenant_id,
                conversation_id=conversation_id,
                action=action,
                assign=action.kind == "hand_over",
            ),
            start_to_close_timeout=policies.RECORD_TIMEOUT,
            retry_policy=policies.RECORD_RETRY,
            priority=policies.fair(tenant_id),
            summary=f"{action.kind.replace('_', ' ').capitalize()} by {action.actor.kind}",
        )
    except ActivityError as error:
        workflow.logger.warning("%s was refused: %s", action.kind, error.cause)
        return None


async def assign_agent(tenant_id: UUID, conversation_id: UUID, queue_id: UUID | None) -> Assignment:
    """The agent who gets a waiting conversation, or the queue it stays in."""
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


async def tell_next(workflow_id: str) -> None:
    """An agent has room again: let the conversation that waits longest know."""
    handle = workflow.get_external_workflow_handle(workflow_id)
    try:
        await handle.signal("agent_became_available")
    except FailureError:
        workflow.logger.info("the next waiting conversation is gone")
