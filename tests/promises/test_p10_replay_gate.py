"""P10 `replay_gate`: code changes cannot silently change running conversations."""

import json
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer
from typing_extensions import override

import worker
from tests.workflows.record import HISTORIES
from workflows.conversation import ConversationWorkflow
from workflows.flow_run import FlowRunWorkflow
from workflows.messages import ConversationStart, FlowRunStart

pytestmark = pytest.mark.promise

RECORDED = sorted(HISTORIES.glob("*/*.json"))


def load(file: Path) -> WorkflowHistory:
    kept = json.loads(file.read_text("utf-8"))
    return WorkflowHistory.from_json(kept.pop("workflow_id"), kept)


def replayer(*workflows: type, sandbox: bool = True) -> Replayer:
    return Replayer(
        workflows=list(workflows),
        data_converter=pydantic_data_converter,
        workflow_runner=worker.runner(sandbox=sandbox),
    )


def test_every_workflow_type_has_recorded_lives() -> None:
    kinds = {file.stem.rpartition("-")[0] for file in RECORDED}
    assert kinds == {"conversation", "flow-run"}
    assert len(worker.WORKFLOWS) == len(kinds)


@pytest.mark.parametrize("file", RECORDED, ids=lambda file: f"{file.parent.name}/{file.stem}")
async def test_recorded_lives_replay_on_todays_code(file: Path) -> None:
    await replayer(*worker.WORKFLOWS).replay_workflow(load(file))


@workflow.defn(name="ConversationWorkflow")
class HastyConversation(ConversationWorkflow):
    """A planted change: it waits a second before anything else."""

    @workflow.init
    def __init__(self, start: ConversationStart) -> None:
        super().__init__(start)

    @override
    @workflow.run
    async def run(self, start: ConversationStart) -> str:
        await workflow.sleep(1)
        return await super().run(start)


@workflow.defn(name="FlowRunWorkflow")
class HastyRun(FlowRunWorkflow):
    """The same in a flow run."""

    @workflow.init
    def __init__(self, start: FlowRunStart) -> None:
        super().__init__(start)

    @override
    @workflow.run
    async def run(self, start: FlowRunStart) -> str:
        await workflow.sleep(1)
        return await super().run(start)


@pytest.mark.parametrize("kind", ["conversation", "flow-run"])
async def test_a_planted_incompatible_change_is_caught(kind: str) -> None:
    first = next(file for file in RECORDED if file.stem.startswith(kind))
    with pytest.raises(workflow.NondeterminismError):
        await replayer(HastyConversation, HastyRun, sandbox=False).replay_workflow(load(first))
