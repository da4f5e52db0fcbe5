"""How the contract test speaks for WhatsApp: its account and its signatures."""

from platforms.meta import graph
from tests.platforms.whatsapp import support

ACCOUNT = support.ACCOUNT
BATCH = "entry"


def sign(body: bytes) -> dict[str, str]:
    """The headers under which Meta posts this body."""
    return {graph.SIGNATURE_HEADER: graph.sign(body, ACCOUNT.app_secret.get_secret_value())}
