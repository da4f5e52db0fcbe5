"""Bounces, delays, receipts and complaints in the forms that the fixtures do not have; who is never answered."""

import pytest

from domain.receipts import ReceiptStatus
from tests.platforms.email.support import OURS, one, parsed, raw

HEAD = {"from": "MAILER-DAEMON@mx.example", "return_path": "<>", "subject": "Undelivered Mail"}


def report(block: str, returned: str = f"Message-ID: {OURS}\n", **headers: str) -> bytes:
    body = (
        "--r\n\nprosa\n"
        f"--r\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n{block}\n"
        f"--r\nContent-Type: message/rfc822\n\n{returned}\n--r--"
    )
    kind = "multipart/report; report-type=delivery-status; boundary=r"
    return raw(body, **{**HEAD, "content_type": kind, **headers})


BLOCKS = {
    "Final-Recipient: rfc822; x@y.example\nAction: failed\nStatus: 5.1.1": (ReceiptStatus.FAILED, "5.1.1"),
    "Final-Recipient: rfc822; x@y.example\nAction: failed\nStatus: 4.0.0": (ReceiptStatus.FAILED, "4.0.0"),
    "Final-Recipient: rfc822; x@y.example\nAction: Failed (old)\nStatus: 5.4.7 (x)": (ReceiptStatus.FAILED, "5.4.7"),
    "Final-Recipient: rfc822; x@y.example\nStatus: 5.2.2": (ReceiptStatus.FAILED, "5.2.2"),
    "Final-Recipient: rfc822; x@y.example\nAction: delayed\nStatus: 4.4.7": (ReceiptStatus.QUEUED, "4.4.7"),
    "Original-Recipient: rfc822; x@y.example\nAction: expanded\nStatus: 2.1.5": (ReceiptStatus.SENT, None),
    "Final-Recipient: rfc822; x@y.example\nAction: delivered\nStatus: 2.1.5": (ReceiptStatus.SENT, None),
    "Final-Recipient: x@y.example\nAction: failed\nDiagnostic-Code: smtp; 550 x": (ReceiptStatus.FAILED, "550"),
}  # fmt: skip


@pytest.mark.parametrize(("block", "told"), BLOCKS.items())
def test_what_an_action_means(block: str, told: tuple[ReceiptStatus, str | None]) -> None:
    receipt = one(report(block)).receipt
    assert receipt
    assert (receipt.status, receipt.error and receipt.error.code) == told
    assert receipt.message_external_id == OURS
    assert receipt.error is None or receipt.error.retryable == (receipt.status == "queued")


BLOCK = "Final-Recipient: rfc822; x@y.example\nAction: failed\nStatus: 5.1.1"
BOUNCE_TO = "atende+m.0198f0aa-0000-7000-8000-000000000042@loja.example"


@pytest.mark.parametrize(
    ("returned", "headers", "original"),
    [
        (f"From ana Mon Mar  2 2026\nMessage-ID:\n {OURS}\n", {}, OURS),
        ("Subject: oi\n", {"in_reply_to": OURS}, OURS),
        ("Subject: oi\n", {"to": BOUNCE_TO}, OURS),
        ("Subject: oi\n", {"to": "x@z.example", "delivered_to": BOUNCE_TO}, OURS),
        ("Subject: oi\n", {}, None),
        ("Message-ID: <outra@z.example>\n", {"to": BOUNCE_TO}, "<outra@z.example>"),
    ],
)
def test_which_message_it_is_about(
    returned: str, headers: dict[str, str], original: str | None
) -> None:
    receipt = one(report(BLOCK, returned, **headers)).receipt
    assert receipt
    assert receipt.message_external_id == original or original is None
    if original:
        named = "+m." in str(headers) or original == OURS
        assert (receipt.reference is not None) == named


PROSE = {
    "Não entregue: oi": ("failed", "A mensagem não chegou a <x@y.example>.\n\n550 5.1.10 Recipient not found"),
    "Undeliverable: oi": ("failed", "x@y.example\n#550 5.7.1 denied ##"),
    "Delivery Status Notification (Delay)": ("queued", "The message to x@y.example has been delayed. 4.4.1"),
    "Returned mail: see transcript for details": ("failed", "x@y.example: user unknown"),
}  # fmt: skip


@pytest.mark.parametrize("subject", PROSE)
def test_bounces_in_words_only(subject: str) -> None:
    status, body = PROSE[subject]
    event = one(raw(body, **{**HEAD, "from": "postmaster@y.example", "subject": subject}))
    assert event.receipt
    assert event.receipt.status == status
    assert event.details
    assert event.details["recipient"] == "x@y.example"


def test_somebody_who_writes_about_a_bounce_is_no_bounce() -> None:
    assert one(raw("a mensagem voltou: 550 5.1.1", subject="Returned mail?")).kind == "message"
    away = one(
        raw(
            "volto dia 9",
            return_path="<>",
            x_auto_response_suppress="All",
            subject="Undeliverable?",
        )
    )
    assert away.kind == "message"


def test_read_receipts_of_old_programs() -> None:
    fields = "Disposition: manual-action/MDN-sent-manually;displayed"
    body = f"--r\n\nlida\n--r\nContent-Type: message/disposition-notification\n\n{fields}\n--r--"
    event = one(
        raw(
            body,
            content_type="multipart/report; report-type=disposition-notification; boundary=r",
            in_reply_to=OURS,
        )
    )
    assert event.receipt
    assert event.receipt.status is ReceiptStatus.READ
    assert event.receipt.message_external_id == OURS


def test_a_complaint_without_the_contact() -> None:
    body = "--r\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nVersion: 1\n--r--"
    event = one(raw(body, content_type="multipart/report; report-type=feedback-report; boundary=r"))
    assert (event.kind, event.sender) == ("preference", None)


AUTOMATIC = [
    ({"auto_submitted": "auto-generated (failure)"}, "auto"),
    ({"auto_submitted": "auto-notified"}, "auto"),
    ({"x_autoreply": "yes"}, "auto"),
    ({"x_autorespond": "1"}, "auto"),
    ({"x_apple_action": "VACATION"}, "auto"),
    ({"precedence": "auto_reply"}, "auto"),
    ({"x_loop": "x"}, "auto"),
    ({"return_path": "<>"}, "auto"),
    ({"subject": "Automatic reply: Pedido"}, "auto"),
    ({"subject": "Respuesta automática: Pedido"}, "auto"),
    ({"subject": "Automatic reply: x", "x_auto_response_suppress": "All"}, "auto"),
    ({"subject": "Abwesenheitsnotiz: Auftrag"}, "auto"),
    ({"subject": "Réponse automatique : Commande"}, "auto"),
    ({"precedence": "bulk"}, "bulk"),
    ({"precedence": "list"}, "bulk"),
    ({"list_id": "<l.x.example>"}, "bulk"),
    ({"list_unsubscribe": "<mailto:x@y.example>"}, "bulk"),
    ({"feedback_id": "1:x"}, "bulk"),
    ({"x_auto_response_suppress": "OOF, AutoReply"}, "suppressed"),
    ({"from": "no-reply@x.example"}, "suppressed"),
    ({"from": "noreply+12@x.example"}, "suppressed"),
    ({"from": "nao-responda@x.example"}, "suppressed"),
    ({"auto_submitted": "no"}, None),
    ({"x_autoreply": "no"}, None),
    ({"precedence": "first-class"}, None),
    ({"subject": "Re: Automatic reply?"}, None),
    ({"from": "norberto@x.example"}, None),
    ({"return_path": "<ana@x.example>"}, None),
    ({"x_original_sender": "rita@x.example", "list_id": "<outro.grupo.example>"}, "bulk"),
]


@pytest.mark.parametrize(("headers", "kind"), AUTOMATIC)
def test_who_is_never_answered(headers: dict[str, str], kind: str | None) -> None:
    event = one(raw(**headers))
    assert event.kind == "message"
    assert (event.details or {}).get("automatic") == kind


def test_a_loop_is_seen_by_its_relays() -> None:
    body = b"Received: from a by b\n" * 26 + raw()
    assert (parsed(body)[0].details or {})["automatic"] == "auto"
