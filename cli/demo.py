"""The demo tenant: who works there, which flow greets, and how to try it."""

import json
from pathlib import Path
from uuid import UUID

from pwdlib import PasswordHash

from flows.model import content_hash
from flows.validate import validate
from settings import Settings
from simulator import demo
from simulator.client import SimulatorClient
from storage import seeding

TENANT_ID = UUID("0198a000-0000-7000-8000-000000000001")
PASSWORD = "demo-password"  # noqa: S105  of the demo only, and shown to everybody who runs it
PEOPLE = {
    "admin@demo.example": ("Dora Admin", "administrator"),
    "ana@demo.example": ("Ana Agent", "agent"),
    "bruno@demo.example": ("Bruno Agent", "agent"),
}
FLOW_FILE = Path(__file__).parent.parent / "examples" / "flows" / "welcome.json"


def seed(simulator_url: str) -> seeding.Seed:
    """The demo tenant as it is planted."""
    hasher = PasswordHash.recommended()
    users = [
        seeding.SeedUser(
            id=UUID(int=TENANT_ID.int + 0x10 + number),
            email=email,
            name=name,
            role=role,
            password_hash=hasher.hash(PASSWORD),
            available=role == "agent",
            capacity=25,
        )
        for number, (email, (name, role)) in enumerate(PEOPLE.items())
    ]
    channels = [
        seeding.SeedChannel(
            id=channel.id,
            platform=channel.platform,
            name=channel.name,
            account_id=channel.account_id,
            account=demo.settings_at(channel, simulator_url),
        )
        for channel in demo.CHANNELS
    ]
    return seeding.Seed(
        tenant_id=TENANT_ID,
        slug="demo",
        name="Demo",
        queue_id=UUID(int=TENANT_ID.int + 0x30),
        queue="Support",
        users=users,
        channels=channels,
        flow=_flow(),
    )


def _flow() -> seeding.SeedFlow:
    definition = validate(json.loads(FLOW_FILE.read_text("utf-8"))).definition
    if definition is None:
        raise ValueError(f"{FLOW_FILE.name} does not validate")
    return seeding.SeedFlow(
        id=UUID(int=TENANT_ID.int + 0x40),
        version_id=UUID(int=TENANT_ID.int + 0x41),
        slug="welcome",
        definition=definition.model_dump(mode="json", by_alias=True, exclude_none=True),
        hash=content_hash(definition),
    )


def simulator_url(settings: Settings) -> str:
    return f"http://{settings.host}:{settings.simulator_port}"


async def plant(settings: Settings, owner_url: str) -> bool:
    """Add the demo tenant once, and tell the simulator about its accounts each time. True when it was new."""
    new = seeding.plant(owner_url, seed(simulator_url(settings)))
    async with SimulatorClient(simulator_url(settings)) as simulator:
        await demo.register(simulator, f"http://{settings.host}:{settings.port}")
    return new


def logins() -> list[tuple[str, str, str]]:
    """Who everybody in the demo is, their email and their password."""
    return [(f"{name} ({role})", email, PASSWORD) for email, (name, role) in PEOPLE.items()]


def try_lines(settings: Settings) -> list[str]:
    base = f"http://{settings.host}:{settings.port}"
    login = json.dumps({"email": "ana@demo.example", "password": PASSWORD})
    return [
        '.venv/bin/pytake say --platform whatsapp --from 5511987654321 "Hello"',
        ".venv/bin/pytake conversations",
        f"curl -s {base}/api/v1/auth/login -H 'content-type: application/json' -d '{login}'",
    ]
