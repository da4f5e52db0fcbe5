"""Markup is read as the Bot API reads it: what remains of a text, or why it cannot be read."""

import pytest

from simulator.telegram.entities import read_text
from simulator.telegram.errors import BotError

READABLE = [
    ("HTML", "<b>Pedido</b> 42 &lt;ok&gt; &amp; &#233; &copy;", "Pedido 42 <ok> & é &copy;"),
    ("html", '<a href="https://a.example">loja</a> <tg-spoiler>x</tg-spoiler>', "loja x"),
    ("HTML", '<pre><code class="language-python">a &lt; b</code></pre>', "a < b"),
    ("MarkdownV2", r"*Pedido* _42_ pronto\.", "Pedido 42 pronto."),
    ("MarkdownV2", "__a__ ~b~ ||c|| `d*e.` ```\nf.\n```", "a b c d*e. \nf."),
    ("MarkdownV2", r"[loja](https://a.example/\)x) \[não\]", "loja [não]"),
    ("MarkdownV2", ">citado\n>de novo", "citado\nde novo"),
    ("Markdown", "*livre_", "*livre_"),
    ("", " <b> ", "<b>"),
]
UNREADABLE = [
    ("HTML", "a < b", "Unsupported start tag"),
    ("HTML", "<h1>x</h1>", 'Unsupported start tag "h1" at byte offset 0'),
    ("HTML", "é<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
    ("HTML", "<b><i>x</b></i>", 'Unmatched end tag "b"'),
    ("HTML", "x</b>", "Unexpected end tag at byte offset 1"),
    ("HTML", "<span>x</span>", 'must have class "tg-spoiler"'),
    ("MarkdownV2", "1. item", "Character '.' is reserved and must be escaped"),
    ("MarkdownV2", "a > b", "Character '>' is reserved"),
    ("MarkdownV2", "*a", "Can't find end of the entity starting with * at byte offset 0"),
    ("MarkdownV2", "*a _b* c_", "Can't find end of the entity starting with *"),
    ("MarkdownV2", "[a](b", "Can't find end of a URL"),
]


@pytest.mark.parametrize(("mode", "source", "expected"), READABLE)
def test_markup_leaves_the_text(mode: str, source: str, expected: str) -> None:
    assert read_text(source, mode) == expected


@pytest.mark.parametrize(("mode", "source", "problem"), UNREADABLE)
def test_broken_markup_is_refused(mode: str, source: str, problem: str) -> None:
    with pytest.raises(BotError) as refusal:
        read_text(source, mode)
    assert refusal.value.description.startswith("Bad Request: can't parse entities: ")
    assert problem in refusal.value.description
