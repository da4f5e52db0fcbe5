"""Signature and envelope, against vectors worked out by hand."""

import hashlib
import hmac

import pytest
from pydantic import SecretStr

from domain.errors import SignatureInvalid
from platforms.base import WebhookRequest
from platforms.meta.errors import GRAPH_RULES, read_error, regain_after, rule_for
from platforms.meta.graph import changes, check_signature


def test_the_signature_covers_the_bytes_as_meta_writes_them() -> None:
    raw = b'{"text":"a\\u00e7\\u00e3o \\ud83d\\ude00 https:\\/\\/loja.example"}'
    rewritten = '{"text":"ação 😀 https://loja.example"}'.encode()
    header = "sha256=" + hmac.new(b"segredo", raw, hashlib.sha256).hexdigest()
    headers = {"x-hub-signature-256": header}
    secrets = [None, SecretStr("other"), SecretStr("segredo")]
    check_signature(WebhookRequest(headers=headers, body=raw), secrets)
    with pytest.raises(SignatureInvalid):
        check_signature(WebhookRequest(headers=headers, body=rewritten), secrets)


def test_no_secret_no_entry() -> None:
    with pytest.raises(SignatureInvalid):
        check_signature(WebhookRequest(body=b"x"), [None, SecretStr("")])


def test_every_change_of_every_entry_in_order() -> None:
    first = {"id": "A", "time": 5, "changes": [{"field": "x", "value": 1}, {"field": "y"}]}
    found = list(changes({"entry": [first, {"id": 7, "changes": [{"field": "z"}]}, {"id": "C"}]}))
    assert [(change.entry_id, change.field) for change in found] == [
        ("A", "x"),
        ("A", "y"),
        ("7", "z"),
        ("C", None),
    ]
    assert found[0].time == 5
    assert found[3].raw == {"id": "C"}


def test_the_number_is_the_account_before_the_entry_is() -> None:
    value = {"metadata": {"phone_number_id": 42}}
    (change,) = changes({"entry": [{"id": "A", "changes": [{"field": "x", "value": value}]}]})
    assert (change.phone_number_id, change.account) == ("42", "42")


def test_errors_are_read_in_every_shape() -> None:
    assert read_error(None) is None
    assert read_error({"message": "no code"}) is None
    plain = read_error({"code": "190", "message": "m", "error_subcode": 463})
    assert plain is not None
    assert (plain.code, plain.subcode, plain.details) == (190, 463, "m")
    beside = read_error({"code": 1, "title": "t", "details": "d"})
    assert beside is not None
    assert (beside.title, beside.details) == ("t", "d")
    broken = read_error({"code": 1, "error_data": "{oops"})
    assert broken is not None
    assert broken.details == "{oops"


def test_permission_codes_are_a_range() -> None:
    for code in (200, 234, 299):
        error = read_error({"code": code})
        assert error is not None
        assert rule_for(error, GRAPH_RULES).error.code == "channel_unauthorized"


def test_the_usage_header_is_never_trusted_blindly() -> None:
    header = '{"1":[{"estimated_time_to_regain_access":99999999999}],"2":5,"3":[null]}'
    wait = regain_after({"x-business-use-case-usage": header})
    assert wait is not None
    assert wait.days == 7
    assert regain_after({"x-business-use-case-usage": '{"1":[{}]}'}) is None
    assert regain_after({}) is None
