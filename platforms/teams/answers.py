"""What Teams must be answered with at once, for each thing that somebody presses: without it the app shows an error.

https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/bot-invoke-activity (read 2026-08)
https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/work-with-universal-actions-for-adaptive-cards
https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots
"""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from domain.errors import PayloadUnreadable
from platforms.base import WebhookRequest, WebhookResponse
from platforms.reading import Json, as_object, as_text
from platforms.teams.account import TeamsAccount
from platforms.teams.inbound import read_activities

Answer = dict[str, Any]
Answerer = Callable[[Json, TeamsAccount], Answer]


def acknowledge(request: WebhookRequest, account: TeamsAccount) -> WebhookResponse | None:
    """The answer to an authentic POST; None where an empty 200 will do, which is all that messages need."""
    try:
        activities = read_activities(request)
    except PayloadUnreadable:
        return None
    invoke = next((one for one in activities if one.get("type") == "invoke"), None)
    if invoke is None:
        return None
    name = as_text(invoke.get("name")) or ""
    if name == _TOKEN_EXCHANGE:
        return _json(_no_token(invoke), HTTPStatus.PRECONDITION_FAILED)
    answer = _ANSWERS.get(name)
    if answer is None:
        return WebhookResponse(status=HTTPStatus.NOT_IMPLEMENTED)
    return _json(answer(invoke, account))


def _json(body: Answer, status: int = HTTPStatus.OK) -> WebhookResponse:
    text = json.dumps(body, ensure_ascii=False)
    return WebhookResponse(status=status, body=text, content_type="application/json")


def _nothing(invoke: Json, account: TeamsAccount) -> Answer:
    return {}


def _said(invoke: Json, account: TeamsAccount) -> Answer:
    """A line below the card, which stays as it is."""
    kind = "application/vnd.microsoft.activity.message"
    return {"statusCode": HTTPStatus.OK, "type": kind, "value": account.button_answer}


def _card_action(invoke: Json, account: TeamsAccount) -> Answer:
    if as_text(as_object(as_object(invoke.get("value")).get("action")).get("type")) is None:
        fault = {"code": "BadRequest", "message": "no action"}
        kind = "application/vnd.microsoft.error"
        return {"statusCode": HTTPStatus.BAD_REQUEST, "type": kind, "value": fault}
    return _said(invoke, account)


def _no_results(invoke: Json, account: TeamsAccount) -> Answer:
    """Nothing is suggested while somebody types into a card."""
    kind = "application/vnd.microsoft.search.searchResponse"
    return {"statusCode": HTTPStatus.OK, "type": kind, "value": {"results": []}}


def _dialog(invoke: Json, account: TeamsAccount) -> Answer:
    """A dialog of one line: what a flow has to say comes as a message."""
    return {"task": {"type": "message", "value": account.button_answer}}


def _settings(invoke: Json, account: TeamsAccount) -> Answer:
    value = {"type": "message", "value": account.button_answer}
    return {"responseType": "config", "config": value}


def _nothing_found(invoke: Json, account: TeamsAccount) -> Answer:
    """We are no search: message extensions find nothing."""
    found = {"type": "result", "attachmentLayout": "list", "attachments": []}
    return {"composeExtension": found}


def _empty_tab(invoke: Json, account: TeamsAccount) -> Answer:
    return {"tab": {"type": "continue", "value": {"cards": []}}}


def _no_token(invoke: Json) -> Answer:
    """We sign nobody in: Teams then shows its own button.

    https://learn.microsoft.com/microsoftteams/platform/bots/how-to/authentication/bot-sso-code (read 2026-08)
    """
    value = as_object(invoke.get("value"))
    named = {key: value.get(key) for key in ("id", "connectionName")}
    return {**named, "failureDetail": "the bot exchanges no tokens"}


_TOKEN_EXCHANGE = "signin/tokenExchange"  # noqa: S105  an invoke's name
_ANSWERS: dict[str, Answerer] = {
    "adaptiveCard/action": _card_action,
    "application/search": _no_results,
    "task/fetch": _dialog,
    "task/submit": _nothing,
    "message/fetchTask": _dialog,
    "message/submitAction": _nothing,
    "fileConsent/invoke": _nothing,
    "suggestedActions/submit": _nothing,
    "actionableMessage/executeAction": _nothing,
    "handoff/action": _nothing,
    "signin/verifyState": _nothing,
    "signin/failure": _nothing,
    "config/fetch": _settings,
    "config/submit": _settings,
    "tab/fetch": _empty_tab,
    "tab/submit": _empty_tab,
    "composeExtension/query": _nothing_found,
    "composeExtension/queryLink": _nothing_found,
    "composeExtension/anonymousQueryLink": _nothing_found,
    "composeExtension/selectItem": _nothing_found,
    "composeExtension/querySettingUrl": _nothing_found,
    "composeExtension/fetchTask": _dialog,
    "composeExtension/submitAction": _nothing,
    "composeExtension/setting": _nothing,
    "composeExtension/onCardButtonClicked": _nothing,
}
