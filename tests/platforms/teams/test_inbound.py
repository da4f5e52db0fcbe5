"""Quirks of activities, beside the fixtures: mentions, quotes, presses, files, ids and secrets."""

import json
from typing import Any

import pytest

from domain.content import ChoiceContent, FormContent, MediaContent, TextContent
from domain.errors import PayloadUnreadable
from platforms.base import WebhookRequest
from platforms.teams.emoji import emoji_of
from platforms.teams.platform import Teams
from tests.platforms.contract import bodies
from tests.platforms.teams.harness import ACCOUNT
from tests.platforms.teams.support import BOT, CHANNEL, CHAT, RITA, activity, arrived, event


def said(text: str, **fields: Any) -> str:
    content = event(text=text, **fields).content
    assert isinstance(content, TextContent)
    return content.text


def mention(text: str | None, who: Any) -> dict[str, Any]:
    return {"type": "mention", "mentioned": who, **({"text": text} if text else {})}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<at>Luminária</at> oi", "oi"),
        ("oi <at>Luminária</at>", "oi"),
        ("oi <at>Luminária</at> tudo bem?", "oi tudo bem?"),
        ('<at id="0">Luminária</at>&nbsp;oi', "oi"),
        ("<AT>Luminária</AT> oi", "oi"),
        ("<at>Ana &amp; Bia</at> oi", "@Ana & Bia oi"),
        ("<at>Luminária oi", "<at>Luminária oi"),
        ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("um\r\ndois", "um\ndois"),
        ('<quoted messageId="1"></quoted>\nsim', "sim"),
        ("dois  espaços", "dois  espaços"),
    ],
)
def test_words(text: str, shown: str) -> None:
    assert said(text) == shown


def test_our_bot_by_another_name() -> None:
    who = {"id": BOT["id"], "name": "Lumi"}
    assert said("<at>Lumi</at> oi", entities=[mention("<at>Lumi</at>", who)]) == "oi"
    assert said("<at>Lumi</at> oi", entities=[mention(None, who)]) == "oi"
    stranger = {"id": "29:lumi", "name": "Lumi"}
    assert said("<at>Lumi</at> oi", entities=[mention(None, stranger)]) == "@Lumi oi"


def test_only_a_mention_says_nothing() -> None:
    content = event(text="<at>Luminária</at>").content
    assert content is not None
    assert content.type == "unsupported"


def _html(content: Any) -> list[dict[str, Any]]:
    return [{"contentType": "text/html", "content": content}]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<p>um</p><p>dois</p>", "um\n\ndois"),
        ("<div>a&nbsp;&lt;b&gt;</div>", "a <b>"),
        ('<img itemtype="http://schema.skype.com/Emoji" alt="😀"> oi', "😀 oi"),
        ("<script>x()</script>oi<style>p{}</style>", "oi"),
        ('<span itemtype="http://schema.skype.com/Mention">Luminária</span> oi', "oi"),
        ('<span itemtype="http://schema.skype.com/Mention">Ana</span> oi', "@Ana oi"),
        ("<p>sem fim", "sem fim"),
        ("<a href='https://loja.example'>loja</a>", "loja"),
    ],
)
def test_words_that_are_only_html(source: str, shown: str) -> None:
    assert said("", attachments=_html(source)) == shown


def test_what_is_quoted_is_not_said() -> None:
    quote = '<blockquote itemtype="http://schema.skype.com/Reply" itemid="17">{}</blockquote>'
    nested = quote.format("<blockquote>mais</blockquote><p>Qual?</p>")
    told = event(text="Qual?\n\nazul", attachments=_html(f"{nested}<p>azul</p>"))
    assert told.content == TextContent(text="azul")
    assert told.reply_to == f"{CHAT}:17"
    only = event(text="Qual?", attachments=_html(quote.format("Qual?")))
    assert only.content is not None
    assert only.content.type == "unsupported"


def test_the_plain_text_counts_where_both_say_something() -> None:
    assert said("plano", attachments=_html("<p>rico</p>")) == "plano"


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "odd",
    [7, None, "&#x110000;", "<p \ud800='", *(f"{part}" for part in ("", "<", "x"))]
    + [part * 50_000 for part in ("<", "<p ", "<![", "<!--", "</", "<a x='", "&", "a='", "<div>")],
    ids=range(16),
)
def test_html_of_any_shape_is_read_at_once(odd: Any) -> None:
    assert arrived(activity(text="", attachments=_html(odd)))


@pytest.mark.parametrize(
    ("value", "content"),
    [
        ({"actionId": "a", "title": "A"}, ChoiceContent(id="a", title="A")),
        ({"actionId": 7}, ChoiceContent(id="7", title="7")),
        ({"verb": "v", "x": 1}, ChoiceContent(id="v", title="v")),
        ({"voto": "sim", "msteams": {"type": "x"}}, ChoiceContent(id="sim", title="sim")),
        ({"a": 1, "b": 2}, FormContent(fields={"a": 1, "b": 2})),
        ({"a": [1]}, FormContent(fields={"a": [1]})),
        ('{"actionId": "a"}', ChoiceContent(id="a", title="a")),
        ("[1]", ChoiceContent(id="[1]", title="[1]")),
        ([1], ChoiceContent(id="[1]", title="[1]")),
        (3, ChoiceContent(id="3", title="3")),
        ({"msteams": {}}, ChoiceContent(id="{}", title="{}")),
    ],
    ids=str,
)
def test_presses(value: Any, content: Any) -> None:
    assert event(value=value).content == content


@pytest.mark.parametrize("value", [{}, [], "", None])
def test_an_empty_value_is_no_press(value: Any) -> None:
    assert said("oi", value=value) == "oi"


def test_a_press_with_words_shows_them() -> None:
    told = event(value={"a": [1], "b": 2}, text="Escolhi")
    assert told.content == ChoiceContent(id='{"a":[1],"b":2}', title="Escolhi")


def test_names_of_files_lead_nowhere() -> None:
    info = "application/vnd.microsoft.teams.file.download.info"
    file = {
        "contentType": info,
        "name": "..\\..\\x\x00y.pdf",
        "content": {"downloadUrl": "https://l-my.sharepoint.com/x"},
    }
    content = event(text="", attachments=[file]).content
    assert isinstance(content, MediaContent)
    assert content.media.filename == "xy.pdf"


def test_a_file_that_is_not_there() -> None:
    info = "application/vnd.microsoft.teams.file.download.info"
    content = event(text="", attachments=[{"contentType": info, "content": {}}]).content
    assert content is not None
    assert content.model_dump() == {"type": "unsupported", "platform_type": info}


@pytest.mark.parametrize(
    ("name", "emoji"),
    [
        ("like", "👍"),
        ("heart", "❤️"),
        ("laugh", "😆"),
        ("surprised", "😮"),
        ("sad", "😢"),
        ("angry", "😠"),
        ("1f44b_wavinghand", "👋"),
        ("1f44b_wavinghand-tone5", "👋🏿"),
        ("1f1e7-1f1f7_brazil", "🇧🇷"),
        ("2705_whiteheavycheckmark", "✅"),
        ("🎈", "🎈"),
        ("custom_thing", ":custom_thing:"),
        ("d800_half", ":d800_half:"),
        ("10ffff_x", ":10ffff_x:"),
    ],
)
def test_emoji(name: str, emoji: str) -> None:
    assert emoji_of(name) == emoji


def test_who_wrote() -> None:
    told = event()
    assert told.sender is not None
    assert (told.sender.address, told.sender.user_id) == (CHAT, RITA["aadObjectId"])
    assert told.account == ACCOUNT.account_id
    assert told.echo is False
    ours = event(**{"from": BOT})
    assert (ours.echo, ours.account) == (True, ACCOUNT.account_id)


def test_times() -> None:
    told = event(timestamp="2026-08-01T12:00:01.2345678-03:00")
    assert told.sent_at is not None
    assert told.sent_at.isoformat() == "2026-08-01T15:00:01.234567+00:00"
    # Some senders leave it out: the id of a message is its time.
    by_id = event()
    assert by_id.sent_at is not None
    assert by_id.sent_at.isoformat() == "2026-08-01T12:00:01.200000+00:00"
    assert event(id="f:1", timestamp="soon").sent_at is None


def test_a_read_receipt_of_something_else() -> None:
    name = "application/vnd.microsoft.readReceipt"
    (told,) = arrived(activity("event", name=name, value={"lastReadMessageId": "abc"}))
    assert (told.kind, told.target_external_id, told.up_to) == ("read", f"{CHAT}:abc", None)
    (none,) = arrived(activity("event", name=name, value={}))
    assert none.kind == "ignored"


def test_threads_share_the_ids_of_their_channel() -> None:
    told = event(conversation={"id": f"{CHANNEL};messageid=1785585600100"})
    assert told.external_id == f"{CHANNEL}:1785585601200"


def test_no_event_keeps_a_secret() -> None:
    for path in bodies("teams"):
        events = arrived(path.read_bytes())
        told = json.dumps([event.model_dump(mode="json") for event in events])
        assert "of-nobody" not in told.replace("rItA-of-nobody", ""), path.name


@pytest.mark.parametrize("body", [b"", b"x", b"7", b'"a"', b"null"])
def test_what_is_no_activity(body: bytes) -> None:
    with pytest.raises(PayloadUnreadable):
        arrived(body)
    assert Teams().accounts(WebhookRequest(body=body)) == []


def test_for_whom_a_body_is() -> None:
    body = json.dumps([activity(), activity(), 7, activity(recipient={"id": "28:x"})]).encode()
    assert Teams().accounts(WebhookRequest(body=body)) == [ACCOUNT.account_id, "28:x"]


def file(number: int) -> dict[str, Any]:
    return {
        "contentType": "application/vnd.microsoft.teams.file.download.info",
        "name": f"{number}.pdf",
        "content": {"downloadUrl": f"https://files.example/{number}", "fileType": "pdf"},
    }


def test_an_edit_tells_every_part_that_is_left() -> None:
    change = {"type": "messageUpdate", "id": "17", "timestamp": "2026-08-01T12:00:01Z"}
    files = [file(1), file(2)]
    first, second = arrived(activity(**change, text="as duas", attachments=files))
    assert (first.kind, second.kind) == ("edit", "edit")
    assert second.target_external_id == f"{first.target_external_id}:1"
    assert first.external_id != second.external_id
    assert (first.details, second.details) == ({"parts": 2}, {"parts": 2})


def test_an_edit_that_we_cannot_read_leaves_the_files() -> None:
    change = {"type": "messageUpdate", "id": "17", "timestamp": "2026-08-01T12:00:01Z"}
    assert event(**change, text="").details == {"type": "words"}
