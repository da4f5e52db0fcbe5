"""How the contract test speaks for Teams: a bot, a key made here that stands for Microsoft's, and its tokens."""

import json
from functools import cache
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from pydantic import SecretStr

from platforms.teams.account import TeamsAccount

KID = "key-of-nobody"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SERVICE = "https://smba.trafficmanager.net/br/"
SIGNED_AT = 1785585600
TOKEN = "access-token-of-nobody-0100"

ACCOUNT = TeamsAccount(
    app_id="7c4e2f10-5a6b-4c8d-9e0f-1a2b3c4d5e6f",
    tenant_id="0d9b7a54-3c21-4f6e-8d7c-6b5a49382716",
    client_secret=SecretStr("client-secret-of-nobody"),
)
BATCH = ""


def jwk(endorsements: tuple[str, ...] = ("msteams", "webchat"), kid: str = KID) -> dict[str, Any]:
    """The public half, as Microsoft publishes it."""
    made = json.loads(RSAAlgorithm.to_jwk(KEY.public_key()))
    return {**made, "kid": kid, "use": "sig", "endorsements": list(endorsements)}


KEYS = {KID: jwk()}


@cache
def bearer(service: str = SERVICE, at: int = SIGNED_AT, kid: str = KID) -> str:
    claims = {
        "iss": "https://api.botframework.com",
        "aud": ACCOUNT.app_id,
        "serviceurl": service,
        "nbf": at - 60,
        "exp": at + 3600,
    }
    return f"Bearer {jwt.encode(claims, KEY, algorithm='RS256', headers={'kid': kid})}"


def sign(body: bytes, at: int = SIGNED_AT) -> dict[str, str]:
    """The header under which Microsoft posts this body: good for the service that it names."""
    return {"authorization": bearer(_service_of(body), at)}


def _service_of(body: bytes) -> str:
    try:
        activity = json.loads(body)
    except (ValueError, RecursionError):
        return SERVICE
    first = activity[0] if isinstance(activity, list) and activity else activity
    named = first.get("serviceUrl") if isinstance(first, dict) else None
    fits = isinstance(named, str) and named.isascii()
    return named if fits and isinstance(named, str) else SERVICE


def token(request: httpx.Request) -> httpx.Response | None:
    """The token endpoint's answer; None for every other request."""
    if request.url.host != "login.microsoftonline.com":
        return None
    return httpx.Response(200, json={"access_token": TOKEN, "expires_in": 3599})


token_answer = token
"""The name under which the contract test looks for it."""
