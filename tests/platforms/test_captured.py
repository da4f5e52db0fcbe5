"""Every payload captured by others, whatever its platform: nothing breaks a parser, and nothing in it is lost."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cli import payloads
from platforms.base import WebhookRequest
from platforms.registry import PLATFORMS, find
from tests.platforms.captured import FIXTURES, fixtures

BESIDE = ".meta.json"
"""How the name of a file ends that tells how the one beside it was posted."""


def platform_of(folder: str) -> tuple[str, str | None]:
    """`sms-twilio` is SMS by Twilio; every other folder has its platform's name."""
    key, _, provider = folder.partition("-")
    return key, provider or None


def folder_of(path: Path) -> str:
    return path.relative_to(FIXTURES).parts[0]


def posting(path: Path) -> dict[str, Any]:
    """How a body was posted, as far as anybody wrote it down."""
    beside = Path(f"{path}{BESIDE}")
    known: dict[str, Any] = json.loads(beside.read_text("utf-8")) if beside.is_file() else {}
    return known


def is_body(path: Path) -> bool:
    """Whether a platform's parser ever sees it: no notes, no check of our address, no dialogue with a mailbox."""
    key, _ = platform_of(folder_of(path))
    platform = find(key)
    methods = platform.capabilities.webhook_methods if platform else ()
    told = path.name.endswith(BESIDE) or (key == "email" and path.suffix != ".eml")
    return not told and (posting(path).get("method") or "POST") in methods


FOLDERS = sorted(path.parent.name for path in FIXTURES.glob("*/inbound"))
FILES = fixtures(*(f"{folder}/inbound" for folder in FOLDERS or ["any platform"]))
BODIES = [path for path in FILES if is_body(path)]


def request(path: Path) -> WebhookRequest:
    known = posting(path)
    headers = {name.lower(): str(value) for name, value in (known.get("headers") or {}).items()}
    return WebhookRequest(
        method=known.get("method") or "POST",
        url=known.get("url") or "",
        headers=headers,
        body=path.read_bytes(),
        provider=platform_of(folder_of(path))[1],
    )


ITEMS = ("messages", "statuses", "message_echoes")
GROUPS = ("messaging", "standby", "changes")
LISTS = ("results", "elements", "entry", *GROUPS)


def items(body: Any) -> int:
    """How many things a JSON body tells, at the least."""
    if isinstance(body, list):
        return sum(map(items, body))
    if not isinstance(body, dict):
        return 1
    found = [value for name in LISTS if isinstance(value := body.get(name), list)]
    if found:
        return sum(map(items, found))
    value = body.get("value")
    inner = value if isinstance(value, dict) else {}
    return sum(len(each) for name in ITEMS if isinstance(each := inner.get(name), list)) or 1


def test_items_are_counted() -> None:
    two: dict[str, Any] = {"value": {"messages": [{}], "statuses": [{}]}}
    assert items({"entry": [{"changes": [two, {"field": "x"}]}, {"messaging": [{}, {}]}]}) == 5
    assert items([{"update_id": 1}, {"results": [{}, {}]}]) == 3
    assert items({"entry": []}) == 0


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_folder_has_its_platform(folder: str) -> None:
    key, provider = platform_of(folder)
    platform = find(key)
    if platform is None:
        pytest.skip(f"{key} is not registered yet")
    model = platform.account_model
    assert provider is None or model.of_provider(provider) is not model


@pytest.mark.parametrize("path", BODIES, ids=lambda path: f"{folder_of(path)}/{path.name}")
def test_nothing_breaks_the_parser_and_nothing_is_lost(path: Path) -> None:
    platform = find(platform_of(folder_of(path))[0])
    assert platform
    events = platform.parse(request(path))
    assert events
    assert all(event.external_id for event in events)
    assert all(json.loads(event.model_dump_json()) for event in events)
    reasons = [event.reason or "" for event in events]
    assert not all(reason.startswith("unreadable") for reason in reasons), reasons
    if path.suffix == ".json":
        assert len(events) >= items(json.loads(path.read_bytes()))


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_command_prints_one_line_of_json_for_each_file(folder: str) -> None:
    key, provider = platform_of(folder)
    if key not in PLATFORMS:
        pytest.skip(f"{key} is not registered yet")
    files = [str(path) for path in BODIES if folder_of(path) == folder]
    app = typer.Typer()
    payloads.register(app)
    options = ["--platform", key, *(["--provider", provider] if provider else [])]
    # One name twice: the command has a form of its own for a single file.
    asked = [*files, files[0]]
    result = CliRunner().invoke(app, ["inbound", "parse", *options, *asked])
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [line["file"] for line in lines] == asked
    assert all(line["events"] for line in lines)
