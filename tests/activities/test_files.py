"""Files on their way: fetched into the store or held back with a reason, and sent only where they are taken."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment
from typing_extensions import override

from activities.accounts import Accounts
from activities.transcript import MediaFetch, TranscriptActivities
from domain.content import CardContent, MediaContent, MediaRef
from domain.platform import MediaRule
from domain.receipts import ReceiptStatus
from simulator.media import SAMPLE_PNG as PNG
from storage.channels import ChannelStore
from storage.database import DatabaseUnavailable
from storage.inbound import InboundStore
from storage.media import MediaStore
from storage.scanning import Clamd
from storage.spool import SpoolStore
from tests.activities.desk import Desk
from tests.fakes import ScriptedPlatform
from tests.planting import said
from tests.storage.clamd import EICAR, FakeClamd, scanning

PAGE = b"<html><script>steal()</script>"
LIMIT = 1000
FILES = {"photo": PNG, "virus": PNG + EICAR, "page": PAGE, "large": PNG + bytes(LIMIT)}


class Fetching:
    """A message with a picture, and the activity of a worker that fetches it."""

    def __init__(self, desk: Desk, http: httpx.AsyncClient, clamd: str | None) -> None:
        self.desk = desk
        desk.through(ScriptedPlatform(files=FILES))
        self.media = MediaStore(desk.tenant.database, desk.files, Clamd(clamd) if clamd else None)
        database = desk.tenant.database
        self._activities = TranscriptActivities(
            InboundStore(database),
            SpoolStore(database),
            self.media,
            Accounts(ChannelStore(database)),
            http,
            LIMIT,
        )

    async def message(self, file: str) -> MediaFetch:
        """A contact sends a picture."""
        media = MediaRef(id=file, mime_type="image/png", filename="foto.png")
        item = said("")
        event = item.event.model_copy(update={"content": MediaContent(type="image", media=media)})
        item = item.model_copy(update={"event": event})
        tenant = self.desk.tenant
        await InboundStore(tenant.database).record(tenant.batch(item))
        return MediaFetch(
            tenant_id=tenant.id, channel_id=tenant.channel, message_id=item.id, media=media
        )

    async def fetch(self, fetch: MediaFetch) -> str | None:
        return await ActivityEnvironment().run(self._activities.fetch_media, fetch)

    async def shown(self, message: UUID) -> dict[str, Any]:
        """What the transcript says of a message's file."""
        row = await self.desk.tenant.row(
            "SELECT content->'media' AS media FROM messages WHERE id = :id", id=message
        )
        media: dict[str, Any] = row["media"]
        return {name: value for name, value in media.items() if value is not None}


@pytest.fixture
async def clamd() -> AsyncIterator[tuple[FakeClamd, str]]:
    fake = FakeClamd()
    async with scanning(fake) as address:
        yield fake, address


async def test_a_file_comes_into_the_store_and_the_message_says_what_it_is(
    desk: Desk, http: httpx.AsyncClient
) -> None:
    fetching = Fetching(desk, http, None)
    fetch = await fetching.message("photo")
    key = await fetching.fetch(fetch)
    assert key is not None
    assert await fetching.media.read(desk.tenant.id, key) == PNG
    shown = await fetching.shown(fetch.message_id)
    assert (shown["key"], shown["size"], shown["mime_type"]) == (key, len(PNG), "image/png")
    assert "refused" not in shown


async def test_a_page_that_claims_to_be_a_picture_is_neither(
    desk: Desk, http: httpx.AsyncClient
) -> None:
    fetching = Fetching(desk, http, None)
    fetch = await fetching.message("page")
    assert await fetching.fetch(fetch)
    shown = await fetching.shown(fetch.message_id)
    assert shown["mime_type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("file", "reason"),
    [("virus", "file_infected"), ("large", "media_rejected"), ("gone", "media_rejected")],
)
async def test_a_file_that_is_not_taken_leaves_its_reason_in_its_place(
    desk: Desk,
    http: httpx.AsyncClient,
    clamd: tuple[FakeClamd, str],
    file: str,
    reason: str,
) -> None:
    fetching = Fetching(desk, http, clamd[1])
    fetch = await fetching.message(file)
    assert await fetching.fetch(fetch) is None
    shown = await fetching.shown(fetch.message_id)
    assert (shown["refused"], shown["filename"]) == (reason, "foto.png")
    assert "key" not in shown
    assert await desk.tenant.rows("SELECT key FROM media") == []


async def test_while_the_scanner_is_down_a_file_is_held_back_and_comes_when_it_is_back(
    desk: Desk, http: httpx.AsyncClient, folder: Path
) -> None:
    place = folder / "clamd.sock"
    fetching = Fetching(desk, http, str(place))
    fetch = await fetching.message("photo")
    with pytest.raises(ApplicationError) as failure:
        await fetching.fetch(fetch)
    assert (failure.value.type, failure.value.non_retryable) == ("media_unavailable", False)
    assert (await fetching.shown(fetch.message_id))["refused"] == "media_unavailable"
    assert await desk.tenant.rows("SELECT key FROM media") == []
    async with scanning(FakeClamd(), place):
        key = await fetching.fetch(fetch)
    shown = await fetching.shown(fetch.message_id)
    assert (shown["key"], shown.get("refused")) == (key, None)


# --- on the way out


async def test_what_a_file_is_found_to_be_decides_and_not_what_is_said_of_it(desk: Desk) -> None:
    page = await desk.media.put(desk.tenant.id, PAGE, "image/png", "a.png")
    claims = MediaRef(key=page.key, mime_type="image/png", size=3)
    draft = desk.with_content(MediaContent(type="image", media=claims))
    delivery = await desk.deliver(draft)
    assert (delivery.status, delivery.error_code) == (ReceiptStatus.FAILED, "media_rejected")
    assert "octet-stream" in (delivery.detail or "")
    assert (desk.platform.calls, await desk.outcomes(draft)) == ([], [])


async def test_a_file_over_the_platforms_limit_is_refused_before_it_is_read(desk: Desk) -> None:
    stored = await desk.media.put(desk.tenant.id, PNG, "image/png", "a.png")
    rule = MediaRule(mime_types=("image/*",), max_bytes=len(PNG) - 1)
    desk.speaks(media={"image": rule})
    desk.files.is_away = True  # whoever reads it is not told that it is too large
    draft = desk.with_content(MediaContent(type="image", media=MediaRef(key=stored.key)))
    delivery = await desk.deliver(draft)
    assert (delivery.status, delivery.error_code) == (ReceiptStatus.FAILED, "media_rejected")
    assert desk.platform.calls == []


async def test_a_file_of_a_kind_that_the_platform_lacks_goes_as_a_link(desk: Desk) -> None:
    clip = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + bytes(100)
    stored = await desk.media.put(desk.tenant.id, clip, "video/mp4", "a.mp4")
    media = MediaRef(key=stored.key)
    draft = desk.with_content(MediaContent(type="video", media=media, caption="Look"))
    assert (await desk.deliver(draft)).status is ReceiptStatus.SENT
    (text,) = desk.texts()
    words, link = text.split("\n")
    wrote = desk.route.view.last_inbound_at
    assert wrote is not None
    read = desk.links.read(link.rpartition("/")[2], wrote)
    assert (words, read.tenant_id, read.key) == ("Look", desk.tenant.id, stored.key)
    assert desk.platform.uploads == []


async def test_a_link_is_the_same_at_every_attempt(desk: Desk) -> None:
    stored = await desk.media.put(desk.tenant.id, PNG, "image/png", "a.png")
    desk.speaks()
    draft = desk.with_content(CardContent(title="A", media=MediaRef(key=stored.key)))
    await desk.deliver(draft)
    await desk.deliver(draft.model_copy(update={"message_id": UUID(int=7)}), timedelta(minutes=5))
    first, second = (call.file_link for call in desk.platform.calls)
    assert first == second
    assert first is not None


async def test_a_text_has_no_link(desk: Desk) -> None:
    await desk.deliver(desk.draft())
    assert [call.file_link for call in desk.platform.calls] == [None]


class ForgetfulMedia(MediaStore):
    """Its database goes away while files are read."""

    @override
    async def read(self, tenant_id: UUID, key: str) -> bytes:
        raise DatabaseUnavailable


async def test_a_database_that_is_away_while_a_file_is_read_leaves_no_doubt(desk: Desk) -> None:
    stored = await desk.media.put(desk.tenant.id, PNG, "image/png", "a.png")
    draft = desk.with_content(MediaContent(type="image", media=MediaRef(key=stored.key)))
    whole, desk.media = desk.media, ForgetfulMedia(desk.tenant.database, desk.files)
    assert (await desk.refused(draft)).type == "media_unavailable"
    desk.media = whole
    assert (await desk.deliver(draft)).status is ReceiptStatus.SENT
    assert await desk.outcomes(draft) == ["refused", "accepted"]


async def test_twenty_megabytes_go_out(desk: Desk) -> None:
    large = PNG + bytes(20 * 1024 * 1024)
    stored = await desk.media.put(desk.tenant.id, large, "image/png", "a.png")
    desk.speaks(media={"image": MediaRule(mime_types=("image/png",), max_bytes=len(large))})
    draft = desk.with_content(MediaContent(type="image", media=MediaRef(key=stored.key)))
    assert (await desk.deliver(draft)).status is ReceiptStatus.SENT
    assert [len(upload) for upload in desk.platform.uploads] == [len(large)]
