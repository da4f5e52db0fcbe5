"""What the fixtures do not say of reading a message: sizes, clocks, odd headers, files."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.content import MediaContent, MediaRef, UnsupportedContent
from domain.errors import MediaRejected, PayloadUnreadable
from domain.payloads import LARGEST_EVENT, size
from platforms.base import BringsFiles
from platforms.email.charsets import decode, reflowed, words
from platforms.email.files import harmless
from platforms.email.keeping import base_subject
from platforms.email.mailboxes import mailboxes
from platforms.email.platform import Email
from tests.platforms.contract import bodies
from tests.platforms.email.support import one, parsed, raw, text_of

NOW = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


# --- the body as a whole


@pytest.mark.parametrize(
    "body", [b"", b"\n\n", b"ola", b"{}", b"[1]", b"x: y\n\nz", b"\x00\x01" * 50]
)
def test_what_is_no_message_is_refused(body: bytes) -> None:
    with pytest.raises(PayloadUnreadable):
        parsed(body)


def test_nesting_without_end_is_kept_as_one_message() -> None:
    deep = "".join(
        f"--b{n}\nContent-Type: multipart/mixed; boundary=b{n + 1}\n\n" for n in range(3000)
    )
    event = parsed(raw(deep, content_type="multipart/mixed; boundary=b0"))[0]
    assert event.kind in {"message", "ignored"}


def test_a_few_hundred_layers_are_read_as_far_as_ten() -> None:
    layers = "".join(
        f"--b{n}\nContent-Type: multipart/mixed; boundary=b{n + 1}\n\n" for n in range(300)
    )
    event = parsed(raw(f"{layers}--b300\n\nfundo\n", content_type="multipart/mixed; boundary=b0"))[
        0
    ]
    assert event.kind == "message"


def test_at_most_two_hundred_parts_are_read() -> None:
    part = "--b\nContent-Type: application/pdf\n\nx\n"
    assert len(parsed(raw(part * 500 + "--b--", content_type="multipart/mixed; boundary=b"))) == 200


def test_an_event_stays_small_enough_to_travel() -> None:
    """What is cut from an event is in the message that is kept; the mark that it is automatic must not be cut."""
    html = "<p>" + '&amp;"ç' * 200_000 + "</p>"
    body = (
        f"--b\nContent-Type: text/plain; charset=utf-8\n\n{'çã ' * 400_000}\n> {'ç' * 400_000}\n"
        f"--b\nContent-Type: text/html; charset=utf-8\n\n{html}\n--b--"
    )
    headers = {
        "content_type": "multipart/alternative; boundary=b",
        "precedence": "bulk",
        "references": " ".join(f"<{n}{'x' * 400}@x.example>" for n in range(900)),
    }
    event = one(raw(body, **headers))
    assert size(event) < LARGEST_EVENT
    assert event.details
    assert event.details["automatic"] == "bulk"
    assert event.details["cut"] is True


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_octet_breaks_the_parser(data: st.DataObject) -> None:
    body = data.draw(st.sampled_from(bodies("email"))).read_bytes()
    at = data.draw(st.integers(0, len(body)))
    end = data.draw(st.integers(at, min(len(body), at + 80)))
    try:
        events = parsed(body[:at] + data.draw(st.binary(max_size=40)) + body[end:])
    except PayloadUnreadable:
        return
    for event in events:
        assert not (event.reason or "").startswith("unreadable")
        event.model_dump_json()


# --- dates


@pytest.mark.parametrize(
    "date", ["", "ontem", "Wed, 15 Dec 2010    59:10 -0500", "Mon, 99 Foo 2026"]
)
def test_without_a_date_it_is_of_when_we_were_given_it(date: str) -> None:
    assert one(raw(date=date), received_at=NOW).sent_at == NOW
    assert one(raw(date=date)).sent_at is None


def test_no_message_is_of_tomorrow() -> None:
    assert one(raw(date="Tue, 3 Mar 2026 18:00:00 +0000"), received_at=NOW).sent_at == NOW
    near = one(raw(date="Mon, 2 Mar 2026 18:09:00 +0000"), received_at=NOW).sent_at
    assert near == NOW + timedelta(minutes=9)


# --- headers


ADDRESSES = {
    'Ana <ana@x.example>, "Souza, Bia" <bia@x.example>': [("ana@x.example", "Ana"), ("bia@x.example", "Souza, Bia")],
    "ana@x.example (Ana Braga)": [("ana@x.example", "Ana Braga")],
    "<a@x.example>a@x.example": [("a@x.example", None)],
    "undisclosed recipients:;": [],
    "amigos: ana@x.example, Bia <bia@x.example>;": [("ana@x.example", None), ("bia@x.example", "Bia")],
    '<"">, <>, x, @x, a@': [],
    '"a@x.example" <a@x.example>': [("a@x.example", None)],
    "=?utf-8?Q?Souza,_L=C3=BAcia?= <l@x.example>": [("l@x.example", "Souza, Lúcia")],
    "jöe@müller.example": [("jöe@müller.example", None)],
    '"Ana \\"A\\" B" <ana@x.example>': [("ana@x.example", 'Ana "A" B')],
    "a@x..example, b@x.example": [("b@x.example", None)],
    "Ana <ana@x.example>\x00": [("ana@x.example", "Ana")],
    "'Ana' via Loja <a@x.example>; B <b@x.example>": [("a@x.example", "'Ana' via Loja"), ("b@x.example", "B")],
}  # fmt: skip


@pytest.mark.parametrize(("header", "found"), ADDRESSES.items())
def test_addresses(header: str, found: list[tuple[str, str | None]]) -> None:
    assert [(box.address, box.name) for box in mailboxes([header])] == found


def test_long_headers_of_addresses_take_no_long_time() -> None:
    for header in ('"' * 40_000, "(" * 40_000, "<" * 40_000, "a@x.example," * 8_000, "=?" * 20_000):
        mailboxes([header])


WORDS = {
    "=?utf-8?B?T2zDoQ==?= =?utf-8?Q?_Ana?=": "Olá Ana",
    "=?utf-8?B?w?= =?utf-8?B?6E=?=": None,
    "a =?iso-8859-1?Q?=E9?= b": "a é b",
    "=?NONE?Q?caf=E9?=": "café",
    "=?utf-8?B?!!?=": None,
    "=?gb2312?B?xOO6ww==?=": "你好",
    "=?utf-8*pt?Q?ol=C3=A1?=": "olá",
    "sem nada": "sem nada",
    "=?utf-8?Q?a=0D=0ABcc:_x?=": "a Bcc: x",
}


@pytest.mark.parametrize(("value", "text"), WORDS.items())
def test_encoded_words(value: str, text: str | None) -> None:
    assert text in {None, words(value)}


CHARSETS = [
    ("olá", "utf-8", "utf-8"),
    ("olá", "cp1252", "us-ascii"),
    ("olá", "cp1252", None),
    ("“olá”", "cp1252", "iso-8859-1"),
    ("olá", "utf-8", "x-nada"),
    ("olá", "cp1252", "utf-8"),
    ("안녕", "cp949", "ks_c_5601-1987"),
    ("①", "cp932", "Shift_JIS"),
    ("olá", "utf-7", "unicode-1-1-utf-7"),
    ("olá", "utf-8", "punycode"),
]


@pytest.mark.parametrize(("text", "written", "declared"), CHARSETS)
def test_character_sets(text: str, written: str, declared: str | None) -> None:
    assert decode(text.encode(written), declared) == text


def test_text_is_fit_for_every_store() -> None:
    assert decode(b"a\x00b", "utf-8") == "ab"
    assert decode(b"+2AA-", "utf-7")


def test_flowed_text() -> None:
    assert (
        reflowed("um \ndois\n> tres \n> quatro\n-- \nAna", delete_space=False)
        == "um dois\n> tres quatro\n-- \nAna"
    )


SUBJECTS = {
    "Re: RES: Fwd: Pedido": "Pedido",
    "AW: WG: Auftrag": "Auftrag",
    "Re[2]: Pedido": "Pedido",
    "Recibo: pago": "Recibo: pago",
    "Re:": "",
    "ENC: Nota": "Nota",
}


@pytest.mark.parametrize(("subject", "base"), SUBJECTS.items())
def test_subjects(subject: str, base: str) -> None:
    assert base_subject(subject) == base


def test_ids() -> None:
    answered = "Mensagem de Loja <a@x.example> <b@x.example>"
    before = "<r@x.example> <sem-arroba> <cortado"
    event = one(raw(in_reply_to=answered, references=before))
    assert event.reply_to == "<a@x.example>"
    assert event.thread == "<r@x.example>"
    assert one(raw(message_id="")).external_id.endswith("@no-id.invalid>")
    assert one(raw(message_id="x@y.example")).external_id == "<x@y.example>"


def test_the_first_of_two_types_counts() -> None:
    body = raw("<p>oi</p>", content_type="text/html").replace(
        b"\n\n", b"\nContent-Type: application/pdf\n\n", 1
    )
    assert text_of(body) == "oi"


def test_another_install_of_ours_is_no_echo() -> None:
    """Its ids look like ours; whom the message came to tells that it is not."""
    sent = {"from": "x@outra.example", "message_id": "<m.0198f0aa@outra.example>"}
    assert one(raw(**sent)).echo
    assert not one(raw(**sent, delivered_to="atende@loja.example")).echo
    assert not one(raw(**sent, received="from mx.outra.example")).echo


# --- files


NAMES = {
    "../../etc/passwd": "passwd",
    "..\\..\\boot.ini": "boot.ini",
    "nota\r\nBcc: x.pdf": "notaBcc_ x.pdf",
    "a\x00b.pdf": "ab.pdf",
    "foto\u202egpj.exe": "fotogpj.exe",
    "CON.txt": "_CON.txt",
    "...": "",
    "  . ": "",
    "a" * 300 + ".pdf": "a" * 116 + ".pdf",
    'x<y>:"|?*.txt': "x_y______.txt",
    "relatório de março.pdf": "relatório de março.pdf",
}


@pytest.mark.parametrize(("said", "kept"), NAMES.items())
def test_names_of_files_are_harmless(said: str, kept: str) -> None:
    assert harmless(said) == kept


def _message_with_files() -> bytes:
    pdf = base64.b64encode(b"%PDF-1.4").decode()
    return raw(
        "--b\n\noi\n"
        f"--b\nContent-Type: application/pdf; name=n.pdf\nContent-Transfer-Encoding: base64\n\n{pdf}\n"
        "--b\nContent-Type: application/octet-stream; name=u.txt\nContent-Transfer-Encoding: x-uuencode\n\n"
        "begin 644 u.txt\n#8V%T\n`\nend\n"
        "--b\nContent-Type: message/rfc822\n\nSubject: dentro\n\noi\n--b--",
        content_type="multipart/mixed; boundary=b",
    )


def test_files_are_cut_out_of_the_message_that_was_kept() -> None:
    body = _message_with_files()
    contents = [event.content for event in parsed(body)[1:]]
    found = []
    email: BringsFiles = Email()
    for content in contents:
        assert isinstance(content, MediaContent)
        fetched = email.cut(body, content.media, 1000)
        assert len(fetched.content) == content.media.size
        found.append((fetched.filename, fetched.mime_type, fetched.content[:12]))
    assert found == [
        ("n.pdf", "application/pdf", b"%PDF-1.4"),
        ("u.txt", "text/plain", b"cat"),
        ("dentro.eml", "message/rfc822", b"Subject: den"),
    ]


def test_a_file_that_is_not_there_or_too_large_is_refused() -> None:
    body = _message_with_files()
    content = parsed(body)[1].content
    assert isinstance(content, MediaContent)
    for media, limit in (
        (content.media, 3),
        (MediaRef(id="x"), 9),
        (MediaRef(id=f"{'0' * 64}/9.9"), 9),
    ):
        with pytest.raises(MediaRejected):
            Email().cut(body, media, limit)
    assert Email().body_key(MediaRef(id="../../etc")) is None


def test_the_key_of_the_body_is_its_digest() -> None:
    body = _message_with_files()
    events = parsed(body)
    assert isinstance(content := events[1].content, MediaContent)
    assert events[0].raw
    assert events[0].raw["kept"] == {"sha256": Email().body_key(content.media), "size": len(body)}


def test_a_message_that_is_one_file() -> None:
    event = one(
        raw("eA==", content_type="application/octet-stream", content_transfer_encoding="base64")
    )
    assert isinstance(event.content, MediaContent)
    assert event.content.media.filename == "attachment-1.bin"


def test_an_encrypted_message_says_so() -> None:
    event = parsed(
        raw("x", content_type="application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m")
    )
    assert isinstance(event[0].content, UnsupportedContent)
