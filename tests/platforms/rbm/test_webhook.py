"""Who may post to us: the client token signs what is in the envelope, and the console asks for it first."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from pydantic import SecretStr

from domain.errors import PayloadUnreadable, SignatureInvalid
from platforms.base import WebhookRequest, WebhookResponse
from platforms.rbm.inbound import SIGNATURE_HEADER
from platforms.rbm.platform import Rbm
from tests.platforms.rbm.harness import ACCOUNT, sign
from tests.platforms.rbm.support import arrived, enveloped

TOKEN = ACCOUNT.client_token.get_secret_value()
ITEM = {"agentId": "luminaria_demo@rbm.goog", "text": "olá"}
BODY = json.dumps(enveloped(ITEM)).encode()


def posted(body: bytes, **headers: str) -> WebhookRequest:
    return WebhookRequest(headers=headers, body=body)


def signed(body: bytes, signature: str) -> WebhookRequest:
    return WebhookRequest(headers={SIGNATURE_HEADER: signature}, body=body)


def check(token: Any, secret: Any = "4312007") -> WebhookRequest:
    return posted(json.dumps({"clientToken": token, "secret": secret}).encode())


def by_hand(content: bytes, token: str = TOKEN) -> str:
    made = hmac.new(token.encode(), content, hashlib.sha512).digest()
    return base64.b64encode(made).decode()


def test_the_signature_covers_the_decoded_data() -> None:
    Rbm().verify(signed(BODY, by_hand(json.dumps(ITEM).encode())), ACCOUNT)


def test_the_frame_around_it_may_be_written_anew() -> None:
    spaced = json.dumps(json.loads(BODY), indent=3).encode()
    Rbm().verify(signed(spaced, sign(BODY)[SIGNATURE_HEADER]), ACCOUNT)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        by_hand(BODY),
        by_hand(json.dumps(ITEM).encode(), "another token"),
        by_hand(json.dumps({**ITEM, "text": "adeus"}).encode()),
        base64.b64encode(hmac.new(TOKEN.encode(), BODY, hashlib.sha256).digest()).decode(),
        "é",
    ],
)
def test_anything_else_is_refused(signature: str) -> None:
    with pytest.raises(SignatureInvalid):
        Rbm().verify(signed(BODY, signature), ACCOUNT)


def test_the_token_before_still_counts() -> None:
    changed = ACCOUNT.model_copy(
        update={"client_token": SecretStr("NEW"), "previous_client_token": ACCOUNT.client_token}
    )
    Rbm().verify(signed(BODY, sign(BODY)[SIGNATURE_HEADER]), changed)
    with pytest.raises(SignatureInvalid):
        Rbm().verify(
            signed(BODY, sign(BODY)[SIGNATURE_HEADER]),
            changed.model_copy(update={"previous_client_token": None}),
        )


def test_what_is_no_base64_is_signed_as_it_stands() -> None:
    body = b'{"message": {"data": "%%%"}}'
    Rbm().verify(signed(body, by_hand(b"%%%")), ACCOUNT)
    assert arrived(body)[0].kind == "ignored"


def test_the_console_gets_its_secret_back() -> None:
    request = check(TOKEN)
    Rbm().verify(request, ACCOUNT)
    assert Rbm().acknowledge(request, ACCOUNT) == WebhookResponse(body="4312007")
    assert Rbm().acknowledge(check(TOKEN, 4312), ACCOUNT) == WebhookResponse(body="4312")
    assert Rbm().acknowledge(check(TOKEN, None), ACCOUNT) is None


@pytest.mark.parametrize("token", ["", "another", None, 3, ["x"], f"{TOKEN} "])
def test_whoever_does_not_know_the_token_learns_nothing(token: Any) -> None:
    with pytest.raises(SignatureInvalid):
        Rbm().verify(check(token), ACCOUNT)


def test_a_check_is_not_smuggled_in_beside_a_message() -> None:
    body = json.dumps({**enveloped(ITEM), "clientToken": TOKEN, "secret": "x"}).encode()
    with pytest.raises(SignatureInvalid):
        Rbm().verify(posted(body), ACCOUNT)
    assert Rbm().acknowledge(posted(body), ACCOUNT) is None


def test_a_check_leaves_no_token_behind() -> None:
    (event,) = arrived(check(TOKEN).body)
    assert event.kind == "ignored"
    assert TOKEN not in event.model_dump_json()


def test_messages_are_answered_empty() -> None:
    assert Rbm().acknowledge(posted(BODY), ACCOUNT) is None
    assert Rbm().acknowledge(posted(b"["), ACCOUNT) is None
    assert Rbm().handshake(WebhookRequest(method="GET"), ACCOUNT) is None


def test_whom_a_body_is_for() -> None:
    assert Rbm().accounts(posted(BODY)) == ["luminaria_demo@rbm.goog"]
    both = json.dumps([enveloped({"agentId": "a@rbm.goog"}), enveloped(ITEM), enveloped(ITEM)])
    assert Rbm().accounts(posted(both.encode())) == ["a@rbm.goog", "luminaria_demo@rbm.goog"]
    assert Rbm().accounts(posted(b"?")) == []


def test_what_is_no_json_is_unreadable() -> None:
    with pytest.raises(PayloadUnreadable):
        arrived(b"data=x")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2026-08-01T12:10:01.137045123Z", "2026-08-01T12:10:01.137045+00:00"),
        ("2026-08-01T12:10:01.1Z", "2026-08-01T12:10:01.100000+00:00"),
        ("2026-08-01T09:10:01-03:00", "2026-08-01T12:10:01+00:00"),
        ("2026-08-01T12:10:01", "2026-08-01T12:10:01+00:00"),
        ("yesterday", None),
        (3, None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_moments(written: Any, kept: str | None) -> None:
    item = {"senderPhoneNumber": "+5511955500101", "messageId": "m", "text": "a"}
    (event,) = arrived({**item, "sendTime": written})
    assert (event.sent_at and event.sent_at.isoformat()) == kept
