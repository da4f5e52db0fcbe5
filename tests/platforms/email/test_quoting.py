"""What somebody wrote, parted from what their mail program repeated."""

from pathlib import Path

import pytest

from platforms.email.quoting import part
from tests.platforms.email.support import raw, text_of


def cases(file: str) -> dict[str, str]:
    """The samples of a file beside this one: each under a line `=== its name`."""
    text = (Path(__file__).parent / file).read_text("utf-8")
    parts = (part.partition("\n") for part in text.split("=== ")[1:])
    return {name: sample.rstrip("\n") for name, _, sample in parts}


ANSWER = "Pode ser na quarta.\nObrigada!"

BELOW = cases("quotes.txt")


@pytest.mark.parametrize("below", BELOW.values(), ids=BELOW.keys())
def test_what_stands_below_the_answer_goes(below: str) -> None:
    said = part(f"{ANSWER}\n\n{below}")
    assert said.text == ANSWER
    assert said.quoted


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_nothing_of_a_quote_is_lost(newline: str) -> None:
    said = part(newline.join(["Sim.", "", "> Qual dia?", "> Loja", "", "-- ", "Ana"]))
    assert (said.text, said.quoted, said.signature) == ("Sim.", "> Qual dia?\n> Loja", "--\nAna")


MOBILE = ["Sent from my iPhone", "Enviado do meu iPhone", "Enviado de mi iPhone", "Envoyé de mon iPhone",
          "Von meinem iPhone gesendet", "Get Outlook for iOS<https://aka.example/o>",
          "Enviado do meu Galaxy", "Enviado via Outlook para Android"]  # fmt: skip


@pytest.mark.parametrize("line", MOBILE)
def test_what_phones_add_goes(line: str) -> None:
    assert part(f"Sim.\n\n{line}\n").text == "Sim."


def test_an_answer_below_its_quote_is_kept() -> None:
    assert part("On 03/03/2026 10:15, Loja wrote:\n> Qual dia?\n\nQuarta.\n").text == "Quarta."


INTACT = cases("intact.txt")


@pytest.mark.parametrize("text", INTACT.values(), ids=INTACT.keys())
def test_in_doubt_everything_is_kept(text: str) -> None:
    assert part(text).text == text


@pytest.mark.parametrize("prefix", ["Fwd:", "ENC:", "RV:", "WG:", "TR:", "Re: Fwd:"])
def test_a_forward_is_kept_whole(prefix: str) -> None:
    body = "De: Bia <bia@x.example>\nEnviado: hoje\nPara: Ana\nAssunto: Nota\n\nA nota 9."
    assert text_of(raw(body, subject=f"{prefix} Nota")) == body


HTML = cases("quotes_html.txt")


@pytest.mark.parametrize("html", HTML.values(), ids=HTML.keys())
def test_quotes_in_html_go(html: str) -> None:
    body = f"<html><body>{html}</body></html>"
    assert text_of(raw(body, subject="Re: Dia", content_type="text/html; charset=utf-8")) == "Sim."


def test_html_that_is_only_a_quote_is_kept() -> None:
    body = '<div class="gmail_quote">Qual dia?</div>'
    assert text_of(raw(body, content_type="text/html")) == "Qual dia?"


LONG = {
    "arrows": ">" * 50_000,
    "answered quotes": "\n> a\nb" * 15_000,
    "half attributions": "On " * 30_000,
    "fields": "De:\n" * 15_000,
    "attributions": "x wrote:\n" * 9_000,
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG.keys())
def test_long_texts_take_no_long_time(text: str) -> None:
    part(text)
