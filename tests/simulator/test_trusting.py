"""A trusting account takes every address for a customer; any other refuses strangers."""

import httpx

from simulator.app import create_app
from simulator.client import SimulatorClient
from simulator.schemas import WhatsAppAccount
from tests.simulator.harness import APP_SECRET, PHONE_ID, VERIFY_TOKEN, WA_TOKEN, serving


async def _send(url: str) -> httpx.Response:
    body = {
        "messaging_product": "whatsapp",
        "to": "+5511987650002",
        "type": "text",
        "text": {"body": "Hello"},
    }
    async with httpx.AsyncClient() as client:
        return await client.post(
            f"{url}/whatsapp/v25.0/{PHONE_ID}/messages",
            json=body,
            headers={"authorization": f"Bearer {WA_TOKEN}"},
        )


async def test_strangers_are_refused_unless_the_account_trusts() -> None:
    account = WhatsAppAccount(
        access_token=WA_TOKEN,
        app_secret=APP_SECRET,
        verify_token=VERIFY_TOKEN,
        webhook_url="http://127.0.0.1:9/none",
    )
    async with serving(create_app()) as (url,), SimulatorClient(url) as control:
        await control.put_whatsapp_account(PHONE_ID, account)
        refused = await _send(url)
        assert refused.json()["error"]["code"] == 131047
        trusting = account.model_copy(update={"trusting": True})
        await control.put_whatsapp_account(PHONE_ID, trusting)
        assert (await _send(url)).status_code == 200
