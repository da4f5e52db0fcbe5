"""How the contract test speaks for LinkedIn: its account, and the header that proves a body."""

from pydantic import SecretStr

from platforms.linkedin.account import LinkedInAccount
from platforms.linkedin.inbound import SIGNATURE_HEADER
from platforms.linkedin.inbound import sign as signature

ACCOUNT = LinkedInAccount(
    actor="urn:li:organization:7700042",
    access_token=SecretStr("token-of-nobody-0007"),
    client_secret=SecretStr("client-secret-of-nobody"),
    partner_access=True,
)
RENEWING = ACCOUNT.model_copy(
    update={"client_id": "77abc", "refresh_token": SecretStr("refresh-token-of-nobody")}
)
BATCH = "notifications"


def sign(body: bytes) -> dict[str, str]:
    """The header under which LinkedIn posts this body."""
    return {SIGNATURE_HEADER: signature(body, ACCOUNT.client_secret.get_secret_value())}
