"""The demo tenant's accounts at the simulated platforms: not secret, and worth nothing anywhere else."""

from typing import Any, NamedTuple
from uuid import UUID

from simulator.client import SimulatorClient
from simulator.schemas import TelegramAccount, WhatsAppAccount


class DemoChannel(NamedTuple):
    """One demo channel: its fixed id, and its settings without the simulator's address."""

    id: UUID
    platform: str
    name: str
    account_id: str
    account: dict[str, Any]


WHATSAPP = DemoChannel(
    id=UUID("0198a000-0000-7000-8000-0000000000a1"),
    platform="whatsapp",
    name="Demo WhatsApp",
    account_id="550100200300",
    account={
        "phone_number_id": "550100200300",
        "waba_id": "550100200301",
        "access_token": "demo-whatsapp-access-token",
        "app_secret": "demo-whatsapp-app-secret",
        "verify_token": "demo-whatsapp-verify-token",
    },
)
TELEGRAM = DemoChannel(
    id=UUID("0198a000-0000-7000-8000-0000000000a2"),
    platform="telegram",
    name="Demo Telegram",
    account_id="700100200",
    account={
        "token": "700100200:demo-telegram-token",
        "secret_token": "demo-telegram-secret",
        "username": "pytake_demo_bot",
    },
)
WEBCHAT = DemoChannel(
    id=UUID("0198a000-0000-7000-8000-0000000000a3"),
    platform="webchat",
    name="Demo web chat",
    account_id="demo",
    account={"inbox": "demo", "secret": "demo-webchat-secret-of-the-demo-only"},
)

CHANNELS = (WHATSAPP, TELEGRAM, WEBCHAT)


def settings_at(channel: DemoChannel, simulator_url: str) -> dict[str, Any]:
    """The channel's settings, pointing at the simulator where its platform is simulated."""
    if channel is WEBCHAT:
        return channel.account
    return {**channel.account, "api_base": f"{simulator_url}/{channel.platform}"}


async def register(simulator: SimulatorClient, api_url: str) -> None:
    """Tell a simulator that has just started about the accounts, and where their webhooks go."""
    await simulator.put_whatsapp_account(
        WHATSAPP.account_id,
        WhatsAppAccount(
            access_token=WHATSAPP.account["access_token"],
            app_secret=WHATSAPP.account["app_secret"],
            verify_token=WHATSAPP.account["verify_token"],
            webhook_url=f"{api_url}/api/webhooks/whatsapp/{WHATSAPP.id}",
            trusting=True,
        ),
    )
    await simulator.put_telegram_account(
        TELEGRAM.account_id,
        TelegramAccount(
            token=TELEGRAM.account["token"],
            secret_token=TELEGRAM.account["secret_token"],
            username=TELEGRAM.account["username"],
            webhook_url=f"{api_url}/api/webhooks/telegram/{TELEGRAM.id}",
            trusting=True,
        ),
    )
