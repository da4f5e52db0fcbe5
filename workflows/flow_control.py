"""How a conversation starts and stops the flow run that owns it."""

from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import FailureError, WorkflowAlreadyStartedError

with workflow.unsafe.imports_passed_through():
    from domain.conversation import Route
    from domain.ids import flow_run_workflow_id
    from workflows import search
    from workflows.flow_run import FlowRunWorkflow
    from workflows.messages import ConversationStart, FlowRunStart, MessageFailure


async def start_run(start: ConversationStart, route: Route) -> None:
    """Start the run as a child that outlives a continue-as-new of its parent."""
    flow = route.flow
    if flow is None:
        return
    contact = {"address": start.address}
    if route.contact_name:
        contact["name"] = route.contact_name
    try:
        await workflow.start_child_workflow(
            FlowRunWorkflow.run,
            FlowRunStart(
                tenant_id=start.tenant_id,
                channel_id=start.channel_id,
                platform=start.platform,
                conversation_id=route.conversation_id,
                conversation_workflow_id=workflow.info().workflow_id,
                run=flow,
                contact=contact,
                language=route.language,
            ),
            id=flow_run_workflow_id(start.tenant_id, flow.run_id),
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
            search_attributes=search.typed(
                {
                    search.TENANT.name: str(start.tenant_id),
                    search.PLATFORM.name: start.platform,
                    search.FLOW.name: flow.flow,
                }
            ),
            static_summary=f"Flow {flow.flow} v{flow.version}",
        )
    except WorkflowAlreadyStartedError:
        workflow.logger.info("flow run %s is running already", flow.run_id)


async def tell_failure(tenant_id: UUID, run_id: UUID, failure: MessageFailure) -> None:
    """Let a run know that one of its messages failed after all. One that is gone need not know."""
    handle = workflow.get_external_workflow_handle_for(
        FlowRunWorkflow.run, flow_run_workflow_id(tenant_id, run_id)
    )
    try:
        await handle.signal(FlowRunWorkflow.message_failed, failure)
    except FailureError:
        workflow.logger.info("flow run %s had ended already", run_id)


async def stop_run(tenant_id: UUID, run_id: UUID, reason: str) -> None:
    """Tell a run that people have taken over. One that is gone already needs no telling."""
    handle = workflow.get_external_workflow_handle_for(
        FlowRunWorkflow.run, flow_run_workflow_id(tenant_id, run_id)
    )
    try:
        await handle.signal(FlowRunWorkflow.stopped, reason)
    except FailureError:
        workflow.logger.info("flow run %s had ended already", run_id)
