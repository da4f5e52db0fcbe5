"""How the contract test speaks for RCS: its agent with a key made here, its signature, its token endpoint."""

import httpx
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pydantic import SecretStr

from platforms.rbm.account import RbmAccount
from platforms.rbm.inbound import SIGNATURE_HEADER
from platforms.rbm.inbound import sign as signature

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
TOKEN = "token-of-nobody-0007"

ACCOUNT = RbmAccount(
    agent_id="luminaria_demo@rbm.goog",
    client_email="rbm@luminaria-demo.iam.gserviceaccount.com",
    private_key=SecretStr(PEM),
    private_key_id="key-of-nobody",
    client_token=SecretStr("CLIENTTOKENOFNOBODY"),
)
BATCH = ""
ALONE = ("webhook_check.json",)


def sign(body: bytes) -> dict[str, str]:
    """The header under which Google posts this body."""
    return {SIGNATURE_HEADER: signature(body, ACCOUNT.client_token.get_secret_value())}


def token_answer(request: httpx.Request) -> httpx.Response | None:
    """The token endpoint's answer; None for every other request."""
    if str(request.url) != ACCOUNT.token_uri:
        return None
    return httpx.Response(200, json={"access_token": TOKEN, "expires_in": 3600})
