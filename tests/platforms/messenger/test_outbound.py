"""What is refused before any call, and what has two forms."""

from datetime import timedelta
from typing import Any

import pytest

from domain.errors import ContentRejected, MediaRejected
from domain.fitting import fit
from platforms.meta.messenger.facts import CAPABILITIES
from platforms.meta.messenger.platform import Messenger
from tests.platforms.messenger.support import ACCOUNT, CONTACT, outbound_message


def rendered(content: dict[str, Any], **fields: Any) -> dict[str, Any]:
    request = Messenger().render(outbound_message(content, **fields), ACCOUNT)
    assert request.json_body is not None
    return request.json_body


def buttons(count: int, **fields: Any) -> dict[str, Any]:
    given = [{"id": f"o{n}", "title": f"Opção {n}"} for n in range(count)]
    return {"type": "buttons", "text": "Qual?", "buttons": given, **fields}


def test_three_buttons_stay_and_more_are_quick_replies() -> None:
    assert "attachment" in rendered(buttons(3))["message"]
    assert len(rendered(buttons(13))["message"]["quick_replies"]) == 13
    assert "quick_replies" in rendered(buttons(2, text="x" * 641))["message"]


def test_links_alone_become_lines_where_they_are_too_many() -> None:
    links = [{"id": str(n), "title": f"L{n}", "url": f"https://l.example/{n}"} for n in range(4)]
    message = rendered({"type": "buttons", "text": "Veja", "buttons": links})["message"]
    assert message["text"].splitlines()[1] == "L0: https://l.example/0"
    assert "quick_replies" not in message


REFUSED: list[dict[str, Any]] = [
    {"type": "text", "text": " "},
    {"type": "text", "text": "x" * 2001},
    {"type": "text", "text": "😀" * 1001},
    {"type": "image", "media": {"url": "https://l.example/a.png"}, "caption": "c"},
    {"type": "image", "media": {}},
    {"type": "image", "media": {"url": "file:///etc/passwd"}},
    {"type": "sticker", "media": {"id": "1"}},
    {"type": "location", "latitude": 1, "longitude": 2},
    buttons(14),
    buttons(2, buttons=[{"id": "a", "title": "A"}, {"id": "a", "title": "B"}]),
    buttons(1, buttons=[{"id": "a", "title": "x" * 21}]),
    buttons(1, buttons=[{"id": "a" * 1001, "title": "A"}]),
    buttons(1, buttons=[{"id": " a", "title": "A"}]),
    buttons(1, buttons=[{"id": "a", "title": "A", "url": "javascript:alert(1)"}]),
    {"type": "card", "title": "x" * 81, "buttons": [{"id": "a", "title": "A"}]},
    {"type": "card", "title": "T", "media": {"key": "t1/a.png"}},
    {"type": "template", "name": "t", "language": "en", "body": [" "]},
    {
        "type": "template",
        "name": "t",
        "language": "en",
        "header_media": {"type": "image", "media": {"id": "1"}},
    },
]


@pytest.mark.parametrize("content", REFUSED, ids=range(len(REFUSED)))
def test_refused_before_the_call(content: dict[str, Any]) -> None:
    with pytest.raises(ContentRejected):
        rendered(content)


@pytest.mark.parametrize(
    "media",
    [
        {"url": "https://l.example/a.bmp", "mime_type": "image/bmp"},
        {"id": "1", "mime_type": "image/png", "size": 25 * 1024 * 1024 + 1},
    ],
)
def test_files_that_are_known_to_be_refused(media: dict[str, Any]) -> None:
    with pytest.raises(MediaRejected):
        rendered({"type": "image", "media": media})


def test_a_part_of_a_message_is_quoted_by_the_whole() -> None:
    body = rendered({"type": "text", "text": "oi"}, reply_to="m_Lua-09#3")
    assert body["reply_to"] == {"mid": "m_Lua-09"}


def test_a_comment_is_answered_in_private_and_once() -> None:
    body = rendered({"type": "text", "text": "oi"}, reply_to="880011_990022")
    assert body["recipient"] == {"comment_id": "880011_990022"}
    assert "reply_to" not in body
    assert rendered({"type": "text", "text": "oi"})["recipient"] == {"id": CONTACT}


def test_what_nobody_has_answered_since_a_comment_answers_it_in_private() -> None:
    text = {"type": "text", "text": "oi"}
    assert rendered(text, unanswered="880011_990022")["recipient"] == {
        "comment_id": "880011_990022"
    }
    # The contact has written since, or their message is what is quoted.
    assert rendered(text, unanswered="m_Lua-09")["recipient"] == {"id": CONTACT}
    quoting = rendered(text, unanswered="880011_990022", reply_to="m_Lua-09")
    assert quoting["recipient"] == {"id": CONTACT}


def test_the_tag_is_sent_only_when_a_person_answers_late() -> None:
    text = {"type": "text", "text": "oi"}
    late = rendered(text, late=True)
    assert (late["messaging_type"], late["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")
    in_time = rendered(text)
    assert in_time["messaging_type"] == "RESPONSE"
    assert "tag" not in in_time
    template = {"type": "template", "name": "t", "language": "en"}
    assert rendered(template, late=True)["messaging_type"] == "UTILITY"


def test_people_answer_late_only_where_the_app_has_the_feature() -> None:
    assert not ACCOUNT.answers_late
    assert ACCOUNT.model_copy(update={"human_agent": True}).answers_late
    assert CAPABILITIES.agent_window == timedelta(days=7)


def test_a_text_beside_buttons_is_never_longer_than_a_template_takes() -> None:
    message = outbound_message(buttons(3, text="Uma frase longa. " * 100))
    *before, last = fit(message.content, CAPABILITIES)
    assert all(content.type == "text" for content in before)
    request = Messenger().render(message.model_copy(update={"content": last}), ACCOUNT)
    assert request.json_body
    assert "attachment" in request.json_body["message"]
