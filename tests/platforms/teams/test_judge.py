"""Microsoft's own models as a judge: of our fixtures, of what we render and answer, and as a writer of activities."""

import json
from pathlib import Path
from typing import Any

import pytest

from domain.content import ChoiceContent, MediaContent, TextContent
from platforms.base import WebhookRequest
from platforms.teams.platform import Teams
from tests.platforms.contract import bodies, load, message_of, outbound_cases
from tests.platforms.teams.harness import ACCOUNT, SERVICE
from tests.platforms.teams.support import BOT, CHAT, activity, arrived

sdk = pytest.importorskip("microsoft_agents.activity")

BODIES = [path for path in bodies("teams") if isinstance(load(path), dict)]
CASES = outbound_cases("teams")


def written(made: Any) -> bytes:
    """An activity as the SDK puts it on the wire."""
    told: str = made.model_dump_json(by_alias=True, exclude_none=True, exclude_unset=True)
    return told.encode()


def _lost(given: Any, kept: Any) -> list[str]:
    """The keys that did not survive a model."""
    if isinstance(given, dict) and isinstance(kept, dict):
        gone = [key for key in given if key not in kept]
        return gone + [
            key for name in given if name in kept for key in _lost(given[name], kept[name])
        ]
    if isinstance(given, list) and isinstance(kept, list) and len(given) == len(kept):
        return [key for pair in zip(given, kept, strict=True) for key in _lost(*pair)]
    return [] if type(given) is type(kept) else [f"{given!r} became {kept!r}"]


@pytest.mark.parametrize("path", BODIES, ids=lambda path: path.stem)
def test_our_fixtures_are_activities(path: Path) -> None:
    given = load(path)
    made = sdk.Activity.model_validate(given)
    assert made.type == given["type"]
    assert _lost(given, json.loads(written(made))) == []


@pytest.mark.parametrize("path", BODIES, ids=lambda path: path.stem)
def test_what_its_model_writes_we_read_alike(path: Path) -> None:
    made = sdk.Activity.model_validate(load(path))
    ours, theirs = arrived(path.read_bytes()), arrived(written(made))
    assert [event.kind for event in ours] == [event.kind for event in theirs]
    assert [event.content for event in ours] == [event.content for event in theirs]
    # The model keeps six digits of a second.
    assert [event.target_external_id for event in ours] == [
        event.target_external_id for event in theirs
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["content"]["type"])
def test_what_we_send_is_an_activity(case: dict[str, Any]) -> None:
    body = Teams().render(message_of(case), ACCOUNT).json_body
    made = sdk.Activity.model_validate(body)
    assert made.type == sdk.ActivityTypes.message
    assert json.loads(written(made)) == body
    for attachment in made.attachments or []:
        if attachment.content is not None:
            assert attachment.content_type == sdk.ContentTypes.adaptive_card


def test_an_answer_to_a_card_is_one() -> None:
    value = {"action": {"type": "Action.Execute", "id": "a", "verb": "sim", "data": {}}}
    sdk.AdaptiveCardInvokeValue.model_validate(value)
    body = json.dumps(activity("invoke", name="adaptiveCard/action", value=value)).encode()
    answer = Teams().acknowledge(WebhookRequest(body=body), ACCOUNT)
    assert answer is not None
    made = sdk.AdaptiveCardInvokeResponse.model_validate_json(answer.body)
    assert (made.status_code, made.value) == (200, ACCOUNT.button_answer)


def _made(**fields: Any) -> Any:
    base: dict[str, Any] = {
        "type": "message",
        "id": "1785585601200",
        "channel_id": "msteams",
        "service_url": SERVICE,
        "from_property": sdk.ChannelAccount(id="29:1rita", name="Rita"),
        "recipient": sdk.ChannelAccount(**BOT),
        "conversation": sdk.ConversationAccount(id=CHAT),
    }
    return sdk.Activity(**{**base, **fields})


@pytest.mark.parametrize(
    "text", ["<at>Luminária</at> oi", "oi <at>Luminária</at>", "<at>Luminária</at> oi <at>Ana</at>"]
)
def test_the_mention_of_our_bot_is_removed_by_both(text: str) -> None:
    entity = sdk.Mention(mentioned=sdk.ChannelAccount(**BOT), text="<at>Luminária</at>")
    made = _made(text=text, entities=[entity])
    (event,) = arrived(written(made))
    assert isinstance(event.content, TextContent)
    theirs = made.remove_recipient_mention().strip()
    assert event.content.text == theirs.replace("<at>Ana</at>", "@Ana")


def test_presses_and_files_as_it_makes_them() -> None:
    (pressed,) = arrived(written(_made(value={"actionId": "a", "title": "A"})))
    assert pressed.content == ChoiceContent(id="a", title="A")
    file = sdk.Attachment(content_type="image/png", content_url=f"{SERVICE}v3/attachments/1")
    (sent,) = arrived(written(_made(text="veja", attachments=[file])))
    assert isinstance(sent.content, MediaContent)
    assert sent.content.caption == "veja"


@pytest.mark.parametrize("kind", list(sdk.ActivityTypes))
def test_every_type_of_activity_is_known(kind: Any) -> None:
    for event in arrived(activity(kind.value)):
        assert "unknown kind of activity" not in (event.reason or "")


@pytest.mark.parametrize(
    ("enum", "field"),
    [(sdk.MessageReactionTypes, "reactionsAdded"), (sdk.InstallationUpdateActionTypes, "action")],
)
def test_every_word_of_its_lists_is_known(enum: Any, field: str) -> None:
    for word in enum:
        if field == "action":
            (event,) = arrived(activity("installationUpdate", action=word.value))
            assert event.kind == "lifecycle"
        else:
            if word.value.startswith("reactions"):
                continue  # its list also has the names of the fields
            (event,) = arrived(activity("messageReaction", reactionsAdded=[{"type": word.value}]))
            assert not (event.emoji or ":").startswith(":"), word
