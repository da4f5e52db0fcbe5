"""Where a file is comes with a message, and whoever wrote the message may have chosen it: we go nowhere else for it."""

from contextlib import suppress
from typing import Any

import httpx
import pytest

from domain.content import MediaRef
from domain.errors import DeliveryError, MediaRejected
from platforms.base import BringsFiles
from tests.platforms.contract import expected, harness, keys, load

pytestmark = pytest.mark.usefixtures("socket_disabled")

METADATA = "169.254.169.254"
"""Where clouds tell whoever asks from inside what nobody outside may know."""
FOREIGN = [
    f"http://{METADATA}/latest/meta-data/",
    "http://127.0.0.1:5432/",
    "https://127.0.0.1/a.png",
    "http://localhost:8080/health",
    "https://10.0.0.8/a.png",
    "https://192.168.1.1/a.png",
    "http://[::1]:8080/a.png",
    "http://[::ffff:169.254.169.254]/",
    "http://2852039166/",
    "https://0x7f000001/a.png",
    "https://user@10.0.0.8/a.png",
    "https://cdn.example.internal/a.png",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_FLUSHALL",
    "//127.0.0.1/a.png",
    "http://[/",
    "",
]
MAX_BYTES = 1000

each = pytest.mark.parametrize("key", keys())


class Vendor:
    """Answers everything in one way, and keeps which hosts were asked."""

    def __init__(self, answer: httpx.Response) -> None:
        self.hosts: list[str] = []
        self._answer = answer

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.hosts.append(request.url.host)
        given = self._answer
        return httpx.Response(given.status_code, content=given.content, headers=given.headers)


async def refused(
    key: str, media: MediaRef, answer: httpx.Response
) -> tuple[Vendor, DeliveryError]:
    """What is asked of whom before a file is refused."""
    spoken, vendor = harness(key), Vendor(answer)
    async with spoken.client(vendor) as client:
        with pytest.raises(DeliveryError) as caught:
            await spoken.platform.fetch_media(client, spoken.account, media, MAX_BYTES)
    return vendor, caught.value


@each
@pytest.mark.parametrize("url", FOREIGN)
async def test_nothing_is_fetched_from_where_a_payload_says(key: str, url: str) -> None:
    media = MediaRef(url=url, mime_type="image/png")
    vendor, error = await refused(key, media, httpx.Response(200, content=b"secret"))
    assert isinstance(error, MediaRejected)
    assert vendor.hosts == []


@each
@pytest.mark.parametrize("url", FOREIGN[:9])
async def test_nor_from_where_a_look_up_says(key: str, url: str) -> None:
    """The vendor's own answer is another's word too: it may name what a contact chose."""
    file = {"id": "F1", "url_private_download": url, "url_private": url, "mimetype": "image/png"}
    told = {
        "ok": True,
        "url": url,
        "mime_type": "image/png",
        "file_size": 6,
        "file": {**file, "mode": "hosted", "name": "a.png"},
        "result": {"file_id": "F1", "file_path": url},
        "refreshed_urls": [{"refreshed": url}],
    }
    spoken, vendor = harness(key), Vendor(httpx.Response(200, json=told))
    async with spoken.client(vendor) as client:
        with suppress(DeliveryError):  # or it is a path below the vendor's own address
            media = MediaRef(id="F1", url=url)
            await spoken.platform.fetch_media(client, spoken.account, media, MAX_BYTES)
    assert httpx.URL(url).host not in vendor.hosts


def files_of(key: str) -> list[dict[str, Any]]:
    """The files of all fixtures of a platform that have an address."""
    found = []
    for path in expected(key):
        for event in load(path.with_suffix(".expected.json")):
            media = (event.get("content") or {}).get("media")
            if media and media.get("url"):
                found.append(media)
    return found


WITH_FILES = [key for key in keys() if files_of(key)]


def test_most_platforms_name_addresses() -> None:
    assert len(WITH_FILES) >= 8


@pytest.mark.parametrize("key", WITH_FILES)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_nor_from_where_the_vendor_sends_us_on_to(key: str, status: int) -> None:
    if isinstance(harness(key).platform, BringsFiles):
        return
    asked: list[str] = []
    for media in files_of(key):
        away = httpx.Response(status, headers={"location": f"http://{METADATA}/latest"})
        vendor, _ = await refused(key, MediaRef.model_validate(media), away)
        asked += vendor.hosts
    assert METADATA not in asked


@pytest.mark.parametrize("key", WITH_FILES)
async def test_a_body_is_read_no_further_than_the_limit(key: str) -> None:
    """Whatever the length that is declared: a body without one is cut off as soon as it is too long."""
    for media in files_of(key):
        large = httpx.Response(200, content=b"x" * (MAX_BYTES + 1))
        await refused(key, MediaRef.model_validate({**media, "size": None}), large)
