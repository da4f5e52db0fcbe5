"""The plan of the real stack: what runs with which settings, and what its processes are told."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from embedded import services
from embedded.screen import _places
from embedded.services import _Machine
from embedded.stack import Plan
from settings import Settings

OWN = ["postgres", "temporal", "simulator", "migrate", "seed", "worker", "api"]


@pytest.fixture(autouse=True)
def no_temporal_of_the_developer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ADDRESS", "PROFILE", "CONFIG_FILE", "API_KEY", "NAMESPACE"):
        monkeypatch.delenv(f"TEMPORAL_{name}", raising=False)


def names(plan: Plan) -> list[str]:
    return [service.name for service in plan.services]


def test_everything_runs_here_unless_told_otherwise(folder: Path) -> None:
    plan = services.plan(Settings(state_dir=folder))
    assert names(plan) == OWN
    assert plan.external == ()
    assert list(folder.iterdir()) == []  # a plan touches nothing


def test_every_need_is_part_of_the_plan_and_comes_before(folder: Path) -> None:
    plan = services.plan(Settings(state_dir=folder))
    for at, service in enumerate(plan.services):
        assert set(service.after) <= set(names(plan)[:at]), service.name


def test_external_servers_are_not_started(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal.internal:7233")
    url = SecretStr("postgresql://pytake_app:hunter2@db.internal:5432/support?sslmode=require")
    plan = services.plan(Settings(state_dir=folder, database_url=url))
    assert names(plan) == ["simulator", "migrate", "seed", "worker", "api"]
    assert {need for service in plan.services for need in service.after} <= set(names(plan))
    assert plan.external == (
        ("PostgreSQL", "postgresql://pytake_app@db.internal:5432/support"),
        ("Temporal", "temporal.internal:7233"),
    )


def test_the_processes_get_this_machines_addresses(folder: Path) -> None:
    machine = _Machine(Settings(state_dir=folder, port=8181, postgres_port=54330))
    env = machine.environment()
    assert env["PYTAKE_PORT"] == "8181"
    assert env["PYTAKE_STATE_DIR"] == str(folder.resolve())
    assert env["PYTAKE_DEMO"] == "1"
    assert env["TEMPORAL_ADDRESS"] == "127.0.0.1:7233"
    assert env["PYTAKE_DATABASE_URL"].startswith("postgresql://pytake_app:")
    assert env["PYTAKE_DATABASE_URL"].endswith("@127.0.0.1:54330/pytake")
    assert env["PYTAKE_DATABASE_OWNER_URL"].startswith("postgresql://pytake_owner:")
    assert len(env["PYTAKE_JWT_SECRET"]) >= 32


def test_keys_for_another_temporal_do_not_reach_ours(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEMPORAL_API_KEY", "for the cloud")
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "production")
    env = _Machine(Settings(state_dir=folder)).environment()
    assert "TEMPORAL_API_KEY" not in env
    assert env["TEMPORAL_NAMESPACE"] == "default"


def test_what_was_set_by_hand_is_passed_on(folder: Path) -> None:
    chosen = Settings(
        state_dir=folder,
        jwt_secret=SecretStr("s" * 40),
        database_url=SecretStr("postgresql://a:b@db/one"),
        database_owner_url=SecretStr("postgresql://c:d@db/one"),
    )
    env = _Machine(chosen).environment()
    assert env["PYTAKE_JWT_SECRET"] == "s" * 40
    assert env["PYTAKE_DATABASE_URL"] == "postgresql://a:b@db/one"
    assert env["PYTAKE_DATABASE_OWNER_URL"] == "postgresql://c:d@db/one"


def test_no_password_is_shown(folder: Path) -> None:
    chosen = Settings(state_dir=folder)
    secrets = _Machine(chosen).postgres.secrets
    plan = services.plan(chosen)
    shown = str([service.where for service in plan.services]) + repr(plan)
    for secret in (secrets.postgres_app, secrets.postgres_owner, secrets.postgres_superuser):
        assert secret not in shown
    assert _places(plan).row_count == 7


def test_every_port_names_its_variable(folder: Path) -> None:
    plan = services.plan(Settings(state_dir=folder))
    fields = {f"PYTAKE_{name.upper()}" for name in Settings.model_fields}
    assert {port.variable for port in plan.ports} <= fields
    assert len(plan.ports) == 5
