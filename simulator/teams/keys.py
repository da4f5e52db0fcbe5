"""The keys that Microsoft signs webhooks with: published, and changed from time to time.

https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
"""

import json
import secrets
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from fastapi import APIRouter
from jwt.algorithms import RSAAlgorithm
from pydantic import Field

from simulator import clock
from simulator.schemas import Order
from simulator.state import Sim
from simulator.teams.account import TeamsAccount

ISSUER = "https://api.botframework.com"
ALGORITHM = "RS256"
LIFE, SKEW = 3600, 300
ENDORSED = ("msteams", "skype", "webchat", "directline")

router = APIRouter(include_in_schema=False)
control = APIRouter(prefix="/control/teams")


@dataclass(frozen=True)
class SigningKey:
    """One key, and the channels that it may sign for."""

    id: str
    private: RSAPrivateKey
    endorsements: tuple[str, ...]

    @property
    def published(self) -> dict[str, Any]:
        """The public half as a JWK."""
        public = json.loads(RSAAlgorithm.to_jwk(self.private.public_key()))
        named = {"kid": self.id, "x5t": self.id, "endorsements": list(self.endorsements)}
        return {"kty": public["kty"], "use": "sig", **named, "n": public["n"], "e": public["e"]}


def _new(endorsements: tuple[str, ...]) -> SigningKey:
    private = generate_private_key(public_exponent=65537, key_size=2048)
    return SigningKey(secrets.token_urlsafe(20), private, endorsements)


class SigningKeys:
    """What is published, the newest first: that one signs."""

    def __init__(self) -> None:
        self.published = [_new(ENDORSED)]

    def change(self, endorsements: tuple[str, ...], *, keep_old: bool) -> None:
        self.published = [_new(endorsements), *(self.published if keep_old else [])]

    def bearer(self, app_id: str, service_url: str) -> str:
        """The proof of a webhook for that bot, from the service that its body names."""
        now, key = int(clock.unix()), self.published[0]
        claims = {
            "serviceurl": service_url,
            "nbf": now - SKEW,
            "exp": now + LIFE,
            "iss": ISSUER,
            "aud": app_id,
        }
        named = {"kid": key.id, "x5t": key.id}
        return f"Bearer {jwt.encode(claims, key.private, algorithm=ALGORITHM, headers=named)}"

    def proof(self, app_id: str, account: TeamsAccount, body: bytes) -> dict[str, str]:
        return {"authorization": self.bearer(app_id, _service_of(body) or account.service_url)}


def _service_of(body: bytes) -> str | None:
    try:
        activity = json.loads(body)
    except (ValueError, RecursionError):
        return None
    named = activity.get("serviceUrl") if isinstance(activity, dict) else None
    return named if isinstance(named, str) else None


class KeyChange(Order):
    """How the next key replaces the one that signs now."""

    keep_old: bool = True
    """Whether the old one stays published for a while."""
    endorsements: tuple[str, ...] = Field(default=ENDORSED)


@router.get("/teams/v1/.well-known/keys")
async def keys(simulation: Sim) -> dict[str, Any]:
    return {"keys": [key.published for key in simulation.part(SigningKeys).published]}


@control.post("/signing_key")
async def change_key(change: KeyChange, simulation: Sim) -> dict[str, Any]:
    """Webhooks are signed with a new key from now on, redeliveries as well."""
    known = simulation.part(SigningKeys)
    known.change(change.endorsements, keep_old=change.keep_old)
    ids = [key.id for key in known.published]
    return {"kid": ids[0], "published": ids}
