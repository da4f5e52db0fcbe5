"""How Meta writes and signs a webhook.

https://developers.facebook.com/docs/graph-api/webhooks/getting-started#validate-payloads
"""

import hashlib
import hmac
import json
from typing import Any


def serialise(body: Any) -> bytes:
    r"""JSON as Meta writes it: non-ASCII as `\uXXXX`, `/` as `\/`. A string is taken as it is."""
    if isinstance(body, str):
        return body.encode()
    return json.dumps(body, separators=(",", ":")).replace("/", "\\/").encode()


def signature(app_secret: str, body: bytes) -> dict[str, str]:
    digest = hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()
    return {"x-hub-signature-256": f"sha256={digest}"}
