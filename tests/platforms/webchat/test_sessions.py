"""Session tokens and allowed origins."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest
from pydantic import SecretStr

from domain.errors import SignatureInvalid
from platforms.webchat import sessions
from platforms.webchat.account import WebchatAccount, origin_allowed
from tests.platforms.webchat.harness import ACCOUNT

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
SITE = "https://loja.example"


def test_a_token_names_its_visitor_inbox_and_site() -> None:
    claims = sessions.read(ACCOUNT, sessions.issue(ACCOUNT, "v-1", SITE, NOW), NOW)
    assert (claims.visitor_id, claims.inbox, claims.origin) == ("v-1", "wi_loja", SITE)
    assert (claims.issued_at, claims.expires_at) == (NOW, NOW + timedelta(minutes=15))


@pytest.mark.parametrize(
    ("ttl", "later", "good"),
    [
        (sessions.TTL, timedelta(minutes=14, seconds=59), True),
        (sessions.TTL, timedelta(minutes=15), False),
        (timedelta(hours=1), timedelta(minutes=59), True),
    ],
)
def test_a_token_is_good_until_it_is_over(ttl: timedelta, later: timedelta, good: bool) -> None:  # noqa: FBT001  a table's column
    token = sessions.issue(ACCOUNT, "v-1", SITE, NOW, ttl)
    if good:
        assert sessions.read(ACCOUNT, token, NOW + later).visitor_id == "v-1"
    else:
        with pytest.raises(SignatureInvalid, match="over"):
            sessions.read(ACCOUNT, token, NOW + later)


def _claims(**changes: object) -> dict[str, object]:
    exp = int((NOW + timedelta(minutes=5)).timestamp())
    base: dict[str, object] = {
        "aud": "webchat",
        "sub": "v-1",
        "inbox": "wi_loja",
        "origin": SITE,
        "iat": int(NOW.timestamp()),
        "exp": exp,
    }
    return {name: value for name, value in {**base, **changes}.items() if value is not None}


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "api"},
        {"aud": None},
        {"inbox": "wi_other"},
        {"inbox": None},
        {"sub": None},
        {"exp": None},
        {"exp": 10**18},
        {"origin": None},
    ],
    ids=str,
)
def test_a_token_with_other_claims_is_refused(changes: dict[str, object]) -> None:
    token = jwt.encode(_claims(**changes), sessions._key(ACCOUNT), algorithm="HS256")
    with pytest.raises(SignatureInvalid):
        sessions.read(ACCOUNT, token, NOW)


def test_a_token_of_another_key_or_none_is_refused() -> None:
    other = ACCOUNT.model_copy(update={"secret": SecretStr("another secret")})
    unsigned = jwt.encode(_claims(), "", algorithm="none")
    for token in (sessions.issue(other, "v-1", SITE, NOW), unsigned, "", "a.b.c", "x" * 50):
        with pytest.raises(SignatureInvalid):
            sessions.read(ACCOUNT, token, NOW)


@pytest.mark.parametrize(
    ("allowed", "origin", "expected"),
    [
        ([], "https://anything.example", True),
        (["https://loja.example"], "https://loja.example", True),
        (["https://Loja.example/"], "https://loja.example:443", True),
        (["https://loja.example"], "http://loja.example", False),
        (["https://loja.example"], "https://loja.example:8443", False),
        (["https://loja.example"], "https://loja.example.evil.example", False),
        (["http://localhost:5173"], "http://localhost:5173", True),
        (["*.loja.example"], "https://www.loja.example", True),
        (["*.loja.example"], "https://a.b.LOJA.example", True),
        (["*.loja.example"], "https://loja.example", False),
        (["*.loja.example"], "https://evilloja.example", False),
        (["*.loja.example"], "http://www.loja.example", False),
        (["https://a.example", "https://b.example"], "https://b.example", True),
        (["https://loja.example"], "null", False),
        (["https://loja.example"], "", False),
        (["https://loja.example"], "https://loja.example:99999", False),
        (["https://loja.example"], "https://loja.example/path", False),
    ],
)
def test_only_listed_origins_are_allowed(allowed: list[str], origin: str, expected: bool) -> None:  # noqa: FBT001  a table's column
    account = WebchatAccount(inbox="i", secret=SecretStr("s" * 32), allowed_origins=allowed)
    assert origin_allowed(account, origin) is expected
