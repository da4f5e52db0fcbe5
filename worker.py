"""The Temporal process: which workflows, which activities, which task queues."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import uvloop
from temporalio.worker import (
    PollerBehaviorAutoscaling,
    UnsandboxedWorkflowRunner,
    Worker,
    WorkflowInstance,
    WorkflowInstanceDetails,
    WorkflowRunner,
)
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from typing_extensions import override

import logs
import settings as configuration
from bootstrap import Misconfigured, Services, services, settle_memory
from workflows import queues
from workflows.conversation import ConversationWorkflow
from workflows.flow_run import FlowRunWorkflow

WORKFLOWS = [ConversationWorkflow, FlowRunWorkflow]

# Our own packages are imported once, not once per workflow: 70 KB and 5 ms each instead of 900 KB and 43 ms.
PASSED_THROUGH = ("activities", "domain", "flows", "platforms", "storage", "workflows")

CACHED_WORKFLOWS = 2_000
ACTIVITY_SLOTS = 1_000
"""Activities only wait for others: many slots, so that calls to a slow platform leave room for recording."""
GRACE = timedelta(seconds=20)


class LeanSandbox(SandboxedWorkflowRunner):
    """The sandbox without a detour: the SDK asks it, through `exec`, in which context each payload is converted.

    Ours are converted the same in every context, and the answer None says so: measured, a tenth of a worker's Python.
    """

    @override
    def create_instance(self, det: WorkflowInstanceDetails) -> WorkflowInstance:
        instance = super().create_instance(det)
        instance.get_serialization_context = _no_context  # type: ignore[method-assign]
        return instance


def _no_context(command_info: object) -> None:
    return None


def runner(*, sandbox: bool) -> WorkflowRunner:
    if not sandbox:
        return UnsandboxedWorkflowRunner()
    return LeanSandbox(
        restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH)
    )


def worker(opened: Services) -> Worker:
    """The one worker of a process."""
    transcript, delivery = opened.transcript_activities, opened.delivery_activities
    conversations, flows = opened.conversation_activities, opened.flow_activities
    return Worker(
        opened.temporal,
        task_queue=queues.CONVERSATIONS,
        workflows=WORKFLOWS,
        activities=[
            transcript.record_inbound,
            transcript.set_aside,
            transcript.fetch_media,
            transcript.fetch_profile,
            delivery.deliver,
            delivery.abandon,
            opened.connection_activities.hold_connection,
            conversations.apply_action,
            conversations.assign_agent,
            flows.load_definition,
        ],
        workflow_runner=runner(sandbox=opened.settings.sandbox),
        max_cached_workflows=CACHED_WORKFLOWS,
        max_concurrent_activities=ACTIVITY_SLOTS,
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(),
        activity_task_poller_behavior=PollerBehaviorAutoscaling(),
        graceful_shutdown_timeout=GRACE,
    )


@asynccontextmanager
async def working(opened: Services) -> AsyncIterator[None]:
    """The worker, for as long as the block runs; then what is under way may finish."""
    async with worker(opened):
        yield


async def run() -> None:
    """Until SIGTERM or Ctrl-C."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with services(configuration.load(), "pytake-worker") as opened, working(opened):
        settle_memory()
        await stop.wait()


def main() -> None:
    logs.configure(configuration.load())
    try:
        uvloop.run(run())
    except Misconfigured as error:
        sys.exit(str(error))
    # temporalio's runtime can abort while the interpreter takes itself apart (sdk-python issue 300).
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
