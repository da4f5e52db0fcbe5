"""Only Microsoft's own token for this bot, in time and for the service of the body, proves a body."""

import base64
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from domain.errors import SignatureInvalid
from platforms.base import WebhookRequest
from platforms.teams.account import ANY_TENANT, TeamsAccount
from platforms.teams.platform import Teams
from tests.platforms.teams.harness import ACCOUNT, KEY, KEYS, KID, SERVICE, SIGNED_AT, jwk
from tests.platforms.teams.support import activity

NOW = datetime.fromtimestamp(SIGNED_AT, UTC)
CLAIMS: dict[str, Any] = {
    "iss": "https://api.botframework.com",
    "aud": ACCOUNT.app_id,
    "serviceurl": SERVICE,
    "nbf": SIGNED_AT - 60,
    "exp": SIGNED_AT + 3600,
}
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def signed(key: Any = KEY, algorithm: str = "RS256", kid: str = KID, **claims: Any) -> str:
    told = {name: value for name, value in (CLAIMS | claims).items() if value is not None}
    return jwt.encode(told, key, algorithm=algorithm, headers={"kid": kid})


def verify(
    token: str,
    body: Any = None,
    account: TeamsAccount = ACCOUNT,
    keys: dict[str, Any] | None = None,
    scheme: str = "Bearer",
) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body or activity()).encode()
    request = WebhookRequest(
        headers={"authorization": f"{scheme} {token}"},
        body=raw,
        received_at=NOW,
        keys=KEYS if keys is None else keys,
    )
    Teams().verify(request, account)


def refused(*args: Any, **options: Any) -> str:
    with pytest.raises(SignatureInvalid) as caught:
        verify(*args, **options)
    return str(caught.value)


def test_a_token_of_microsoft_is_taken() -> None:
    verify(signed())
    verify(signed(), scheme="bearer")


@pytest.mark.parametrize("named", [SERVICE.rstrip("/"), SERVICE.upper(), f"{SERVICE}/"])
def test_services_are_compared_without_case_and_slash(named: str) -> None:
    verify(signed(serviceurl=named))


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"},
        {"iss": "https://login.microsoftonline.com/d6d49420-f39b-4df7-a1dc-d59a935871db/v2.0"},
        {"iss": "https://api.botframework.us"},
        {"iss": None},
        {"aud": "another-bot"},
        {"aud": None},
        {"exp": None},
        {"exp": SIGNED_AT - 301},
        {"nbf": SIGNED_AT + 301},
        {"serviceurl": None},
        {"serviceurl": "https://evil.example/"},
        {"serviceurl": "", "serviceUrl": SERVICE},
    ],
    ids=str,
)
def test_what_a_token_must_say(claims: dict[str, Any]) -> None:
    refused(signed(**claims))


def test_clocks_may_differ_by_five_minutes() -> None:
    verify(signed(exp=SIGNED_AT - 299))
    verify(signed(nbf=SIGNED_AT + 299))


def test_a_time_that_is_no_number() -> None:
    odds: list[Any] = ["soon", [1], {}, 1e400]
    for odd in odds:
        refused(signed(exp=odd))
        refused(signed(nbf=odd))


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_another_key() -> None:
    refused(signed(OTHER_KEY))
    assert refused(signed(kid="unknown")) == "signed with a key that is not published"
    refused(signed(), keys={})
    refused(signed(), keys={KID: {"kty": "EC", "kid": KID}})
    refused(signed(), keys={KID: "not a key"})


def test_keys_that_rotate() -> None:
    verify(signed(kid="next"), keys={KID: jwk(), "next": jwk(kid="next")})


def test_no_other_algorithm() -> None:
    unsigned = f"{_part({'alg': 'none', 'kid': KID})}.{_part(CLAIMS)}."
    refused(unsigned)
    # The public key, taken for a shared secret.
    head = f"{_part({'alg': 'HS256', 'kid': KID})}.{_part(CLAIMS)}"
    secret = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    mac = hmac.digest(secret, head.encode(), "sha256")
    refused(f"{head}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}")
    refused(signed(algorithm="RS512"))


@pytest.mark.parametrize("endorsements", [(), ("webchat", "skype")])
def test_a_key_must_be_good_for_teams(endorsements: tuple[str, ...]) -> None:
    keys = {KID: jwk(endorsements)}
    assert "not endorsed" in refused(signed(), keys=keys)
    refused(signed(), keys={KID: {**jwk(), "endorsements": "msteams"}})


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic eA==", "Bearer x", "Bearer é"])
def test_headers_that_hold_no_token(header: str) -> None:
    scheme, _, token = header.partition(" ")
    refused(token, scheme=scheme)


@pytest.mark.parametrize(
    "body",
    [b"", b"hello", b"[]", b"[7]", b"{}", {"type": "message"}, activity(serviceUrl=None)],
    ids=str,
)
def test_a_body_must_name_the_service(body: Any) -> None:
    refused(signed(), body or b"{}")


def test_every_activity_of_a_list_must() -> None:
    verify(signed(), [activity(), activity(id="2")])
    refused(signed(), [activity(), activity(serviceUrl="https://evil.example/")])


def test_another_channel() -> None:
    refused(signed(), activity(channelId="emulator"))


def _of(tenant: str) -> dict[str, Any]:
    return activity(channelData={"tenant": {"id": tenant}})


def test_tenants() -> None:
    """A bot of one directory hears it, and those it is told to; one of many hears all unless it is told whom."""
    verify(signed(), _of(ACCOUNT.tenant_id.upper()))
    refused(signed(), _of("stranger"))
    refused(signed(), activity(conversation={"id": "a:1", "tenantId": "stranger"}))
    more = ACCOUNT.model_copy(update={"allowed_tenants": ("Partner",)})
    verify(signed(), _of("partner"), more)
    verify(signed(), _of(ACCOUNT.tenant_id), more)
    many = ACCOUNT.model_copy(update={"tenant_id": ANY_TENANT})
    verify(signed(), _of("stranger"), many)
    some = many.model_copy(update={"allowed_tenants": ("partner",)})
    verify(signed(), _of("partner"), some)
    refused(signed(), _of("stranger"), some)


def test_the_government_has_another_issuer() -> None:
    gov = ACCOUNT.model_copy(update={"cloud": "gcc_high"})
    verify(signed(iss="https://api.botframework.us"), account=gov)
    refused(signed(), account=gov)


def test_no_detail_repeats_a_token() -> None:
    token = signed(aud="another-bot")
    assert token not in refused(token)
