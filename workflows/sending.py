"""Handing one message to its platform, from any workflow."""

from temporalio import workflow
from temporalio.exceptions import ActivityError

with workflow.unsafe.imports_passed_through():
    from activities.delivery import DeliveryActivities
    from domain.conversation import Delivery, OutboundDraft
    from workflows import policies


async def send(draft: OutboundDraft) -> Delivery:
    """One action. Waits until the platform took it, refused it for good, or nobody can tell."""
    priority = policies.fair(draft.tenant_id)
    try:
        return await workflow.execute_activity_method(
            DeliveryActivities.deliver,
            draft,
            start_to_close_timeout=policies.SEND_TIMEOUT,
            schedule_to_close_timeout=policies.SEND_DEADLINE,
            retry_policy=policies.SEND_RETRY,
            priority=priority,
            summary=f"Send: {draft.content.type}",
        )
    except ActivityError:
        return await workflow.execute_activity_method(
            DeliveryActivities.abandon,
            draft,
            start_to_close_timeout=policies.RECORD_TIMEOUT,
            retry_policy=policies.RECORD_RETRY,
            priority=priority,
            summary="Settle a message that could not be sent",
        )
