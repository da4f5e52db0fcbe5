"""How the contract test speaks for Slack: its account, and the headers that prove a body."""

from pydantic import SecretStr

from platforms.slack.account import SlackAccount
from platforms.slack.inbound import SIGNATURE_HEADER, TIMESTAMP_HEADER
from platforms.slack.inbound import sign as signature

ACCOUNT = SlackAccount(
    team_id="T07LUMINAR1",
    app_id="A07LUMINAR1",
    bot_token=SecretStr("bot-token-of-nobody-700"),
    signing_secret=SecretStr("signing-secret-of-nobody"),
    client_id="7007.1",
    client_secret=SecretStr("client-secret-of-nobody"),
    refresh_token=SecretStr("refresh-token-of-nobody"),
)
SIGNED_AT = 1785586200


def sign(body: bytes, at: int = SIGNED_AT) -> dict[str, str]:
    """The headers under which Slack posts this body at that second."""
    made = signature(body, str(at), ACCOUNT.signing_secret.get_secret_value())
    return {TIMESTAMP_HEADER: str(at), SIGNATURE_HEADER: made}
