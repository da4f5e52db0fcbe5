"""Slack's own SDK as a judge: its signer for our verifier, its models of Block Kit for what we render."""

from typing import Any

import pytest

from domain.errors import SignatureInvalid
from platforms.base import WebhookRequest
from platforms.slack.facts import METADATA_TYPE
from platforms.slack.inbound import SIGNATURE_HEADER, TIMESTAMP_HEADER
from platforms.slack.platform import Slack
from tests.platforms.contract import bodies, message_of, outbound_cases
from tests.platforms.slack.harness import ACCOUNT, SIGNED_AT, sign
from tests.platforms.slack.support import rendered

signature = pytest.importorskip("slack_sdk.signature")
blocks = pytest.importorskip("slack_sdk.models.blocks")
metadata = pytest.importorskip("slack_sdk.models.metadata")

CASES = [case for case in outbound_cases("slack") if "blocks" in case["request"]["json"]]


class FixedClock(signature.Clock):  # type: ignore[misc, name-defined]  # the SDK is optional
    """The moment at which the fixtures are signed."""

    def now(self) -> float:
        return SIGNED_AT


JUDGE = signature.SignatureVerifier(ACCOUNT.signing_secret.get_secret_value(), FixedClock())


@pytest.mark.parametrize("path", bodies("slack"), ids=lambda path: path.name)
def test_each_takes_what_the_other_signs(path: Any) -> None:
    body = path.read_bytes()
    assert JUDGE.is_valid_request(body, sign(body))
    assert not JUDGE.is_valid_request(body + b" ", sign(body))
    made = JUDGE.generate_signature(timestamp=str(SIGNED_AT), body=body)
    headers = {TIMESTAMP_HEADER: str(SIGNED_AT), SIGNATURE_HEADER: made}
    Slack().verify(WebhookRequest(headers=headers, body=body), ACCOUNT)
    with pytest.raises(SignatureInvalid):
        Slack().verify(WebhookRequest(headers=headers, body=body + b" "), ACCOUNT)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["content"]["type"])
def test_our_blocks_are_blocks(case: dict[str, Any]) -> None:
    """The models check lengths and numbers as they are written out again; nothing of ours gets lost on the way."""
    request = Slack().render(message_of(case), ACCOUNT)
    assert request.json_body is not None
    given = request.json_body["blocks"]
    assert [block.to_dict() for block in blocks.Block.parse_all(given)] == given


AT_THE_LIMIT: list[dict[str, Any]] = [
    {
        "type": "buttons",
        "text": "&" * 2200,
        "footer": "f" * 200,
        "buttons": [{"id": f"{n:02}" + "i" * 1998, "title": "t" * 75} for n in range(25)],
    },
    {
        "type": "list",
        "text": "<" * 2200,
        "button": "b" * 150,
        "rows": [
            {"id": f"{n:03}" + "i" * 147, "title": "t" * 75, "description": "d" * 75}
            for n in range(100)
        ],
    },
    {"type": "card", "title": "t" * 150, "text": "x" * 2000},
]


@pytest.mark.parametrize("content", AT_THE_LIMIT, ids=lambda content: content["type"])
def test_our_limits_are_not_beyond_those_of_the_models(content: dict[str, Any]) -> None:
    request = rendered(content)
    assert request.json_body is not None
    given = request.json_body["blocks"]
    assert [block.to_dict() for block in blocks.Block.parse_all(given)] == given


def test_our_metadata_is_metadata() -> None:
    case = next(case for case in outbound_cases("slack") if case["content"]["type"] == "text")
    request = Slack().render(message_of(case), ACCOUNT)
    assert request.json_body is not None
    given = request.json_body["metadata"]
    assert metadata.Metadata(**given).to_dict() == given
    assert given["event_type"] == METADATA_TYPE
