"""Text that Slack escaped or bracketed, and the way back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.slack.emoji import of_name
from platforms.slack.mrkdwn import escape, link, plain, without_mention
from platforms.slack.rich import words_of_attachments, words_of_blocks


@pytest.mark.parametrize(
    ("marked", "told"),
    [
        ("a &amp; b &lt; c &gt; d", "a & b < c > d"),
        ("&amp;lt;", "&lt;"),
        ("<@U1>", "@U1"),
        ("<@U1|ana>", "@ana"),
        ("<@U1|@ana>", "@ana"),
        ("<#C1>", "#C1"),
        ("<#C1|>", "#C1"),
        ("<#C1|loja>", "#loja"),
        ("<!here>", "@here"),
        ("<!channel|channel>", "@channel"),
        ("<!subteam^S1|@vendas>", "@vendas"),
        ("<!subteam^S1>", "@S1"),
        ("<!date^1785586200^{date}^https://x.example|hoje>", "hoje"),
        ("<https://x.example/a?b=1&amp;c=2>", "https://x.example/a?b=1&c=2"),
        ("<https://x.example/|x.example>", "x.example"),
        ("<http://x.example|https://x.example>", "https://x.example"),
        ("<https://x.example|aqui &amp; agora>", "aqui & agora (https://x.example)"),
        ("<mailto:ana@x.example|ana@x.example>", "ana@x.example"),
        ("<mailto:ana@x.example|a Ana>", "a Ana (ana@x.example)"),
        ("<mailto:ana@x.example>", "ana@x.example"),
        ("<tel:+5511955500101|(11) 95550-0101>", "(11) 95550-0101"),
        ("*negrito* _itálico_ :tada: `<`", "*negrito* _itálico_ :tada: `<`"),
        ("<>", "<>"),
    ],
)
def test_marks_become_words(marked: str, told: str) -> None:
    assert plain(marked) == told


@given(st.text())
def test_what_is_escaped_reads_as_it_was(text: str) -> None:
    assert plain(escape(text)) == text
    assert not {"<", ">"} & {*escape(text)}


@given(st.text(min_size=1))
def test_a_link_cannot_be_broken_out_of(text: str) -> None:
    made = link(f"https://x.example/{text}", text)
    assert (made.count("<"), made.count(">"), made.count("|")) == (1, 1, 1)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("<@U1> oi", "oi"),
        ("  <@U1|bot>, oi", "oi"),
        ("<@U1>: oi", "oi"),
        ("<@U1>", "<@U1>"),
        ("<@U2> oi", "<@U2> oi"),
        ("oi <@U1>", "oi <@U1>"),
    ],
)
def test_how_we_are_called_is_not_what_is_said(text: str, rest: str) -> None:
    assert without_mention(text, frozenset({"U1"})) == rest


@pytest.mark.parametrize(
    ("name", "emoji"),
    [
        ("+1", "👍"),
        ("thumbsup::skin-tone-2", "👍🏻"),
        ("+1::skin-tone-6", "👍🏿"),
        ("white_check_mark", "✅"),
        ("nosso-logo", ":nosso-logo:"),
        ("+1::skin-tone-9", "👍"),
    ],
)
def test_reactions_are_emoji_where_they_have_one(name: str, emoji: str) -> None:
    assert of_name(name) == emoji


def test_deep_and_odd_blocks_have_an_end() -> None:
    block: dict[str, object] = {"type": "rich_text_section", "elements": [{"type": "text"}]}
    for _ in range(40):
        block = {"type": "rich_text_section", "elements": [block]}
    assert words_of_blocks([{"type": "rich_text", "elements": [block, 7, None]}, "?"]) == ""
    assert words_of_blocks({"type": "section"}) == ""
    assert words_of_blocks([{"type": ["rich_text"], "text": {"text": "a"}}]) == "a"


def test_attachments_tell_their_words() -> None:
    fields = [{"title": "Cor", "value": "Azul"}]
    old = [
        {"pretext": "Novo", "title": "Pedido", "text": "<https://x.example|4312>", "fields": fields}
    ]
    assert words_of_attachments(old) == "Novo\nPedido\n4312 (https://x.example)\nAzul"
    assert words_of_attachments(old, shared_only=True) == ""
