"""A platform of several providers: whose body it is, the channel says; some deliver by GET; some sign the address."""

import time
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from cli.demo import TENANT_ID
from platforms.sms.providers.twilio import signature
from platforms.sms.providers.vonage.signature import sign_parameters
from storage.channels import Channel
from tests.api.test_webhooks import messages_of, recorded
from tests.stack import Stack


async def connect(stack: Stack, sender: str, **account: Any) -> Channel:
    channel = Channel(
        id=uuid4(),
        tenant_id=TENANT_ID,
        platform="sms",
        name=f"SMS {sender}",
        account_id=sender,
        account={"sender": sender, **account},
    )
    return await stack.services.channels.add(channel)


async def test_a_signature_over_the_public_address(shared_stack: Stack) -> None:
    token = "twilio-token-of-the-api-test"
    channel = await connect(
        shared_stack, "+5511955500110", provider="twilio", account_sid="AC1", auth_token=token
    )
    fields = {"MessageSid": "SM-api-1", "From": "+5511955500111", "To": "+5511955500110"}
    body = urlencode({**fields, "Body": "olá"})
    path = f"/api/webhooks/sms/{channel.id}?x=%20"
    kind = {"content-type": "application/x-www-form-urlencoded"}

    def proof(base: str) -> dict[str, str]:
        made = signature.sign(f"{base}{path}", {**fields, "Body": "olá"}.items(), token)
        return {**kind, signature.HEADER: made}

    elsewhere = proof("https://elsewhere.example")
    refused = await shared_stack.http.post(path, content=body, headers=elsewhere)
    assert refused.status_code == 401
    public = proof(shared_stack.settings.base_url)
    taken = await shared_stack.http.post(path, content=body, headers=public)
    assert (taken.status_code, taken.text) == (200, "<Response/>")
    assert taken.headers["content-type"].startswith("text/xml")
    await recorded(shared_stack, "+5511955500111", 1)


async def test_a_delivery_by_get(shared_stack: Stack) -> None:
    secret = "vonage-signature-of-the-api-test"
    channel = await connect(
        shared_stack,
        "28451",
        provider="vonage",
        api_key="k1",
        api_secret="vonage-secret-of-the-api-test",
        signature_secret=secret,
    )
    path = f"/api/webhooks/sms/{channel.id}"
    assert (await shared_stack.http.get(path)).status_code == 200
    fields = {
        "msisdn": "5511955500112",
        "to": "28451",
        "messageId": "0B-api-1",
        "text": "oi & tchau",
    }
    fields["timestamp"] = str(int(time.time()))
    unsigned = await shared_stack.http.get(path, params=fields)
    assert unsigned.status_code == 401
    signed = {**fields, "sig": sign_parameters(fields, secret, "sha256")}
    assert (await shared_stack.http.get(path, params=signed)).status_code == 200
    await recorded(shared_stack, "+5511955500112", 1)
    assert (await shared_stack.http.get(path, params=signed)).status_code == 200
    assert await messages_of(shared_stack, "+5511955500112") == 1


async def test_a_new_channel_asks_for_receipts_at_its_own_address(shared_stack: Stack) -> None:
    admin = await shared_stack.sign_in("admin@demo.example")
    account = {
        "provider": "zenvia",
        "sender": "loja-nova",
        "api_token": "a token of nobody",
        "webhook_token": "a webhook token of nobody, long enough",
    }
    made = await admin.post(
        "/api/v1/channels", json={"platform": "sms", "name": "New", "account": account}
    )
    assert made.status_code == 201, made.text
    stored = await shared_stack.services.channels.find(UUID(made.json()["id"]))
    assert stored is not None
    assert stored.account["callback_url"] == made.json()["webhook_url"]
    await admin.aclose()
