"""The whole system with a bucket for its files and a scanner that looks into them, both over real sockets."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from embedded.temporal import TemporalDevServer
from simulator.demo import WHATSAPP
from simulator.media import SAMPLE_PNG as PNG
from simulator.schemas import Say
from tests.conftest import FreshDatabase
from tests.stack import Stack, eventually, running
from tests.storage.buckets import serving_bucket
from tests.storage.clamd import EICAR, FakeClamd, scanning

CUSTOMER = "5511955500331"


@pytest.fixture
async def clamd() -> AsyncIterator[tuple[FakeClamd, str]]:
    fake = FakeClamd()
    async with scanning(fake) as address:
        yield fake, address


@pytest.fixture
async def scanned(
    fresh: FreshDatabase,
    temporal: TemporalDevServer,
    tmp_path: Path,
    clamd: tuple[FakeClamd, str],
) -> AsyncIterator[Stack]:
    with serving_bucket() as bucket:
        settings: dict[str, Any] = {
            "clamav": clamd[1],
            "media_s3_bucket": bucket.name,
            "media_s3_endpoint": bucket.endpoint,
            "media_s3_region": bucket.region,
            "media_s3_access_key": bucket.access_key,
            "media_s3_secret_key": bucket.secret_key,
        }
        urls = fresh.app_url, fresh.owner_url
        async with running(*urls, temporal.address, tmp_path, **settings) as started:
            yield started


async def files_of(stack: Stack, count: int) -> list[dict[str, Any]]:
    """What the transcript says of the customer's files, once each of them is here or refused."""
    async with await stack.sign_in() as agent:
        found = await stack.conversation(agent, CUSTOMER)

        async def look() -> list[dict[str, Any]] | None:
            path = f"/api/v1/conversations/{found['id']}/messages"
            shown = (await agent.get(path, params={"limit": 200})).json()
            said = [one["content"].get("media") for one in shown if one["direction"] == "in"]
            settled = [one for one in said if one and (one.get("key") or one.get("refused"))]
            return settled if len(settled) == count else None

        return await eventually(look, f"{count} files")


async def send(stack: Stack, kind: str, content: bytes) -> None:
    """The customer sends a file on WhatsApp."""
    order = {
        "platform": "whatsapp",
        "account": WHATSAPP.account_id,
        "from": CUSTOMER,
        "media": {"type": kind, "content_base64": base64.b64encode(content).decode()},
    }
    await stack.simulator.say(Say.model_validate(order))


async def test_what_is_clean_passes_and_what_is_infected_leaves_its_reason(
    scanned: Stack, clamd: tuple[FakeClamd, str]
) -> None:
    for content in (PNG, PNG + EICAR):
        await send(scanned, "image", content)
    clean, infected = await files_of(scanned, 2)
    assert (infected["refused"], infected.get("key")) == ("file_infected", None)
    async with await scanned.sign_in() as agent:
        assert (await agent.get(f"/api/v1/media/{clean['key']}")).content == PNG
        link = (await agent.post(f"/api/v1/media/{clean['key']}/link")).json()["url"]
    assert (await scanned.http.get(link)).content == PNG
    assert clamd[0].scanned == [PNG, PNG + EICAR]


async def test_an_upload_is_looked_into_and_waits_for_a_scanner_that_is_away(
    scanned: Stack, clamd: tuple[FakeClamd, str]
) -> None:
    async with await scanned.sign_in() as agent:
        headers = {"content-type": "image/png", "accept-language": "pt"}
        refused = await agent.post("/api/v1/media", content=PNG + EICAR, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (422, "file_infected")
        assert refused.json()["detail"] == "Eicar-Test-Signature"
        assert "antivírus" in refused.json()["title"]
        clamd[0].says = b"ERROR"
        away = await agent.post("/api/v1/media", content=PNG, headers=headers)
        assert (away.status_code, away.json()["code"]) == (503, "media_unavailable")
        assert away.headers["retry-after"]
        clamd[0].says = None
        assert (await agent.post("/api/v1/media", content=PNG, headers=headers)).status_code == 201


async def test_twenty_megabytes_come_in_from_a_platform_and_go_out_to_it(scanned: Stack) -> None:
    large = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(20 * 1024 * 1024)
    await send(scanned, "document", large)
    (file,) = await files_of(scanned, 1)
    assert (file["size"], file["mime_type"]) == (len(large), "application/pdf")
    before = len(await scanned.simulator.ledger(platform="whatsapp", to=CUSTOMER))
    async with await scanned.sign_in() as agent:
        found = await scanned.conversation(agent, CUSTOMER)
        path = f"/api/v1/conversations/{found['id']}"
        assert (await agent.post(f"{path}/take_over")).status_code == 200
        content = {"type": "document", "media": {"key": file["key"]}}
        reply = await agent.post(f"{path}/messages", json={"content": content})
        assert reply.is_success, reply.text

        async def sent() -> bool | None:
            shown = (await agent.get(f"{path}/messages", params={"limit": 200})).json()
            mine = [one for one in shown if one["id"] == reply.json()["message_id"]]
            reached = {one["status"] for one in mine} & {"sent", "delivered", "read"}
            return True if reached else None

        await eventually(sent, "the file is sent")
    entries = await scanned.simulator.ledger(platform="whatsapp", to=CUSTOMER)
    assert "document" in {entry.type for entry in entries[before:]}
