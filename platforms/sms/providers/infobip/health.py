"""Whether an Infobip key works.

https://www.infobip.com/docs/api/platform/account-management/get-account-balance
https://www.infobip.com/docs/developer-resources/authentication-and-access/authorization-and-scopes
"""

from http import HTTPStatus

import httpx

from domain.errors import ChannelUnauthorized
from platforms.abilities import Health
from platforms.reading import as_number, as_object, as_text
from platforms.sms.asking import ask
from platforms.sms.providers.infobip.account import InfobipAccount
from platforms.sms.providers.infobip.errors import refusal

_KNOWN = frozenset({"FORBIDDEN", "E403", str(int(HTTPStatus.FORBIDDEN))})


async def check(client: httpx.AsyncClient, account: InfobipAccount, webhook_url: str) -> Health:
    """Receipts come to the address that each send names; where messages go, only the portal knows.

    A key for sending alone is known, and may not ask for the balance: that is no fault. Raises a `DeliveryError`.
    """
    try:
        url = f"{account.api_base}/account/1/balance"
        told = as_object(await ask(client, account, url, refusal))
    except ChannelUnauthorized as error:
        if error.vendor_code not in _KNOWN:
            raise
        return Health(notes={"balance": f"cannot be asked: {error.detail}"})
    amount, currency = as_number(told.get("balance")), as_text(told.get("currency")) or ""
    return Health(notes={"balance": f"{amount} {currency}".strip()} if amount is not None else {})
