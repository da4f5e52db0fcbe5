"""The worker can do everything that its workflows ask for, and every workflow's lives are on record."""

import ast
import importlib
import inspect
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import httpx
import pytest
from pydantic import SecretStr
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import WorkerConfig

import activities
import worker
import workflows
from bootstrap import Services
from embedded.temporal import TemporalDevServer
from settings import Settings
from storage.database import Database
from tests.workflows.record import HISTORIES

CALLS = {
    "execute_activity_method",
    "start_activity_method",
    "execute_local_activity_method",
    "start_local_activity_method",
}
"""How a workflow of ours asks for an activity; the functions of the same names without `_method` are not used."""


class Call(NamedTuple):
    """One place in a workflow's code that asks for an activity."""

    where: str
    target: Any


def modules(package: ModuleType) -> list[ModuleType]:
    found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    return [importlib.import_module(one.name) for one in found]


def calls(module: ModuleType, names: set[str]) -> Iterator[Call]:
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr not in names:
                continue
            where = f"{module.__name__}:{node.lineno}"
            # The name as it is written there, looked up where it is written.
            target = eval(ast.unparse(node.args[0]), vars(module))  # noqa: S307  our own source
            yield Call(where, target)


ASKED = [call for module in modules(workflows) for call in calls(module, CALLS)]


def defined_activities() -> dict[str, str]:
    """Name -> where, of every activity there is."""
    return {
        definition.name: f"{owner.__module__}.{owner.__name__}"
        for module in modules(activities)
        for owner in vars(module).values()
        if inspect.isclass(owner) and owner.__module__ == module.__name__
        for method in vars(owner).values()
        if (definition := activity._Definition.from_callable(method)) and definition.name
    }


def workflow_name(of: type) -> str:
    name = workflow._Definition.must_from_class(of).name
    assert name is not None
    return name


@pytest.fixture
async def config(temporal: TemporalDevServer, tmp_path: Path) -> WorkerConfig:
    """What the real worker registers. It is made and never run."""
    client = await Client.connect(temporal.address, data_converter=pydantic_data_converter)
    settings = Settings(state_dir=tmp_path, database_url=SecretStr("postgresql://nowhere/nothing"))
    database = Database("postgresql://nowhere/nothing")
    async with httpx.AsyncClient() as http:
        services = Services(settings=settings, temporal=client, database=database, http=http)
        return worker.worker(services).config()


def test_workflows_ask_for_activities() -> None:
    """Else the tests below would say nothing."""
    assert len(ASKED) >= 6


def test_workflows_ask_for_activities_by_their_methods_alone() -> None:
    """A name in a string would be checked by nobody."""
    others = {name.removesuffix("_method") for name in CALLS}
    assert [call for module in modules(workflows) for call in calls(module, others)] == []


async def test_the_worker_registers_every_activity_and_what_workflows_ask_for_is_among_them(
    config: WorkerConfig,
) -> None:
    definitions = [
        activity._Definition.must_from_callable(one) for one in config.get("activities", [])
    ]
    registered = sorted(str(definition.name) for definition in definitions)
    assert registered == sorted(defined_activities())
    unknown = {
        call.where: call.target.__qualname__
        for call in ASKED
        if activity._Definition.must_from_callable(call.target).name not in registered
    }
    assert unknown == {}


async def test_the_worker_registers_every_workflow(config: WorkerConfig) -> None:
    defined = {
        workflow_name(one)
        for module in modules(workflows)
        for one in vars(module).values()
        if inspect.isclass(one)
        and one.__module__ == module.__name__
        and workflow._Definition.from_class(one)
    }
    assert {workflow_name(one) for one in config.get("workflows", [])} == defined


def test_every_workflow_has_recorded_lives() -> None:
    """A workflow whose history is not replayed can be changed without anybody noticing."""
    recorded = {_type_of(file) for file in HISTORIES.glob("*/*.json")}
    assert recorded == {workflow_name(one) for one in worker.WORKFLOWS}


def _type_of(history: Path) -> str:
    first = json.loads(history.read_text("utf-8"))["events"][0]
    name: str = first["workflowExecutionStartedEventAttributes"]["workflowType"]["name"]
    return name
