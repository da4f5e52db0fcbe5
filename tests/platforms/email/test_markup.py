"""HTML of strangers does no harm, and says the same as text."""

import re
from html.parser import HTMLParser

import pytest
from typing_extensions import override

from platforms.email import markup

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "handler": '<p onclick="alert(1)" onmouseover=alert(2)>x</p>',
    "picture handler": "<img src=x onerror=alert(1)>",
    "link": '<a href="javascript:alert(1)">x</a>',
    "link with a tab": '<a href="java\tscript:alert(1)">x</a>',
    "link with entities": '<a href="&#106;&#97;vascript&colon;alert(1)">x</a>',
    "link with a control": '<a href="\x01javascript:alert(1)">x</a>',
    "link in capitals": '<a href=" JaVaScRiPt:alert(1)">x</a>',
    "link to data": '<a href="data:text/html;base64,PHNjcmlwdD4=">x</a>',
    "link to vbscript": '<a href="vbscript:x">x</a>',
    "drawing": "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg><svg/onload=alert(1)>",
    "math": "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "noscript": '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "template": "<template><script>alert(1)</script></template>",
    "textarea": "<textarea><img title='</textarea><img src onerror=alert(1)>'></textarea>",
    "frame": '<iframe src="https://mau.example"></iframe><iframe srcdoc="<script>x</script>">',
    "object": '<object data="x"><embed src="y"></object>',
    "form": '<form action="https://mau.example"><input name=senha type=password><button>ok</button></form>',
    "base": '<base href="https://mau.example/"><meta http-equiv=refresh content="0;url=https://mau.example">',
    "style": "<style>@import 'https://mau.example/x.css'</style><link rel=stylesheet href=https://mau.example>",
    "position": '<div style="position:fixed;top:0;left:0;width:100%;height:100%;z-index:9">x</div>',
    "style link": '<p style="background:url(https://mau.example/t.gif);color:red">x</p>',
    "style in disguise": '<p style="color: \\75 rl(https://mau.example); width: expression(alert(1))">x</p>',
    "comment": "<!--[if mso]><script>alert(1)</script><![endif]--><!-- --!><img src=x onerror=alert(1)>",
    "pixel": '<img src="https://mau.example/p.gif?u=1" width=1 height=1>',
    "picture set": '<img srcset="https://mau.example/p.gif 1x" src="//mau.example/p.gif">',
    "background": '<table background="https://mau.example/p.gif"><tr><td background="//mau.example">',
    "class": '<p class="toast-error" id="root">x</p>',
}  # fmt: skip


class _Seen(HTMLParser):
    """The tags and attributes of a text, as a browser would come to them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def seen(html: str) -> _Seen:
    reader = _Seen()
    reader.feed(html)
    return reader


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_acts_or_loads(html: str) -> None:
    shown = seen(markup.safe(f"<p>antes</p>{html}<p>depois</p>").html)
    forbidden = {
        "script",
        "style",
        "svg",
        "math",
        "iframe",
        "object",
        "form",
        "input",
        "base",
        "meta",
        "link",
    }
    assert not shown.tags & forbidden
    for name, value in shown.attributes:
        assert name not in {"class", "id", "srcset", "background", "action"}
        assert not name.startswith("on")
        assert not re.search(r"(?i)script|url|position|expression|mau\.example|data:", value), (
            name,
            value,
        )


def test_what_is_harmless_stays() -> None:
    link = '<a href="https://loja.example/p">veja</a>'
    html = f'<p style="color:red">Oi <b>Ana</b>, {link} <img src="cid:a@b" alt="foto"></p>'
    shown = markup.safe(html)
    assert shown.remote_images == 0
    assert 'href="https://loja.example/p" rel="noopener noreferrer nofollow"' in shown.html
    assert '<img src="cid:a@b" alt="foto">' in shown.html
    assert 'style="color:red"' in shown.html


def test_pictures_of_other_servers_are_counted_and_left_out() -> None:
    shown = markup.safe(
        '<img src="https://a.example/1.png"><img src="cid:x"><img src="//b.example/2.png">'
    )
    assert shown.remote_images == 2
    assert "a.example" not in shown.html


LONG = {
    "nested": "<div>" * 100_000,
    "mixed": "<b><p>" * 50_000,
    "tables": "<table>" * 50_000,
    "brackets": "<" * 500_000,
    "open links": '<a href="' * 50_000,
    "paragraphs": "<p>" * 50_000,
    "lists": "<ul><li>" * 30_000,
    "closed": "<div></div>" * 50_000,
}


@pytest.mark.parametrize("html", LONG.values(), ids=LONG.keys())
def test_deep_and_long_html_takes_no_long_time(html: str) -> None:
    markup.safe(html)
    markup.to_text(html)
    markup.to_text(html, without_quotes=True)


AS_TEXT = {
    "<p>Um</p><p>Dois<br>três</p>": "Um\n\nDois\ntrês",
    "<ul><li>um</li><li>dois</li></ul>": "- um\n- dois",
    '<a href="https://x.example/a">aqui</a>': "aqui (https://x.example/a)",
    '<a href="https://x.example">https://x.example</a>': "https://x.example",
    '<a href="mailto:ana@x.example">ana@x.example</a>': "ana@x.example",
    "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>": "a b\n\nc",
    "a &lt;b&gt; &amp; c&nbsp;d": "a <b> & c d",
    "<title>t</title><style>p{}</style>x": "x",
    "<pre>a\n  b</pre>": "a\nb",
    '<img src="cid:x" alt="foto">': "[foto]",
    "&#0;x&#xd800;": None,
}


@pytest.mark.parametrize(("html", "text"), AS_TEXT.items())
def test_html_as_text(html: str, text: str | None) -> None:
    assert text in {None, re.sub(r"\n\n(?=c)", "\n\n", markup.to_text(html))}
