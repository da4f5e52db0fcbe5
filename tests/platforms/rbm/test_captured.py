"""Payloads that others captured: none breaks the parser, and each becomes what its source says it shows."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from domain.errors import (
    ChannelUnauthorized,
    ContactUnreachable,
    ContentRejected,
    DeliveryError,
    PlatformUnavailable,
    SignatureInvalid,
    Throttled,
)
from platforms.base import WebhookRequest
from platforms.rbm.errors import read_answer
from platforms.rbm.inbound import SIGNATURE_HEADER
from platforms.rbm.platform import Rbm
from tests.platforms.captured import fixtures, told
from tests.platforms.rbm.harness import ACCOUNT
from tests.platforms.rbm.support import arrived

INBOUND = [path for path in fixtures("rbm/inbound") if not path.name.endswith(".meta.json")]
ERRORS = [
    path
    for path in fixtures("rbm/outbound")
    if path.name.startswith("send_error") and not path.name.endswith(".meta.json")
]

EXPECTED = {
    "agent_launch_event": "channel",
    "event_delivered": "receipt delivered",
    "event_is_typing": "typing",
    "event_read": "receipt read",
    "event_subscribe": "preference",
    "event_unsubscribe": "preference",
    "server_ttl_revoke_failed": "receipt unconfirmed",
    "server_ttl_revoked": "receipt failed",
    "user_file_no_thumbnail": "message image",
    "user_location": "message location",
    "user_suggestion_action": "message choice",
    "user_suggestion_reply": "message choice",
    "user_text": "message text",
    "webhook_validation": "ignored",
}


def _meta(path: Path) -> dict[str, Any]:
    beside = path.with_name(f"{path.name}.meta.json")
    return dict(json.loads(beside.read_text("utf-8"))) if beside.is_file() else {}


@pytest.mark.parametrize("path", INBOUND, ids=lambda path: path.stem)
def test_each_becomes_the_event_that_it_shows(path: Path) -> None:
    (event,) = arrived(path.read_bytes())
    assert told(event) == EXPECTED.get(path.stem, told(event))


@pytest.mark.parametrize("path", INBOUND, ids=lambda path: path.stem)
def test_signatures(path: Path) -> None:
    meta = _meta(path)
    if "signature_valid" not in meta:
        pytest.skip("nothing is signed")
    account = ACCOUNT.model_copy(update={"client_token": SecretStr(meta["client_token"])})
    headers = {name.lower(): value for name, value in meta["headers"].items()}
    request = WebhookRequest(headers=headers, body=path.read_bytes())
    assert SIGNATURE_HEADER in headers
    if meta["signature_valid"]:
        Rbm().verify(request, account)
    else:
        with pytest.raises(SignatureInvalid):
            Rbm().verify(request, account)


def test_the_check_is_answered() -> None:
    for path in INBOUND:
        wanted = _meta(path).get("expected_response")
        if wanted and wanted["status"] == 200:
            answer = Rbm().acknowledge(WebhookRequest(body=path.read_bytes()), ACCOUNT)
            assert answer is not None
            shown = {"body": answer.body, "content_type": answer.content_type}
            assert shown == {"body": wanted["body"], "content_type": wanted["content_type"]}


MEANINGS: dict[int, type[DeliveryError]] = {
    400: ContentRejected,
    403: ChannelUnauthorized,
    404: ContactUnreachable,
    429: Throttled,
    503: PlatformUnavailable,
}


@pytest.mark.parametrize("path", ERRORS, ids=lambda path: path.stem)
def test_answers_mean_what_they_are_said_to(path: Path) -> None:
    status = _meta(path)["http_status"]
    if status in MEANINGS:
        with pytest.raises(MEANINGS[status]):
            read_answer(httpx.Response(status, content=path.read_bytes()))
