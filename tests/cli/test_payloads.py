"""The `pytake inbound parse` and `pytake outbound render` commands, as a person or a script runs them."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
import typer
from pydantic import BaseModel, Field, SecretStr
from typer.testing import CliRunner, Result

from cli import payloads
from platforms import registry, signing
from tests.platforms.webchat.harness import ACCOUNT, sign

TEXT = {"visitor": {"id": "v-1"}, "frames": [{"t": "msg", "cid": "c-1", "text": "Olá 👋"}]}
TYPING = {"visitor": {"id": "v-1"}, "t": "typing"}

app = typer.Typer()
payloads.register(app)


def run(*arguments: str | Path, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], input=stdin)


def written(folder: Path, name: str, content: Any) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return path


# --- inbound parse


def test_one_body_prints_a_list_of_events_with_every_field(tmp_path: Path) -> None:
    result = run("inbound", "parse", "--platform", "webchat", written(tmp_path, "b.json", TEXT))
    [event] = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (event["kind"], event["external_id"]) == ("message", "c-1")
    assert event["content"] == {"type": "text", "text": "Olá 👋"}
    assert event["sent_at"] is None
    assert "Olá 👋" in result.stdout


def test_a_body_may_come_from_standard_input() -> None:
    result = run("inbound", "parse", "-p", "webchat", "-", stdin=json.dumps(TEXT).encode())
    assert json.loads(result.stdout)[0]["external_id"] == "c-1"


def test_many_bodies_print_a_line_each_and_a_bad_one_costs_no_other(tmp_path: Path) -> None:
    files = [
        written(tmp_path, "a.json", TEXT),
        written(tmp_path, "b.json", b"\xff not json"),
        tmp_path / "missing.json",
        tmp_path,
        written(tmp_path, "c.json", TYPING),
    ]
    result = run("inbound", "parse", "--platform", "webchat", *files)
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [line["file"] for line in lines] == [str(file) for file in files]
    kinds = [[event["kind"] for event in line.get("events", [])] for line in lines]
    assert kinds == [["message"], [], [], [], ["typing"]]
    assert lines[1]["error"] == "payload_unreadable: the body is not JSON"
    assert lines[2]["error"] == "No such file or directory"
    assert "error" in lines[3]


def test_the_exit_code_is_1_when_no_body_could_be_read(tmp_path: Path) -> None:
    bad = written(tmp_path, "b.json", b"")
    assert run("inbound", "parse", "--platform", "webchat", bad, bad).exit_code == 1
    alone = run("inbound", "parse", "--platform", "webchat", bad)
    assert (alone.exit_code, alone.stdout) == (1, "")
    assert alone.stderr == "pytake: payload_unreadable: the body is not JSON\n"


def test_what_no_output_can_show_is_escaped(tmp_path: Path) -> None:
    body = b'{"visitor":{"id":"v"},"frames":[{"t":"x","half":"\\ud83d"}]}'
    result = run("inbound", "parse", "--platform", "webchat", written(tmp_path, "b.json", body))
    assert json.loads(result.stdout)[0]["kind"] == "ignored"


def test_signatures_are_checked_when_headers_and_account_are_given(tmp_path: Path) -> None:
    body = written(tmp_path, "b.json", TEXT)
    secret = ACCOUNT.secret.get_secret_value()
    account = written(tmp_path, "account.json", {"inbox": "wi_loja", "secret": secret})
    good = written(
        tmp_path, "good.json", {"X-PyTake-Signature": sign(body.read_bytes())[signing.HEADER]}
    )
    forged = written(tmp_path, "forged.json", {signing.HEADER: f"t=1,v1={'0' * 64}"})
    command = ("inbound", "parse", "--platform", "webchat", body, "--headers")
    assert run(*command, good, "--account", account).exit_code == 0
    refused = run(*command, forged, "--account", account)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "signature_invalid" in refused.stderr
    assert run(*command, forged).exit_code == 0  # nothing to check it with


# --- outbound render


def test_a_content_prints_the_requests_that_would_be_sent(tmp_path: Path) -> None:
    content = written(tmp_path, "c.json", {"type": "text", "text": "Olá"})
    result = run(
        "outbound", "render", "--platform", "webchat", "--to", "v-9", "--reply-to", "c-1", content
    )
    [request] = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (request["method"], request["url"]) == ("FRAME", "webchat:v-9")
    assert request["json"]["message"]["text"] == "Olá"
    assert request["json"]["message"]["reply_to"] == "c-1"


def test_a_content_is_fitted_to_the_platform_first(tmp_path: Path) -> None:
    text = "palavra " * 900
    content = json.dumps({"type": "text", "text": text}).encode()
    result = run("outbound", "render", "-p", "webchat", "--reply-to", "c-1", "-", stdin=content)
    messages = [request["json"]["message"] for request in json.loads(result.stdout)]
    assert len(messages) == 2
    assert " ".join(message["text"] for message in messages).split() == text.split()
    assert [message["reply_to"] for message in messages] == ["c-1", None]
    assert len({message["id"] for message in messages}) == 2


@pytest.mark.parametrize("platform", sorted(registry.PLATFORMS))
def test_every_platform_renders_with_an_account_of_placeholders(platform: str) -> None:
    content = b'{"type": "text", "text": "the SECRET of a good lamp"}'
    result = run("outbound", "render", "--platform", platform, "-", stdin=content)
    assert result.exit_code == 0, result.stderr
    assert len(json.loads(result.stdout)) == 1
    assert "the SECRET of a good lamp" in result.stdout
    assert "SECRET-" not in result.stdout


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (b'{"type": "form", "fields": {}}', 1, "content_rejected"),
        (b'{"type": "image", "media": {"id": "1", "mime_type": "image/tiff"}}', 1, "image/tiff"),
        (b'{"type": "buttons", "text": "x", "buttons": [{"id": "a"}]}', 2, "buttons.0.title"),
        (b'{"type": "dance"}', 2, "is no content"),
        (b"nope", 2, "is no content"),
    ],
)
def test_a_content_that_cannot_be_sent_is_one_clear_line(
    content: bytes, code: int, words: str
) -> None:
    result = run("outbound", "render", "--platform", "webchat", "-", stdin=content)
    assert (result.exit_code, result.stdout) == (code, "")
    assert words in result.stderr
    assert result.stderr.count("\n") == 1


SESAME = "opensesame-opensesame-opensesame"


def test_an_account_of_ones_own_is_masked_and_its_mistakes_show_no_values(tmp_path: Path) -> None:
    content = written(tmp_path, "c.json", {"type": "text", "text": f"say {SESAME}"})
    good = written(tmp_path, "good.json", {"inbox": "wi_1", "secret": SESAME})
    bad = written(tmp_path, "bad.json", {"inbox": "wi 1", "secret": [SESAME]})
    command = ("outbound", "render", "--platform", "webchat", content, "--account")
    assert "say ***" in run(*command, good).stdout
    refused = run(*command, bad)
    assert refused.exit_code == 2
    assert "inbox: " in refused.stderr
    assert SESAME not in refused.stderr


# --- what makes no sense


@pytest.mark.parametrize("command", [("inbound", "parse"), ("outbound", "render")])
def test_an_unknown_platform_is_one_line_that_lists_the_known_ones(
    command: tuple[str, str], tmp_path: Path
) -> None:
    result = run(*command, "--platform", "pigeon", written(tmp_path, "x.json", {}))
    assert (result.exit_code, result.stdout) == (2, "")
    known = ", ".join(sorted(registry.PLATFORMS))
    assert result.stderr == f"pytake: unknown platform 'pigeon'; known are: {known}\n"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--provider", "twilio"), "webchat has no providers"),
        (("--account", "missing.json"), "missing.json: No such file"),
        (("--account", "list.json"), "list.json is not a JSON object"),
        (("--account", "text.json"), "text.json is not JSON"),
    ],
)
def test_options_that_make_no_sense_are_one_line(
    options: tuple[str, str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path, "list.json", [])
    written(tmp_path, "text.json", b"nope")
    content = b'{"type": "text", "text": "x"}'
    result = run("outbound", "render", "--platform", "webchat", *options, "-", stdin=content)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr


# --- placeholders


class _Size(StrEnum):
    SMALL = "small"


class _Settings(BaseModel):
    name: str
    token: SecretStr = Field(min_length=1)
    spare: SecretStr | None
    pin: Annotated[str, Field(max_length=9)]
    port: int
    tls: bool
    size: _Size
    provider: Literal["one", "two"]
    hosts: list[str]
    base: str = "https://api.example"


def test_placeholders_fill_every_required_field() -> None:
    assert payloads.placeholders(_Settings) == {
        "name": "name",
        "token": "SECRET-token-".ljust(48, "0"),
        "spare": "SECRET-spare-".ljust(48, "0"),
        "pin": "pin",
        "port": 1,
        "tls": False,
        "size": _Size.SMALL,
        "provider": "one",
        "hosts": [],
    }
    assert _Settings.model_validate(payloads.placeholders(_Settings)).base == "https://api.example"


def test_a_file_of_ours_is_shown_by_its_link_without_what_opens_it() -> None:
    content = {"type": "image", "media": {"key": "0" * 64, "mime_type": "image/png"}}
    done = run("outbound", "render", "-p", "sms", "-", stdin=json.dumps(content).encode())
    assert done.exit_code == 0, done.output
    assert "/media/***" in done.stdout
