"""Messages of ours: threads, subjects, reply addresses, what flows say, what is refused."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from domain.content import ContactCard, ContactsContent, MediaContent, MediaRef, TextContent
from domain.errors import ContentRejected
from platforms.base import OutboundMessage
from platforms.email import mime, tokens
from platforms.email.account import EmailAccount
from platforms.email.outbound import render
from tests.platforms.email.harness import ACCOUNT, MESSAGE_ID
from tests.platforms.email.support import OURS, one, outgoing, raw

AT = datetime(2026, 3, 2, 18, 4, 10, tzinfo=UTC)


def read(
    message: OutboundMessage, account: EmailAccount = ACCOUNT, file: bytes | None = None
) -> EmailMessage:
    """The message as Python's own parser reads it, which finds nothing wrong with it."""
    octets = mime.complete(render(message, account), AT, file)
    read_back = message_from_bytes(octets, policy=policy.default)
    assert isinstance(read_back, EmailMessage)
    for part in read_back.walk():
        assert not part.defects
    assert max(map(len, octets.splitlines())) <= 998
    assert b"\n" not in octets.replace(b"\r\n", b"")
    return read_back


def kept(body: bytes) -> Any:
    return one(body).raw


# --- threads and subjects


def test_an_answer_belongs_to_its_thread() -> None:
    asked = raw(
        subject="RES: Pedido 77",
        message_id="<b@x.example>",
        references="<r@x.example> <a@x.example>",
    )
    message = read(outgoing(answers=kept(asked)))
    assert message["Subject"] == "Re: Pedido 77"
    assert message["In-Reply-To"] == "<b@x.example>"
    assert message["References"].split() == ["<r@x.example>", "<a@x.example>", "<b@x.example>"]
    assert message["Message-ID"] == OURS


def test_long_threads_keep_their_beginning_and_their_end() -> None:
    many = " ".join(f"<{n}@x.example>" for n in range(60))
    found = read(outgoing(answers=kept(raw(references=many))))["References"].split()
    assert len(found) == 21
    assert (found[0], found[-1]) == ("<0@x.example>", "<t@cliente.example>")


@pytest.mark.parametrize("subject", ["Pedido", "Re: Pedido", "RES: ENC: Pedido", "AW: Re: Pedido"])
def test_exactly_one_re(subject: str) -> None:
    assert read(outgoing(answers=kept(raw(subject=subject))))["Subject"] == "Re: Pedido"


def test_without_more_the_quoted_message_and_the_thread_say_where_it_belongs() -> None:
    message = read(outgoing(reply_to="<b@x.example>:2", thread="<r@x.example>"))
    assert message["In-Reply-To"] == "<b@x.example>"
    assert message["References"].split() == ["<r@x.example>", "<b@x.example>"]


def test_ids_that_we_made_up_stay_here() -> None:
    message = read(outgoing(answers=kept(raw(message_id=""))))
    assert message["In-Reply-To"] is None


def test_long_ids_are_not_broken() -> None:
    long = f"<{'x' * 300}@x.example>"
    written = render(outgoing(reply_to=long), ACCOUNT).text_body or ""
    assert f"In-Reply-To: {long}\r\n" in written


def test_an_answer_goes_where_it_was_asked_for() -> None:
    asked = kept(raw(reply_to="Atendimento <fale@cliente.example>"))
    request = render(outgoing(answers=asked), ACCOUNT)
    assert request.url == "smtp:fale@cliente.example"
    assert (
        render(outgoing(answers=kept(raw(reply_to='<"">'))), ACCOUNT).url
        == "smtp:ana@cliente.example"
    )


@pytest.mark.parametrize(
    "kept_before",
    [{"references": 3, "reply_to": {}}, {"subject": 1, "message_id": []}, {"reply_to": ["x"]}],
)
def test_odd_things_that_were_kept_do_no_harm(kept_before: dict[str, Any]) -> None:
    assert read(outgoing(answers=kept_before))


# --- what comes back to us


def test_a_reply_address_is_ours_only_with_its_signature() -> None:
    address = read(outgoing())["Reply-To"].addresses[0].addr_spec
    assert tokens.answered_message([address.upper()], ACCOUNT) == MESSAGE_ID
    forged = address[:-14] + ("a" if address[-14] != "a" else "b") + address[-13:]
    assert tokens.answered_message([forged], ACCOUNT) is None
    other = ACCOUNT.model_copy(update={"secret": SecretStr("another-secret-of-the-tests-00001")})
    assert tokens.answered_message([address], other) is None


def test_a_reply_to_us_comes_back_with_its_claim() -> None:
    address = tokens.reply_address(MESSAGE_ID, ACCOUNT) or ""
    event = one(raw(to=address))
    assert event.details
    assert (
        tokens.answered_message([f"x+{event.details['reply_tag']}@loja.example"], ACCOUNT)
        == MESSAGE_ID
    )


def test_a_bounce_address_names_the_message() -> None:
    request = render(outgoing(), ACCOUNT)
    assert tokens.bounced_message([request.headers["mail-from"]]) == MESSAGE_ID
    assert tokens.enveloped_message(request.headers["envid"]) == MESSAGE_ID


def test_a_mailbox_that_takes_no_such_addresses() -> None:
    plain = ACCOUNT.model_copy(update={"plus_addresses": False})
    request = render(outgoing(), plain)
    assert "Reply-To" not in (request.text_body or "")
    assert request.headers["mail-from"] == ACCOUNT.address
    long = ACCOUNT.model_copy(update={"address": f"{'a' * 40}@loja.example"})
    assert tokens.reply_address(MESSAGE_ID, long) is None


# --- machines


def test_what_a_flow_says_is_marked() -> None:
    answer = read(outgoing(automatic=True, answers=kept(raw(subject="Pedido"))))
    assert answer["Auto-Submitted"] == "auto-replied"
    assert answer["X-Auto-Response-Suppress"] == "All"
    assert answer["Precedence"] == "auto_reply"
    first = read(outgoing(automatic=True))
    assert first["Auto-Submitted"] == "auto-generated"
    assert read(outgoing())["Auto-Submitted"] is None


def test_our_own_parser_would_never_answer_a_flow() -> None:
    octets = mime.complete(render(outgoing(automatic=True), ACCOUNT), AT)
    assert (one(octets).details or {})["automatic"] == "auto"


def test_what_answers_nothing_can_be_unsubscribed_from() -> None:
    account = ACCOUNT.model_copy(update={"unsubscribe_url": "https://loja.example/sair?l=1"})
    message = read(outgoing(), account)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (
        "<https://loja.example/sair?l=1&address=ana%40cliente.example&proof="
        in message["List-Unsubscribe"]
    )
    assert read(outgoing(reply_to="<a@x.example>"), account)["List-Unsubscribe"] is None


def test_read_receipts_are_asked_for_by_setting() -> None:
    account = ACCOUNT.model_copy(update={"ask_read_receipts": True})
    assert read(outgoing(), account)["Disposition-Notification-To"] == ACCOUNT.address
    assert read(outgoing())["Disposition-Notification-To"] is None


# --- what it says


@given(st.text(min_size=1, max_size=400).filter(lambda text: text.strip()))
def test_words_arrive_as_they_are(text: str) -> None:
    said = text.encode("utf-8", "replace").decode()
    message = read(outgoing(said))
    plain = message.get_body(("plain",))
    assert plain
    wanted = said.replace("\r\n", "\n").replace("\r", "\n").rstrip()
    assert plain.get_content().replace("\r\n", "\n").rstrip() == wanted


def test_nothing_in_a_text_becomes_markup() -> None:
    html = read(outgoing('<script>x</script> & "https://a.example/?a=1&b=<2>"')).get_body(("html",))
    assert html
    assert "&lt;script&gt;" in html.get_content()
    assert '<a href="https://a.example/?a=1&amp;b=">' in html.get_content()


def test_the_same_message_is_the_same_text() -> None:
    contents = [TextContent(text="olá"), ContactsContent(contacts=[ContactCard(name="A")])]
    for content in contents:
        message = outgoing(content=content)
        assert render(message, ACCOUNT) == render(message, ACCOUNT)
    assert render(outgoing(), ACCOUNT) != render(
        outgoing(id="0198f0aa-0000-7000-8000-000000000043"), ACCOUNT
    )


def test_a_picture_is_shown_within_the_message() -> None:
    media = MediaRef(key="k" * 64, mime_type="image/png", filename="vitrine.png", size=3)
    picture = MediaContent(type="image", media=media, caption="a vitrine")
    message = read(outgoing(content=picture), file=b"png")
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]
    html, image = message.get_body(("html",)), list(message.walk())[-1]
    assert html
    assert f"cid:{image['Content-ID'].strip('<>')}" in html.get_content()
    assert image.get_payload(decode=True) == b"png"


@pytest.mark.parametrize(
    "name",
    ["nota.pdf", "Relatório de março.pdf", "ção" * 35 + ".pdf", 'a"b\\c;.pdf', "x" * 200 + ".pdf"],
)
def test_a_file_keeps_its_name_and_its_bytes(name: str) -> None:
    media = MediaRef(key="k" * 64, mime_type="application/pdf", filename=name)
    content = MediaContent(type="document", media=media, caption="[[file " + "k" * 64 + "]]")
    message = read(outgoing(content=content), file=b"%PDF" * 100)
    file = next(iter(message.iter_attachments()))
    shown = file.get_filename()
    assert shown
    assert shown.endswith(".pdf")
    assert shown == name or len(name) > 120 or set(name) & set('"\\;')
    assert file.get_content() == b"%PDF" * 100


def test_contacts_come_with_a_card() -> None:
    cards = [
        ContactCard(name="Souza; Ana\r\nX:1", phones=["+5511955500101"], emails=["a@x.example"])
    ]
    message = read(outgoing(content=ContactsContent(contacts=cards)))
    card = next(iter(message.iter_attachments()))
    assert card.get_content_type() == "text/vcard"
    lines = card.get_payload(decode=True)
    assert isinstance(lines, bytes)
    assert lines.split(b"\r\n")[2:5] == [
        b"FN:Souza\\; Ana X:1",
        b"TEL:+5511955500101",
        b"EMAIL:a@x.example",
    ]


# --- what is refused or made harmless


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@x.example",
        "a b@x.example",
        "a@x.example\r\nBcc: b@x.example",
        "a@x..example",
        "a@x.example, b@x.example",
        "<a@x.example>",
    ],
)
def test_no_address_no_message(address: str) -> None:
    if address.strip():
        with pytest.raises(ContentRejected):
            render(outgoing(address=address), ACCOUNT)


def test_a_bare_name_is_a_mailbox_of_our_domain() -> None:
    assert (
        render(outgoing(address="5511900000000"), ACCOUNT).url == "smtp:5511900000000@loja.example"
    )


def test_addresses_of_all_scripts() -> None:
    request = render(outgoing(address="joão@müller.example"), ACCOUNT)
    assert request.headers["rcpt-to"] == "joão@xn--mller-kva.example"
    assert request.headers["smtputf8"] == "yes"


HOSTILE = "Pedido\r\nBcc: vitima@x.example\n\nX-Mau: 1\x00"


def test_no_header_can_be_slipped_in() -> None:
    account = EmailAccount(
        address="atende@loja.example", name=HOSTILE, subject=HOSTILE, secret=SecretStr("s" * 32)
    )
    message = outgoing(
        reply_to="<a@x.example>\r\nBcc: b@x.example",
        thread="<t@x.example>\r\nX-Mau: 2",
        answers={"base_subject": HOSTILE, "message_id": f"<a@x.example>{HOSTILE}"},
    )
    for read_back in (read(message, account), read(outgoing(), account)):
        assert read_back["Bcc"] is None
        assert read_back["X-Mau"] is None


@pytest.mark.parametrize(
    "content",
    [
        TextContent(text=" \n"),
        TextContent(text="x" * 100_001),
        MediaContent(type="document", media=MediaRef(id="ab/1")),
        MediaContent(type="document", media=MediaRef(url="javascript:x")),
        MediaContent(type="document", media=MediaRef(key="k", size=26 * 1024 * 1024)),
        ContactsContent(contacts=[]),
    ],
    ids=repr,
)
def test_what_cannot_be_carried_is_refused(content: Any) -> None:
    with pytest.raises(ContentRejected):
        render(outgoing(content=content), ACCOUNT)
