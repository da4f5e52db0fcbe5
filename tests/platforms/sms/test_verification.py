"""What proves a webhook of each provider, and what does not."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from domain.errors import SignatureInvalid
from platforms.base import WebhookRequest
from platforms.sms.account import SmsAccount
from platforms.sms.providers.sinch import signature as sinch
from platforms.sms.providers.twilio import signature as twilio
from platforms.sms.providers.vonage.account import SignatureMethod
from platforms.sms.providers.vonage.signature import sign_parameters
from tests.platforms.sms.sinch import harness as sinch_harness
from tests.platforms.sms.support import INFOBIP, SINCH, SMS, TWILIO, VONAGE, ZENVIA, changed
from tests.platforms.sms.twilio import harness as twilio_harness
from tests.platforms.sms.vonage import harness as vonage_harness

NOW = datetime(2026, 3, 2, 18, 4, 10, tzinfo=UTC)
LATE = NOW + timedelta(minutes=6)
FORM = b"Body=Ol%C3%A1+mundo&From=%2B5511955500101&Empty=&Body=Ol%C3%A1+mundo&Body=A"
JSON = b'{"a": [1, 2]}'


def accepted(request: WebhookRequest, account: SmsAccount) -> bool:
    try:
        SMS.verify(request, account)
    except SignatureInvalid:
        return False
    return True


# --- Twilio

URL = twilio_harness.URL
PAIRS = [("Body", "Olá mundo"), ("From", "+5511955500101"), ("Empty", ""), ("Body", "A")]


def from_twilio(
    body: bytes = FORM, url: str = URL, key: str = "twilio-auth-token-of-nobody"
) -> WebhookRequest:
    made = twilio.sign(url, PAIRS, key)
    return WebhookRequest(url=URL, headers={twilio.HEADER: made}, body=body)


def test_twilio_signs_the_url_and_every_parameter() -> None:
    """By their names, and of each the distinct values, the empty ones too."""
    signed = f"{URL}BodyABodyOlá mundoEmptyFrom+5511955500101".encode()
    made = hmac.new(b"twilio-auth-token-of-nobody", signed, hashlib.sha1).digest()
    headers = {twilio.HEADER: base64.b64encode(made).decode()}
    assert accepted(WebhookRequest(url=URL, headers=headers, body=FORM), TWILIO)
    assert accepted(from_twilio(), TWILIO)


def test_twilio_with_and_without_the_port() -> None:
    for host in ("pytake.loja.example", "pytake.loja.example:443"):
        assert accepted(from_twilio(url=URL.replace("pytake.loja.example", host)), TWILIO)
    assert not accepted(from_twilio(url=URL.replace("example/", "example:444/")), TWILIO)
    ported = from_twilio().model_copy(update={"url": URL.replace("example/", "example:8443/")})
    assert accepted(ported, TWILIO)  # signed without it


def test_twilio_tokens_in_rotation() -> None:
    last_year = "twilio-auth-token-of-last-year"
    assert accepted(from_twilio(key=last_year), TWILIO)
    assert not accepted(from_twilio(key=last_year), changed(TWILIO, previous_auth_token=None))
    assert not accepted(from_twilio(key=""), TWILIO)


@pytest.mark.parametrize(
    "request_",
    [
        from_twilio(body=FORM + b"&New=1"),
        from_twilio(body=FORM.replace(b"mundo", b"mundos")),
        from_twilio(body=b"&".join(b"a=%d" % number for number in range(2000))),
        from_twilio(url=URL + "&more=1"),
        from_twilio(url=URL.replace("https", "http")),
        from_twilio(key="another"),
        WebhookRequest(url=URL, body=FORM),
        from_twilio().model_copy(update={"url": ""}),
        from_twilio().model_copy(update={"url": "http://[bad"}),
        WebhookRequest(url=URL, headers={twilio.HEADER: "\udcff"}, body=FORM),
    ],
)
def test_twilio_anything_else_is_refused(request_: WebhookRequest) -> None:
    assert not accepted(request_, TWILIO)


def with_hash(body: bytes, digest: str) -> WebhookRequest:
    url = f"{URL}&bodySHA256={digest}"
    made = twilio.sign(url, [], TWILIO.auth_token.get_secret_value())
    return WebhookRequest(url=url, headers={twilio.HEADER: made}, body=body)


def test_twilio_json_is_signed_by_its_hash() -> None:
    digest = hashlib.sha256(JSON).hexdigest()
    assert accepted(with_hash(JSON, digest), TWILIO)
    assert accepted(with_hash(JSON, digest.upper()), TWILIO)
    assert not accepted(with_hash(JSON + b" ", digest), TWILIO)
    assert not accepted(with_hash(JSON, ""), TWILIO)
    unsigned = with_hash(JSON, digest).model_copy(update={"headers": {}})
    assert not accepted(unsigned, TWILIO)
    made = twilio.sign(URL, [], TWILIO.auth_token.get_secret_value())
    assert not accepted(WebhookRequest(url=URL, headers={twilio.HEADER: made}, body=JSON), TWILIO)


def by_shared_key(algorithm: str, settings: str | None = None) -> WebhookRequest:
    key = "twilio-shared-key-of-nobody"
    known = algorithm if algorithm in twilio.ALGORITHMS else "HMAC_SHA256"
    made = twilio.sign(URL, PAIRS, key, known)
    named = settings or f"key=webhooks_sharedkey_1,algorithm={algorithm}"
    headers = {twilio.HEADER: made, twilio.SETTINGS_HEADER: named}
    return WebhookRequest(url=URL, headers=headers, body=FORM)


def test_twilio_shared_keys() -> None:
    assert accepted(by_shared_key("HMAC_SHA256"), TWILIO)
    assert accepted(by_shared_key("HMAC_SHA1"), TWILIO)
    assert accepted(by_shared_key("HMAC_SHA1", "key=webhooks_sharedkey_1"), TWILIO)
    assert not accepted(by_shared_key("HMAC_MD5"), TWILIO)
    assert not accepted(by_shared_key("HMAC_SHA256"), changed(TWILIO, shared_key=None))
    # The account's token is not the key, whatever the header says.
    settings = {twilio.SETTINGS_HEADER: "algorithm=HMAC_SHA1"}
    honest = from_twilio()
    named = honest.model_copy(update={"headers": {**honest.headers, **settings}})
    assert not accepted(named, TWILIO)


# --- a word that both know

TOKENS = [
    (ZENVIA, "zenvia-hook-of-nobody", True),
    (ZENVIA, "zenvia-hook-of-last-year", True),
    (ZENVIA, "another", False),
    (INFOBIP, "infobip-hook-of-nobody!!", True),
    (INFOBIP, "zenvia-hook-of-nobody", False),
    (changed(SINCH, signed=False), "sinch-secret-of-nobody", True),
    (SINCH, "sinch-secret-of-nobody", False),
]


@pytest.mark.parametrize(("account", "token", "good"), TOKENS)
def test_a_token_in_any_of_its_places(account: SmsAccount, token: str, good: bool) -> None:  # noqa: FBT001
    pair = base64.b64encode(f"anybody:{token}".encode()).decode()
    assert accepted(WebhookRequest(headers={"x-hook-token": token}), account) is good
    assert accepted(WebhookRequest(headers={"authorization": f"Basic {pair}"}), account) is good
    assert accepted(WebhookRequest(query={"token": token}), account) is good


@pytest.mark.parametrize(
    "header", ["", "Basic", "Basic ====", "Basic !!!", "Basic 4pyT", "Bearer x", "Basic \udcff"]
)
def test_no_token_at_all(header: str) -> None:
    request = WebhookRequest(headers={"authorization": header})
    assert not any(accepted(request, account) for account in (ZENVIA, INFOBIP, SINCH, VONAGE))


# --- Vonage


def from_vonage(body: bytes = JSON, *, token: str | None = None, **fields: Any) -> WebhookRequest:
    made = vonage_harness.token(body) if token is None else token
    known = {"headers": {"authorization": f"Bearer {made}"}, "body": body, "received_at": NOW}
    return WebhookRequest.model_validate(known | fields)


def test_vonage_tokens() -> None:
    assert accepted(from_vonage(), VONAGE)
    assert accepted(from_vonage(received_at=None), VONAGE)
    assert accepted(from_vonage(received_at=NOW - timedelta(minutes=4)), VONAGE)


def unsigned_token() -> str:
    head, claims, _ = vonage_harness.token(JSON, {"alg": "none"}).split(".")
    return f"{head}.{claims}."


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(from_vonage(received_at=LATE), id="old"),
        pytest.param(from_vonage(received_at=NOW - timedelta(minutes=6)), id="of the future"),
        pytest.param(from_vonage(token=vonage_harness.token(JSON + b" ")), id="another body"),
        pytest.param(from_vonage(token=vonage_harness.token(JSON)[:-1]), id="cut off"),
        pytest.param(from_vonage(token=unsigned_token()), id="no algorithm"),
        pytest.param(from_vonage(token=vonage_harness.token(JSON, {"alg": "HS512"})), id="HS512"),
        pytest.param(from_vonage(token=vonage_harness.token(JSON, api_key="k2")), id="another's"),
        pytest.param(from_vonage(token=vonage_harness.token(JSON, iat=None)), id="no time"),
        pytest.param(
            from_vonage(token=vonage_harness.token(JSON, payload_hash=None)), id="no hash"
        ),
        pytest.param(from_vonage(token=""), id="empty"),
        pytest.param(from_vonage(token="a.b"), id="two parts"),
        pytest.param(from_vonage(token="é.é.é"), id="not ASCII"),
        pytest.param(from_vonage(headers={}), id="none"),
    ],
)
def test_vonage_other_tokens_are_refused(request_: WebhookRequest) -> None:
    assert not accepted(request_, VONAGE)


SMS_FIELDS = {
    "msisdn": "5511955500101",
    "to": "28450",
    "messageId": "0B1",
    "text": "a=b & c",
    "empty": "",
    "timestamp": str(int(NOW.timestamp())),
    "nonce": "n-1",
}
METHODS: list[SignatureMethod] = ["md5hash", "md5", "sha1", "sha256", "sha512"]


def signed_fields(method: SignatureMethod = "sha256", **changes: str) -> dict[str, str]:
    made = sign_parameters(SMS_FIELDS, VONAGE.signature_secret.get_secret_value(), method)
    return {**SMS_FIELDS, "sig": made, **changes}


@pytest.mark.parametrize("method", METHODS)
def test_vonage_parameters_in_each_way(method: SignatureMethod) -> None:
    account = changed(VONAGE, signature_method=method)
    fields = signed_fields(method)
    shouted = signed_fields(method, sig=fields["sig"].upper())
    for given in (fields, shouted):
        ways = [
            WebhookRequest(method="GET", query=given, received_at=NOW),
            WebhookRequest(body=urlencode(given).encode(), received_at=NOW),
            WebhookRequest(body=json.dumps(given).encode(), received_at=NOW),
        ]
        assert all(accepted(request, account) for request in ways)
    others: list[SignatureMethod] = [other for other in METHODS if other != method]
    assert not any(
        accepted(WebhookRequest(method="GET", query=signed_fields(other)), account)
        for other in others
    )


@pytest.mark.parametrize(
    ("fields", "now"),
    [
        pytest.param(signed_fields(), LATE, id="old"),
        pytest.param(signed_fields(text="a=b & d"), NOW, id="changed"),
        pytest.param(signed_fields(more="1"), NOW, id="more"),
        pytest.param(signed_fields(sig=""), NOW, id="unsigned"),
        pytest.param(signed_fields(timestamp=""), NOW, id="no time"),
        pytest.param({}, NOW, id="nothing"),
    ],
)
def test_vonage_other_parameters_are_refused(fields: dict[str, str], now: datetime) -> None:
    assert not accepted(WebhookRequest(method="GET", query=fields, received_at=now), VONAGE)


# --- Sinch

BODY = b'{"type": "mo_text"}'


def from_sinch(body: bytes = BODY, **changes: str | None) -> WebhookRequest:
    headers: dict[str, str | None] = {**sinch_harness.sign(body)}
    headers |= {
        f"{sinch.HEADER}{name.rstrip('_') and '-' + name}": v for name, v in changes.items()
    }
    kept = {name: value for name, value in headers.items() if value is not None}
    return WebhookRequest(headers=kept, body=BODY, received_at=NOW)


def test_sinch_signatures() -> None:
    assert accepted(from_sinch(), SINCH)
    assert accepted(from_sinch(algorithm="HmacSHA256"), SINCH)
    assert accepted(from_sinch().model_copy(update={"received_at": None}), SINCH)


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(from_sinch(BODY + b" "), id="another body"),
        pytest.param(from_sinch(nonce="other"), id="another nonce"),
        pytest.param(from_sinch(nonce=None), id="no nonce"),
        pytest.param(from_sinch(timestamp="1772474651"), id="another time"),
        pytest.param(from_sinch(timestamp=None), id="no time"),
        pytest.param(from_sinch(algorithm="HmacSHA1"), id="another algorithm"),
        pytest.param(from_sinch(_=""), id="no signature"),
        pytest.param(from_sinch().model_copy(update={"received_at": LATE}), id="old"),
    ],
)
def test_sinch_anything_else_is_refused(request_: WebhookRequest) -> None:
    assert not accepted(request_, SINCH)


def test_sinch_secrets_in_rotation() -> None:
    old = changed(SINCH, webhook_secret="sinch-secret-of-tomorrow")
    assert not accepted(from_sinch(), old)
    assert accepted(from_sinch(), changed(old, previous_webhook_secret="sinch-secret-of-nobody"))


def test_sinch_news_of_numbers_is_signed_another_way() -> None:
    made = hmac.new(b"sinch-secret-of-nobody", BODY, hashlib.sha1).hexdigest()
    assert accepted(WebhookRequest(headers={sinch.NUMBERS_HEADER: made}, body=BODY), SINCH)
    for wrong in ("", made[:-1], "0" * 40):
        request = WebhookRequest(headers={sinch.NUMBERS_HEADER: wrong}, body=BODY)
        assert not accepted(request, SINCH)
