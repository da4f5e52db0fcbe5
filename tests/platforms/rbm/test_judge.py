"""Google's own library as the judge of our claims: it makes the same one, and takes ours for good."""

import time
from typing import Any

import jwt as pyjwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from platforms.rbm.tokens import SCOPE, assertion
from tests.platforms.rbm.harness import ACCOUNT, KEY, PEM

service_account = pytest.importorskip("google.oauth2.service_account")
google_jwt = pytest.importorskip("google.auth.jwt")

FILE = {
    "type": "service_account",
    "project_id": "luminaria-demo",
    "private_key_id": ACCOUNT.private_key_id,
    "private_key": PEM,
    "client_email": ACCOUNT.client_email,
    "token_uri": ACCOUNT.token_uri,
}
PUBLIC = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def test_google_takes_our_claim() -> None:
    claims: dict[str, Any] = google_jwt.decode(
        assertion(ACCOUNT, time.time()), certs=PUBLIC, audience=ACCOUNT.token_uri
    )
    assert claims["iss"] == ACCOUNT.client_email


def test_google_makes_the_same_claim() -> None:
    theirs = service_account.Credentials.from_service_account_info(FILE, scopes=[SCOPE])
    made = theirs._make_authorization_grant_assertion()
    ours = assertion(ACCOUNT, time.time())
    claims = [
        pyjwt.decode(claim, KEY.public_key(), ["RS256"], audience=ACCOUNT.token_uri)
        for claim in (made, ours)
    ]
    times = {"iat", "exp"}
    shown = [{key: value for key, value in each.items() if key not in times} for each in claims]
    assert shown[0] == shown[1]
    assert claims[0]["exp"] - claims[0]["iat"] == claims[1]["exp"] - claims[1]["iat"]
    assert pyjwt.get_unverified_header(made) == pyjwt.get_unverified_header(ours)
