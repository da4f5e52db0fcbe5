"""Files that contacts sent: looked up, then downloaded, never beyond the limit."""

from typing import Any

import httpx
import pytest

from domain.content import MediaRef
from domain.errors import (
    ChannelUnauthorized,
    DeliveryError,
    MediaRejected,
    MediaTooLarge,
    PlatformUnavailable,
    Throttled,
)
from platforms.base import FetchedMedia
from platforms.telegram.platform import Telegram
from tests.platforms.telegram.harness import ACCOUNT
from tests.platforms.telegram.support import TOKEN, YES, Answer, FakeBotApi, done, refused

MEGABYTE = 1024 * 1024
VOICE = MediaRef(id="AwACvoice", mime_type="audio/ogg")
BYTES = httpx.Response(
    200, content=b"OggS bytes", headers={"content-type": "application/octet-stream"}
)


def place(path: Any = "voice/file_12.oga", **fields: Any) -> httpx.Response:
    return done({"file_id": "AwACvoice", "file_unique_id": "AgAD", "file_path": path, **fields})


async def fetch(
    api: FakeBotApi, media: MediaRef = VOICE, max_bytes: int = 100 * MEGABYTE
) -> FetchedMedia:
    async with api.client() as client:
        return await Telegram().fetch_media(client, ACCOUNT, media, max_bytes)


async def test_a_file_is_looked_up_and_downloaded() -> None:
    api = FakeBotApi(place(file_size=10), BYTES)
    fetched = await fetch(api)
    assert fetched == FetchedMedia(
        content=b"OggS bytes", mime_type="audio/ogg", filename="file_12.oga"
    )
    assert api.paths == ["/bot***/getFile", "/file/bot***/voice/file_12.oga"]
    assert api.json(0) == {"file_id": "AwACvoice"}
    assert api.requests[1].method == "GET"


@pytest.mark.parametrize(
    ("path", "mime_type"),
    [
        ("photos/file_3.jpg", "image/jpeg"),
        ("stickers/file_4.webp", "image/webp"),
        ("stickers/file_5.tgs", "application/x-tgsticker"),
        ("voice/file_6.OGA", "audio/ogg"),
        ("documents/file_7", "application/octet-stream"),
    ],
)
async def test_the_path_tells_the_type_of_what_has_none(path: str, mime_type: str) -> None:
    fetched = await fetch(FakeBotApi(place(path), BYTES), MediaRef(id="AgACfile"))
    assert fetched.mime_type == mime_type


async def test_the_name_that_the_contact_gave_stays() -> None:
    media = MediaRef(id="BQACfile", mime_type="application/pdf", filename="nota 88.pdf")
    fetched = await fetch(FakeBotApi(place("documents/file_8.pdf"), BYTES), media)
    assert (fetched.filename, fetched.mime_type) == ("nota 88.pdf", "application/pdf")


async def test_a_path_is_escaped() -> None:
    api = FakeBotApi(place("documents/file 9?#%.pdf"), BYTES)
    await fetch(api)
    assert api.requests[1].url.raw_path.endswith(b"/documents/file%209%3F%23%25.pdf")


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([refused(400, "Bad Request: file is too big")], MediaRejected),
        ([refused(400, "Bad Request: invalid file_id")], MediaRejected),
        ([refused(400, "Bad Request: something new")], MediaRejected),
        ([place(file_size=20 * MEGABYTE + 1)], MediaTooLarge),
        ([done({})], MediaRejected),
        ([YES], MediaRejected),
        ([place("/var/lib/telegram/voice/file_12.oga")], MediaRejected),
        ([place("voice/../../etc/passwd")], MediaRejected),
        ([place(), httpx.Response(404, text="gone")], MediaRejected),
        ([place(), httpx.Response(200, content=b"x" * 11)], MediaTooLarge),
        ([refused(401, "Unauthorized")], ChannelUnauthorized),
        ([refused(429, "Too Many Requests: retry after 3", retry_after=3)], Throttled),
        ([httpx.ReadTimeout("silence")], PlatformUnavailable),
        ([httpx.Response(502, html="<html>")], PlatformUnavailable),
        ([place(), httpx.Response(502, html="<html>")], PlatformUnavailable),
        ([place(), httpx.ReadTimeout("silence")], PlatformUnavailable),
    ],
)
async def test_what_cannot_be_fetched(answers: list[Answer], error: type[DeliveryError]) -> None:
    api = FakeBotApi(*answers)
    with pytest.raises(DeliveryError) as caught:
        await fetch(api, max_bytes=10)
    assert type(caught.value) is error
    assert len(api.requests) == len(answers)
    assert TOKEN not in f"{caught.value!r} {caught.value.detail}"


@pytest.mark.parametrize(
    ("media", "max_bytes"),
    [
        (MediaRef(url="https://loja.example/a.png"), MEGABYTE),
        (MediaRef(id="AwACvoice", size=MEGABYTE + 1), MEGABYTE),
        (MediaRef(id="AwACvoice", size=20 * MEGABYTE + 1), 100 * MEGABYTE),
    ],
)
async def test_what_is_not_worth_a_call(media: MediaRef, max_bytes: int) -> None:
    api = FakeBotApi()
    with pytest.raises(MediaRejected):
        await fetch(api, media, max_bytes)
    assert api.requests == []
