"""The Temporal jobs of deploy/, run as their containers run them: the namespace on a real server."""

import os
import subprocess
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client

from embedded.temporal import TemporalDevServer, binary
from workflows.search import ATTRIBUTES

DEPLOY = Path(__file__).parents[2] / "deploy"

RECORDER = """#!/bin/sh
printf '%s\\n' "$*" >> "$RECORD"
"""


def run(script: str, path: Path, **variables: str) -> "subprocess.CompletedProcess[str]":
    """A job, with the programs of a folder, and no variable of this process."""
    search = f"{path}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(  # noqa: S603  the arguments are ours
        ["/bin/sh", str(DEPLOY / script)],
        env={"PATH": search, "HOME": "/nonexistent", **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


async def test_the_namespace_and_its_search_attributes_are_made_once(tmp_path: Path) -> None:
    async with TemporalDevServer(tmp_path / "temporal") as server:
        client = await Client.connect(server.address, namespace="pytake")
        for hours in (168, 72):
            ran = run(
                "temporal-namespace.sh",
                binary().parent,
                TEMPORAL_ADDRESS=server.address,
                TEMPORAL_NAMESPACE="pytake",
                TEMPORAL_RETENTION=f"{hours}h",
            )
            assert ran.returncode == 0, ran.stderr
            asked = DescribeNamespaceRequest(namespace="pytake")
            found = await client.workflow_service.describe_namespace(asked)
            assert found.config.workflow_execution_retention_ttl.seconds == hours * 3600

            known = await client.operator_service.list_search_attributes(
                ListSearchAttributesRequest(namespace="pytake")
            )
            names = {n: IndexedValueType.Name(t) for n, t in known.custom_attributes.items()}
            assert names == {
                name: f"INDEXED_VALUE_TYPE_{kind.upper()}" for name, kind in ATTRIBUTES.items()
            }


@pytest.mark.parametrize("missing", ["TEMPORAL_NAMESPACE", "TEMPORAL_RETENTION"])
def test_without_its_variables_the_job_fails_at_once(missing: str) -> None:
    given = {"TEMPORAL_NAMESPACE": "pytake", "TEMPORAL_RETENTION": "1h"}
    del given[missing]
    ran = run("temporal-namespace.sh", Path("/nonexistent"), **given)
    assert ran.returncode != 0
    assert missing in ran.stderr


def test_each_database_gets_its_version_table_before_its_schema(tmp_path: Path) -> None:
    tool, record = tmp_path / "temporal-sql-tool", tmp_path / "record"
    tool.write_text(RECORDER)
    tool.chmod(0o755)
    assert run("temporal-schema.sh", tmp_path, RECORD=str(record)).returncode == 0
    schemas = "/etc/temporal/schema/postgresql/v12"
    assert record.read_text().splitlines() == [
        "--db temporal setup-schema --version 0.0",
        f"--db temporal update-schema --schema-dir {schemas}/temporal/versioned",
        "--db temporal_visibility setup-schema --version 0.0",
        f"--db temporal_visibility update-schema --schema-dir {schemas}/visibility/versioned",
    ]


def test_a_schema_that_fails_fails_the_job(tmp_path: Path) -> None:
    tool, record = tmp_path / "temporal-sql-tool", tmp_path / "record"
    tool.write_text(RECORDER + "exit 1\n")
    tool.chmod(0o755)
    assert run("temporal-schema.sh", tmp_path, RECORD=str(record)).returncode != 0
    assert len(record.read_text().splitlines()) == 1
