"""What is refused before the call, naming the limit, and what fits, however it is written."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from domain.content import MessageContent
from domain.errors import ContentRejected
from domain.fitting import fit
from platforms.slack.facts import LIMITS, MAX_BLOCKS_TEXT, MAX_SECTION
from platforms.slack.platform import Slack
from tests.platforms.slack.harness import ACCOUNT
from tests.platforms.slack.support import CHANNEL, CHAT, ROOT, THREAD, outbound_message, rendered

_CONTENT: TypeAdapter[MessageContent] = TypeAdapter(MessageContent)
YES = {"id": "yes", "title": "Sim"}
TEXT = {"type": "text", "text": "oi"}
FILE = {"type": "document", "media": {"key": "t1/a.pdf"}}


def body(content: dict[str, Any], address: str = CHAT, **fields: str | None) -> dict[str, Any]:
    request = rendered(content, address, **fields)
    assert request.json_body is not None
    return request.json_body


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"type": "text", "text": " \n"}, "the text is empty"),
        ({"type": "text", "text": "a" * 4001}, "the limit is 4000"),
        ({"type": "buttons", "text": "a" * 2201, "buttons": [YES]}, "the limit is 2200"),
        ({"type": "buttons", "text": "?", "buttons": [YES] * 26}, "26 buttons, the limit is 25"),
        ({"type": "buttons", "text": "?", "buttons": [{**YES, "title": "a" * 76}]}, "limit is 75"),
        ({"type": "buttons", "text": "?", "buttons": [{**YES, "title": " "}]}, "title is empty"),
        ({"type": "buttons", "text": "?", "buttons": [{**YES, "id": ""}]}, "id is empty"),
        ({"type": "buttons", "text": "?", "buttons": [{**YES, "id": "é" * 1001}]}, "2002 bytes"),
        ({"type": "buttons", "text": "?", "buttons": [{**YES, "url": "javascript:1"}]}, "https://"),
        ({"type": "buttons", "text": "?", "buttons": [{**YES, "url": "https://[x"}]}, "not a URL"),
        (
            {
                "type": "buttons",
                "text": "?",
                "buttons": [{**YES, "url": f"https://x/{'a' * 3000}"}],
            },
            "the limit is 3000",
        ),
        ({"type": "buttons", "text": "?", "buttons": [YES], "footer": "a" * 201}, "limit is 200"),
        ({"type": "list", "text": "?", "rows": [YES] * 101}, "101 rows, the limit is 100"),
        ({"type": "list", "text": "?", "rows": [{**YES, "id": "a" * 151}]}, "151 bytes"),
        ({"type": "list", "text": "?", "rows": [{**YES, "description": "a" * 76}]}, "limit is 75"),
        ({"type": "list", "text": "?", "rows": [YES], "button": "a" * 151}, "limit is 150"),
        ({"type": "card", "title": "a" * 2201}, "the limit is 2200"),
        ({"type": "image", "media": {}}, "names no file"),
        ({"type": "image", "media": {"url": "/a.png"}}, "https://"),
        ({"type": "video", "media": {"id": "F1"}}, "https://"),
        ({"type": "image", "media": {"key": "a"}, "caption": "a" * 2201}, "limit is 2200"),
        ({"type": "location", "latitude": 1, "longitude": 1}, "location cannot be sent"),
        ({"type": "template", "name": "a", "language": "pt"}, "template cannot be sent"),
    ],
    ids=range(23),
)
def test_what_slack_would_refuse_is_refused(content: dict[str, Any], words: str) -> None:
    with pytest.raises(ContentRejected) as refused:
        rendered(content)
    assert words in refused.value.detail


def test_a_thread_must_be_one() -> None:
    with pytest.raises(ContentRejected):
        rendered(TEXT, thread="general")


@pytest.mark.parametrize(
    ("address", "fields", "thread"),
    [
        (CHAT, {}, {}),
        (THREAD, {}, {"thread_ts": ROOT}),
        (THREAD, {"thread": "1.1"}, {"thread_ts": ROOT}),
        (CHAT, {"thread": "1.1"}, {"thread_ts": "1.1"}),
        (CHAT, {"thread": "1.1", "reply_to": f"{CHAT}:2.2"}, {"thread_ts": "1.1"}),
        (CHAT, {"reply_to": f"{CHAT}:2.2"}, {"thread_ts": "2.2", "reply_broadcast": True}),
        (CHAT, {"reply_to": f"{CHAT}:F1"}, {}),
        (CHAT, {"reply_to": "D0OUTRA:2.2"}, {}),
        (CHAT, {"reply_to": "nonsense"}, {}),
        (THREAD, {"reply_to": f"{CHANNEL}:2.2"}, {"thread_ts": ROOT}),
    ],
)
def test_an_answer_goes_where_it_belongs(
    address: str, fields: dict[str, str], thread: dict[str, Any]
) -> None:
    sent = body(TEXT, address, **fields)
    assert sent["channel"] == address.partition(":")[0]
    assert {key: sent[key] for key in ("thread_ts", "reply_broadcast") if key in sent} == thread


def test_a_file_goes_to_its_thread_and_is_not_announced_twice() -> None:
    sent = body(FILE, CHAT, reply_to=f"{CHAT}:2.2")
    assert sent["thread_ts"] == "2.2"
    assert "reply_broadcast" not in sent
    assert "metadata" not in sent


def test_a_long_text_beside_buttons_is_cut_between_characters() -> None:
    blocks = body({"type": "buttons", "text": "&" * 2200, "buttons": [YES]})["blocks"]
    texts = [one["text"]["text"] for one in blocks if one["type"] == "section"]
    assert len(texts) == 4
    assert max(map(len, texts)) <= MAX_SECTION
    assert "".join(texts) == "&amp;" * 2200


def test_a_title_too_long_for_a_heading_is_a_text() -> None:
    blocks = body({"type": "card", "title": "a" * 151})["blocks"]
    assert [one["type"] for one in blocks] == ["section"]


CONTENTS = st.one_of(
    st.builds(
        lambda text, footer, titles: {
            "type": "buttons",
            "text": text,
            "footer": footer,
            "buttons": [{"id": f"b{n}", "title": title} for n, title in enumerate(titles)],
        },
        st.text(alphabet="&<>a \n😀", min_size=1, max_size=9000),
        st.none() | st.text(alphabet="&a", max_size=300),
        st.lists(st.text(alphabet="a&é", min_size=1, max_size=90), min_size=1, max_size=40),
    ),
    st.builds(
        lambda text, titles: {
            "type": "list",
            "text": text,
            "rows": [
                {"id": f"r{n}", "title": title, "description": title}
                for n, title in enumerate(titles)
            ],
        },
        st.text(alphabet="&<>a \n", min_size=1, max_size=5000),
        st.lists(st.text(alphabet="a&", min_size=1, max_size=120), min_size=1, max_size=120),
    ),
    st.builds(
        lambda text: {"type": "text", "text": text}, st.text(alphabet="&<a ", max_size=20_000)
    ),
    st.builds(
        lambda title, text: {
            "type": "image",
            "media": {"url": "https://loja.example/a.png", "filename": title},
            "caption": text,
        },
        st.text(max_size=3000),
        st.text(alphabet="&a ", max_size=6000),
    ),
)


@given(content=CONTENTS)
@settings(max_examples=60, deadline=None)
def test_whatever_is_fitted_is_within_the_limits(content: dict[str, Any]) -> None:
    try:
        parts = fit(_CONTENT.validate_python(content), Slack().capabilities)
    except ContentRejected:  # it says nothing
        return
    for part in parts:
        message = outbound_message(TEXT).model_copy(update={"content": part})
        sent = Slack().render(message, ACCOUNT).json_body
        assert sent is not None
        assert len(sent["text"]) <= 5 * LIMITS.text
        blocks = sent.get("blocks", [])
        assert len(blocks) <= 50
        texts = [one["text"]["text"] for one in blocks if "text" in one]
        assert all(0 < len(text) <= MAX_SECTION for text in texts)
        assert sum(map(len, texts)) <= MAX_BLOCKS_TEXT
