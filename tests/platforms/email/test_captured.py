"""Messages captured by others: what each of them says, by the name of its file."""

from pathlib import Path
from typing import Any

import pytest

from domain.content import MediaContent, TextContent
from domain.events import InboundEvent
from tests.platforms.captured import fixtures, told
from tests.platforms.email.support import parsed

MESSAGES = [
    path for path in fixtures("email") if path.suffix == ".eml" and path.parent.name == "inbound"
]
BY_NAME = {path.stem: path for path in MESSAGES}

BOUNCES = {
    "cw_bounce_gmail_empty_dsn": "5.1.1",
    "cw_bounce_no_from": "5.7.1",
    "mail_dsn_5_recipients": "5.1.1",
    "mail_dsn_sendmail_530": "5.3.0",
    "mail_dsn_two_status_parts": "5.3.0",
    "flanker_bounce_gmail_plain": "5.1.0",
    "flanker_bounce_mailbox_full": "5.2.2",
    "flanker_bounce_office365": "5.1.10",
    "sisimai_exchange2007_bounce": "5.1.1",
    "sisimai_office365_truncated": "5.1.10",
    "sisimai_gmail_plain": "5.1.1",
    "dsn_verp_envid": "5.1.1",
}
AUTOMATIC = [
    *(
        "cw_auto_reply_arabic_base64",
        "cw_auto_submitted_generated",
        "sisimai_vacation_auto_replied",
    ),
    *("sisimai_outlook_automatic_reply", "sisimai_apple_vacation", "sisimai_auto_replied_minimal"),
    *("sisimai_mimecast_auto", "auto_reply_pt_exchange", "calendar_reply_accepted"),
    *("mailing_list", "flanker_latin1_from"),
]
OTHERS = {
    "dsn_relayed_success": "receipt sent",
    "sisimai_delayed_status_comment": "receipt queued",
    "flanker_mdn": "receipt read",
    "sisimai_arf_abuse": "preference",
    "own_echo_bcc": "message text echo",
    "pgp_encrypted": "message unsupported",
    "mail_empty_content_disposition": "message image",
    "imaptools_forwarded_rfc822": "message document",
    "flanker_signed_odd_type": "message document",
}
SENDERS = {
    "google_groups_via": ("rita@cliente.example", "Rita Lima"),
    "display_name_spoof": ("joe@evil.example", "support@banco.example"),
    "flanker_latin1_from": ("ingo@blank.pages.de", "Ingo Lütkebohle"),
    "mail_rfc6532_utf8_headers": ("jdöe@mächine.example", "Jöhn Doe"),
    "own_echo_bcc": ("maria.souza@gmail.example", None),
}
TEXTS = {
    "pt_gmail_reply_token": "Oi! Ainda não chegou não 😕\nPodem verificar?",
    "pt_outlook_desktop_block": "Aprovado, podem seguir.",
    "pt_iphone_signature": "Pode ser às 15h?",
    "format_flowed_delsp": "Esta linha continua na linha seguinte e termina aqui.",
    "cp1252_declared_ascii": "Bom dia, a cotação é de R$ 1.250,00 — “válida” até 30/09.",
    "mail_iso_2022_jp": "すみません。",
    "mail_ks_c_5601": "스티해",
    "cw_only_html": "This is html only mail",
    "cw_gmail_quote_wrapped_then_signature": "Yes, I am providing you step how to reproduce this issue",
    **dict.fromkeys(
        [
            *("talon_gmail", "talon_outlook", "talon_iphone", "talon_thunderbird_bottom_post"),
            *("talon_hotmail", "talon_apple_mail", "talon_android_russian"),
        ],
        "Hello",
    ),
}
FILES = {
    "cw_30_empty_attachments": 30,
    "cw_inline_images_html": 3,
    "cw_inline_pdf": ["dummy.pdf"],
    "cw_attachments_without_filename": ["attachment-1.png", "attachment-2.png"],
    "rfc2231_filename": ["Relatório de prestação de contas 2024.pdf"],
    "mail_filename_raw_utf8": ["ciële.txt"],
    "mail_filename_rfc2047_in_param": ["This is a test.pdf"],
    "calendar_request": ["invite.ics"],
    "tnef_winmail": ["winmail.dat"],
    "mail_smime_signed": ["truncated.png"],
    "mail_attached_rfc822": ["ForwardedMessage.eml"],
    "mail_x_uuencode": 1,
}


def first(name: str) -> InboundEvent:
    return parsed(BY_NAME[name].read_bytes())[0]


@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: path.stem)
def test_none_breaks_the_parser(path: Path) -> None:
    events = parsed(path.read_bytes())
    assert events
    for event in events:
        assert event.kind != "ignored", event.reason
        assert event.external_id
        event.model_dump_json()


@pytest.mark.parametrize("name", BOUNCES)
def test_bounces(name: str) -> None:
    event = first(name)
    assert told(event) == "receipt failed"
    assert event.receipt
    assert event.receipt.error
    assert event.receipt.error.code == BOUNCES[name]


def test_one_bounce_for_five() -> None:
    events = parsed(BY_NAME["mail_dsn_5_recipients"].read_bytes())
    assert len({event.external_id for event in events}) == 5


@pytest.mark.parametrize("name", AUTOMATIC)
def test_automatic_mail_is_marked(name: str) -> None:
    assert (first(name).details or {})["automatic"]


def test_all_other_mail_is_not() -> None:
    marked = {name for name in BY_NAME if (first(name).details or {}).get("automatic")}
    assert marked - {*AUTOMATIC} <= {"mail_empty_in_reply_to"}  # sent to a list


@pytest.mark.parametrize("name", OTHERS)
def test_what_they_are(name: str) -> None:
    assert told(first(name)) == OTHERS[name]


@pytest.mark.parametrize("name", SENDERS)
def test_who_wrote(name: str) -> None:
    sender = first(name).sender
    assert sender
    assert (sender.address, sender.name) == SENDERS[name]


@pytest.mark.parametrize("name", TEXTS)
def test_what_was_written(name: str) -> None:
    content = first(name).content
    assert isinstance(content, TextContent)
    assert content.text == TEXTS[name]


@pytest.mark.parametrize("name", FILES)
def test_which_files_came(name: str) -> None:
    contents: list[Any] = [event.content for event in parsed(BY_NAME[name].read_bytes())]
    names = [content.media.filename for content in contents if isinstance(content, MediaContent)]
    wanted = FILES[name]
    assert names == wanted if isinstance(wanted, list) else len(names) == wanted
