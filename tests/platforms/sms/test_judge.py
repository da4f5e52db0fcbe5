"""Judges that are not ours: Twilio's own validator, and a JWT library for Vonage's tokens."""

import hashlib
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import SignatureInvalid
from platforms.base import WebhookRequest
from platforms.sms.account import SmsAccount
from platforms.sms.providers.twilio import signature as twilio
from platforms.sms.providers.vonage.account import VonageAccount
from tests.platforms.contract import bodies
from tests.platforms.sms.support import SMS, TWILIO, VONAGE
from tests.platforms.sms.twilio import harness as twilio_harness
from tests.platforms.sms.vonage import harness as vonage_harness

KEY = "twilio-auth-token-of-nobody"
FORMS = [path.read_bytes() for path in bodies("sms/twilio")]


def accepted(request: WebhookRequest, account: SmsAccount) -> bool:
    try:
        SMS.verify(request, account)
    except SignatureInvalid:
        return False
    return True


class Repeated(dict[str, list[str]]):
    """Parameters as web frameworks keep them, with the values of each."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def repeated(body: bytes) -> Repeated:
    found = Repeated()
    for name, value in parse_qsl(body.decode(), keep_blank_values=True):
        found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize("algorithm", twilio.ALGORITHMS)
@pytest.mark.parametrize("body", [*FORMS, b"a=2&a=1&a=2&b=", b"", b"x=%C3%A7&X=1"])
def test_twilios_validator_takes_our_signature_and_we_take_its(body: bytes, algorithm: str) -> None:
    validator_of = pytest.importorskip("twilio.request_validator").RequestValidator
    url = twilio_harness.URL
    theirs = validator_of(KEY).compute_signature(url, repeated(body), algorithm)
    pairs = parse_qsl(body.decode(), keep_blank_values=True)
    ours = twilio.sign(url, pairs, KEY, algorithm)
    assert validator_of(KEY).validate(url, repeated(body), ours, algorithm)
    if algorithm == twilio.DEFAULT_ALGORITHM:
        request = WebhookRequest(url=url, headers={twilio.HEADER: theirs}, body=body)
        assert accepted(request, TWILIO)


URLS = [
    "https://h.example/w?a=1&b=%20",
    "https://h.example:443/w",
    "https://h.example:8443/w",
    "http://h.example/w",
    "http://h.example:80/",
    "https://h.example",
]


@pytest.mark.parametrize("called", URLS)
@pytest.mark.parametrize("signed", URLS)
def test_we_and_the_validator_agree_on_ports(called: str, signed: str) -> None:
    validator = pytest.importorskip("twilio.request_validator").RequestValidator(KEY)
    theirs = validator.compute_signature(signed, {"a": "1"})
    request = WebhookRequest(url=called, headers={twilio.HEADER: theirs}, body=b"a=1")
    assert accepted(request, TWILIO) is validator.validate(called, {"a": "1"}, theirs)


def test_we_and_the_validator_agree_on_json() -> None:
    validator = pytest.importorskip("twilio.request_validator").RequestValidator(KEY)
    body = '{"texto": "olá"}'
    for digest in (hashlib.sha256(body.encode()).hexdigest(), "0" * 64):
        url = f"{twilio_harness.URL}&bodySHA256={digest}"
        theirs = validator.compute_signature(url, {})
        request = WebhookRequest(url=url, headers={twilio.HEADER: theirs}, body=body.encode())
        assert accepted(request, TWILIO) is validator.validate(url, body, theirs)


@given(st.dictionaries(st.text(min_size=1, max_size=5), st.text(max_size=8), max_size=5))
def test_we_and_the_validator_sign_any_parameters_alike(values: dict[str, str]) -> None:
    validator = pytest.importorskip("twilio.request_validator").RequestValidator(KEY)
    url = twilio_harness.URL
    assert twilio.sign(url, values.items(), KEY) == validator.compute_signature(url, values)


def test_a_jwt_library_reads_the_tokens_of_our_tests_and_we_read_its() -> None:
    jwt = pytest.importorskip("jwt")
    assert isinstance(VONAGE, VonageAccount)
    body, secret = b'{"message_uuid": "u"}', VONAGE.signature_secret.get_secret_value()
    read = jwt.decode(
        vonage_harness.token(body), secret, algorithms=["HS256"], options={"verify_iat": False}
    )
    assert read["payload_hash"] == hashlib.sha256(body).hexdigest()
    claims = {"iat": vonage_harness.SIGNED_AT, "api_key": VONAGE.api_key}
    claims["payload_hash"] = hashlib.sha256(body).hexdigest()
    for algorithm, good in (("HS256", True), ("HS384", False), ("HS512", False)):
        token = jwt.encode(claims, secret.ljust(64, "x") if not good else secret, algorithm)
        headers = {"authorization": f"Bearer {token}"}
        assert accepted(WebhookRequest(headers=headers, body=body), VONAGE) is good
