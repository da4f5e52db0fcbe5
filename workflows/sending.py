"""Handing one message to its platform, from any workflow."""

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.delivery import DeliveryActivities
    from domain.conversation import Delivery, OutboundDraft
    from domain.receipts import ReceiptStatus
    from workflows import policies


async def send(draft: OutboundDraft) -> Delivery:
    """One action. Waits until the platform took it, refused it for good, or nobody can tell."""
    try:
        return await workflow.execute_activity_method(
            DeliveryActivities.deliver,
            draft,
            start_to_close_timeout=policies.SEND_TIMEOUT,
            schedule_to_close_timeout=policies.SEND_DEADLINE,
            retry_policy=policies.SEND_RETRY,
            priority=policies.fair(draft.tenant_id),
            summary=f"Send: {draft.content.type}",
        )
    except ActivityError:
        return await _abandon(draft)


async def _abandon(draft: OutboundDraft) -> Delivery:
    """Settle it, for as long as it takes. What cannot even be written down must not end a conversation."""
    try:
        return await workflow.execute_activity_method(
            DeliveryActivities.abandon,
            draft,
            start_to_close_timeout=policies.RECORD_TIMEOUT,
            retry_policy=policies.RECORD_RETRY,
            priority=policies.fair(draft.tenant_id),
            summary="Settle a message that could not be sent",
        )
    except ActivityError as error:
        if is_cancelled_exception(error):
            raise
        workflow.logger.error("message %s cannot be settled: %s", draft.message_id, error.cause)
        return Delivery(status=ReceiptStatus.FAILED, error_code="unsettled")
