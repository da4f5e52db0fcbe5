"""What people press must be answered at once; everything else needs no more than an empty 200."""

import json
from typing import Any

import pytest

from platforms.base import WebhookRequest, WebhookResponse
from platforms.teams.platform import Teams
from tests.platforms.teams.harness import ACCOUNT
from tests.platforms.teams.support import activity

TASK = {"task": {"type": "message", "value": "✓"}}
NOTHING_FOUND = {
    "composeExtension": {"type": "result", "attachmentLayout": "list", "attachments": []}
}
SAID = {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": "✓"}


def answered(body: Any) -> WebhookResponse | None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Teams().acknowledge(WebhookRequest(body=raw), ACCOUNT)


def invoke(name: str, value: Any = None) -> tuple[int, Any]:
    answer = answered(activity("invoke", name=name, value=value))
    assert answer is not None
    assert answer.content_type == "application/json" or not answer.body
    return answer.status, json.loads(answer.body) if answer.body else None


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("task/fetch", TASK),
        ("task/submit", {}),
        ("fileConsent/invoke", {}),
        ("suggestedActions/submit", {}),
        ("actionableMessage/executeAction", {}),
        ("message/submitAction", {}),
        ("signin/verifyState", {}),
        ("signin/failure", {}),
        ("handoff/action", {}),
        ("composeExtension/query", NOTHING_FOUND),
        ("composeExtension/queryLink", NOTHING_FOUND),
        ("composeExtension/selectItem", NOTHING_FOUND),
        ("composeExtension/fetchTask", TASK),
        ("composeExtension/submitAction", {}),
        (
            "config/fetch",
            {"responseType": "config", "config": {"type": "message", "value": "✓"}},
        ),
        ("tab/fetch", {"tab": {"type": "continue", "value": {"cards": []}}}),
    ],
)
def test_each_has_its_answer(name: str, body: Any) -> None:
    assert invoke(name) == (200, body)


def test_a_pressed_card_says_so() -> None:
    action = {"type": "Action.Execute", "verb": "sim"}
    assert invoke("adaptiveCard/action", {"action": action}) == (200, SAID)
    status, body = invoke("adaptiveCard/action", {"action": 7})
    assert (status, body["statusCode"]) == (200, 400)
    assert body["type"] == "application/vnd.microsoft.error"


def test_a_search_finds_nothing() -> None:
    status, body = invoke("application/search", {"queryText": "a"})
    assert (status, body["value"]) == (200, {"results": []})


def test_nobody_is_signed_in() -> None:
    value = {"id": "7", "connectionName": "c", "token": "of-nobody"}
    status, body = invoke("signin/tokenExchange", value)
    assert status == 412
    assert body == {
        "id": "7",
        "connectionName": "c",
        "failureDetail": "the bot exchanges no tokens",
    }


@pytest.mark.parametrize("name", ["", "hologram/show", 7])
def test_what_nobody_knows(name: Any) -> None:
    assert invoke(name) == (501, None)


@pytest.mark.parametrize(
    "body", [activity(), activity("typing"), activity("event"), b"hello", [], [7]], ids=str
)
def test_the_rest_needs_none(body: Any) -> None:
    assert answered(body) is None
