"""The image: who it runs as, what is installed in it, and which files go into it."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCKS = ("requirements.lock", "requirements.prod.lock")

PIN = re.compile(r"^([a-z0-9.-]+)==(\S+)", re.MULTILINE)


def instructions(name: str) -> list[str]:
    """The arguments of each, from the top; lines that go on are one."""
    joined = DOCKERFILE.replace("\\\n", " ")
    return [line.split(maxsplit=1)[1] for line in joined.splitlines() if line.startswith(name)]


def pins(lock: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / lock).read_text("utf-8")))


def names(requirements: list[str]) -> set[str]:
    """Of packages, as a lock file spells them."""
    found = (re.match(r"[A-Za-z0-9._-]+", each) for each in requirements)
    return {match[0].lower().replace("_", "-") for match in found if match is not None}


def test_it_does_not_run_as_root() -> None:
    (user,) = instructions("USER")
    uid, gid = user.split(":")
    assert int(uid) >= 10_000
    assert int(gid) >= 10_000
    last_stage = DOCKERFILE.rpartition("\nFROM ")[2]
    assert "\nUSER " in last_stage


def test_it_installs_wheels_with_hashes_only() -> None:
    (installs,) = (line for line in instructions("RUN") if "pip install" in line)
    assert "--require-hashes" in installs
    assert "--only-binary :all:" in installs
    assert installs.rstrip().endswith("requirements.prod.lock")


def test_its_base_is_pinned_to_a_version_that_the_project_supports() -> None:
    bases = {line.split()[0] for line in instructions("FROM")}
    assert bases == {"python:3.13-slim"}


def test_it_carries_no_secret_and_leaves_health_to_compose() -> None:
    assert not re.search(r"PASSWORD|SECRET|TOKEN", DOCKERFILE)
    assert instructions("ARG") == []
    assert instructions("HEALTHCHECK") == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_index_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert not re.search(r"://|^[-#]", text, re.MULTILINE)
    assert len(re.findall("--hash=sha256:[0-9a-f]{64}", text)) >= len(pins(lock))


def test_production_has_the_very_versions_that_were_tested() -> None:
    assert pins("requirements.prod.lock").items() <= pins("requirements.lock").items()


def test_production_has_what_the_code_needs_and_none_of_the_extras() -> None:
    locked = pins("requirements.prod.lock").keys()
    needed = names(PROJECT["project"]["dependencies"])
    assert needed <= locked
    for extra in PROJECT["project"]["optional-dependencies"].values():
        assert not (names(extra) - needed) & locked


def test_the_code_goes_in_and_nothing_else() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    let_in = {rule[1:] for rule in rules if rule.startswith("!")}
    assert all((ROOT / path).exists() for path in let_in)
    code = set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"])
    assert let_in == code | {
        "examples",  # the demo's flow
        "requirements.prod.lock",
        "deploy/pytake",
        "deploy/uvicorn-log.yaml",
        "deploy/api_health.py",
        "deploy/worker_health.py",
    }
