"""`pytake inbound parse` and `pytake outbound render` for a platform of several providers."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from cli import payloads
from platforms.sms.table import PROVIDERS
from tests.platforms.contract import bodies
from tests.platforms.sms.support import TWILIO
from tests.platforms.sms.twilio import harness

app = typer.Typer()
payloads.register(app)

TEXT = next(path for path in bodies("sms/twilio") if path.stem == "text")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def written(folder: Path, name: str, value: Any) -> Path:
    path = folder / name
    path.write_text(json.dumps(value), "utf-8")
    return path


def settings(**changes: Any) -> dict[str, Any]:
    names = ("provider", "sender", "account_sid")
    known = {name: getattr(TWILIO, name) for name in names}
    return {**known, "auth_token": TWILIO.auth_token.get_secret_value(), **changes}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_body_is_read(provider: str) -> None:
    paths = bodies(f"sms/{provider}")
    result = run("inbound", "parse", "--platform", "sms", "--provider", provider, *paths)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert len(lines) == len(paths)
    assert all(line["events"] for line in lines)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_message_is_rendered_for_each(provider: str, tmp_path: Path) -> None:
    content = written(tmp_path, "c.json", {"type": "text", "text": "Olá"})
    result = run("outbound", "render", "--platform", "sms", "--provider", provider, content)
    (request,) = json.loads(result.stdout)
    assert provider.removesuffix("vonage") in request["url"] or "nexmo" in request["url"]
    assert "SECRET-" not in result.stdout


@pytest.mark.parametrize("command", [("inbound", "parse"), ("outbound", "render")])
def test_a_provider_that_is_none(command: tuple[str, str]) -> None:
    result = run(*command, "--platform", "sms", "--provider", "pigeon", TEXT)
    assert (result.exit_code, result.stderr) == (2, "pytake: sms has no provider 'pigeon'\n")


def test_a_signature_is_checked_with_the_address_that_it_covers(tmp_path: Path) -> None:
    headers = written(tmp_path, "h.json", harness.sign(TEXT.read_bytes()))
    account = written(tmp_path, "a.json", settings())
    command = ("inbound", "parse", "-p", "sms", TEXT, "--headers", headers, "--account", account)
    assert run(*command, "--url", harness.URL).exit_code == 0
    for other in ((), ("--url", "https://elsewhere.example/")):
        refused = run(*command, *other)
        assert refused.exit_code == 1
        assert refused.stderr.startswith("pytake: signature_invalid")


def test_the_account_says_whose_body_it_is(tmp_path: Path) -> None:
    account = written(tmp_path, "a.json", settings())
    sinch = next(path for path in bodies("sms/sinch") if path.stem == "text")
    result = run("inbound", "parse", "-p", "sms", "--account", account, sinch)
    assert json.loads(result.stdout)[0]["reason"] == "not about a message"
