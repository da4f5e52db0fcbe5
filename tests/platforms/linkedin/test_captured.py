"""Payloads that others captured: none breaks the parser, and each becomes what its source says it shows."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from domain.errors import ChannelUnauthorized, DeliveryError, SignatureInvalid, Throttled
from platforms.base import WebhookRequest
from platforms.linkedin.errors import check
from platforms.linkedin.platform import LinkedIn
from tests.platforms.captured import fixtures, told
from tests.platforms.linkedin.harness import ACCOUNT
from tests.platforms.linkedin.support import arrived

INBOUND = [path for path in fixtures("linkedin/inbound") if not path.name.endswith(".meta.json")]
ERRORS = [
    path
    for path in fixtures("linkedin/outbound")
    if path.name.startswith("send_error") and not path.name.endswith(".meta.json")
]

EXPECTED = {
    "changelog_audio": ["message audio echo"],
    "changelog_delete": ["delete echo"],
    "changelog_edit": ["edit text"],
    "changelog_failure_then_replay": ["ignored", "message text", "ignored"],
    "changelog_gif_recruiter": ["message image echo"],
    "changelog_inbound": ["message text"],
    "changelog_inbound_salesnav": ["message text"],
    "changelog_mention": ["message text"],
    "changelog_outbound_attachment": ["message document echo"],
    "changelog_outbound_salesnav": ["message text echo"],
    "org_social_action_comment": ["comment text from post"],
    "webhook_challenge": ["ignored"],
}


def _meta(path: Path) -> dict[str, Any]:
    beside = path.with_name(f"{path.name}.meta.json")
    return dict(json.loads(beside.read_text("utf-8"))) if beside.is_file() else {}


@pytest.mark.parametrize("path", INBOUND, ids=lambda path: path.stem)
def test_each_becomes_the_event_that_it_shows(path: Path) -> None:
    shown = [told(event) for event in arrived(path.read_bytes())]
    assert shown == EXPECTED.get(path.stem, shown)


@pytest.mark.parametrize("path", INBOUND, ids=lambda path: path.stem)
def test_proofs(path: Path) -> None:
    """Signatures as they were sent, and challenges as they were to be answered."""
    meta = _meta(path)
    account = ACCOUNT.model_copy(
        update={"client_secret": SecretStr(meta.get("client_secret", "none"))}
    )
    if "signature_valid" in meta:
        headers = {name.lower(): value for name, value in meta["headers"].items()}
        request = WebhookRequest(headers=headers, body=path.read_bytes())
        if meta["signature_valid"]:
            LinkedIn().verify(request, account)
        else:
            with pytest.raises(SignatureInvalid):
                LinkedIn().verify(request, account)
    if wanted := meta.get("expected_response"):
        query = {"challengeCode": wanted["body"]["challengeCode"]}
        answer = LinkedIn().handshake(WebhookRequest(method="GET", query=query), account)
        assert answer is not None
        assert json.loads(answer.body) == wanted["body"]


MEANINGS: dict[int, type[DeliveryError]] = {403: ChannelUnauthorized, 429: Throttled}


@pytest.mark.parametrize("path", ERRORS, ids=lambda path: path.stem)
def test_answers_mean_what_they_are_said_to(path: Path) -> None:
    status = _meta(path)["http_status"]
    with pytest.raises(MEANINGS[status]):
        check(httpx.Response(status, content=path.read_bytes()))
