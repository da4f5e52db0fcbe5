"""Whether a Sinch plan's token works.

https://developers.sinch.com/docs/sms/api-reference/sms/batches/listbatches
"""

import httpx

from platforms.abilities import Health
from platforms.sms.asking import ask
from platforms.sms.providers.sinch.account import SinchAccount
from platforms.sms.providers.sinch.errors import refusal


async def check(client: httpx.AsyncClient, account: SinchAccount, webhook_url: str) -> Health:
    """Receipts come to the address that each send names; where messages go, only the dashboard knows.

    Raises a `DeliveryError`.
    """
    await ask(client, account, account.batches_url, refusal, {"page_size": "1"})
    return Health(name=f"plan {account.service_plan_id}")
