"""Files that contacts shared: from Slack alone, with the token, never beyond the limit."""

from typing import Any

import httpx
import pytest

from domain.content import MediaRef
from domain.errors import (
    ChannelUnauthorized,
    DeliveryError,
    MediaRejected,
    PlatformUnavailable,
    Throttled,
)
from platforms.base import FetchedMedia
from platforms.slack.platform import Slack
from tests.platforms.slack.harness import ACCOUNT
from tests.platforms.slack.support import Answer, FakeWebApi, no, yes

URL = "https://files.slack.com/files-pri/T07LUMINAR1-F07FOTO0001/download/lua.png"
PICTURE = MediaRef(id="F07FOTO0001", url=URL, mime_type="image/png", filename="lua.png", size=8)
BYTES = httpx.Response(200, content=b"\x89PNG-lua", headers={"content-type": "image/png"})
LOGIN = httpx.Response(
    200, text="<html>entrar</html>", headers={"content-type": "text/html; charset=utf-8"}
)


def told(**fields: Any) -> httpx.Response:
    file = {"id": "F07FOTO0001", "mimetype": "image/png", "name": "outra.png", "size": 8}
    return yes(file={**file, "url_private_download": URL, **fields})


async def fetch(api: FakeWebApi, media: MediaRef = PICTURE, max_bytes: int = 1000) -> FetchedMedia:
    async with api.client() as client:
        return await Slack().fetch_media(client, ACCOUNT, media, max_bytes)


async def test_a_file_is_downloaded_with_the_token() -> None:
    api = FakeWebApi(BYTES)
    assert await fetch(api) == FetchedMedia(
        content=b"\x89PNG-lua", mime_type="image/png", filename="lua.png"
    )
    assert api.tokens == [True]


@pytest.mark.parametrize("url", [None, "https://evil.example/lua.png", "http://127.0.0.1/x"])
async def test_without_an_address_of_slack_it_is_looked_up(url: str | None) -> None:
    api = FakeWebApi(told(), BYTES)
    fetched = await fetch(api, PICTURE.model_copy(update={"url": url}))
    assert fetched.filename == "lua.png"
    assert api.paths == ["/api/files.info", httpx.URL(URL).path]
    assert api.form(0) == {"file": "F07FOTO0001"}


async def test_a_refused_address_is_looked_up_once_more() -> None:
    api = FakeWebApi(httpx.Response(404), told(), BYTES)
    assert (await fetch(api)).content == b"\x89PNG-lua"


async def test_a_page_of_a_contact_is_a_file_like_any_other() -> None:
    page = PICTURE.model_copy(update={"mime_type": "text/html", "size": len(LOGIN.content)})
    assert (await fetch(FakeWebApi(LOGIN), page)).mime_type == "text/html"


GONE = [
    [LOGIN, told(), LOGIN],
    [
        httpx.Response(302, headers={"location": "https://evil.example"}),
        told(),
        httpx.Response(302),
    ],
    [httpx.Response(404), no("file_deleted")],
    [httpx.Response(404), told(mode="tombstone")],
    [httpx.Response(404), told(url_private_download="https://docs.example/1", is_external=True)],
    [httpx.Response(404), told(url_private_download=None)],
    [httpx.Response(404), yes()],
]


@pytest.mark.parametrize("answers", GONE, ids=range(len(GONE)))
async def test_what_is_gone_or_elsewhere_is_refused(answers: list[Answer]) -> None:
    api = FakeWebApi(*answers)
    with pytest.raises(MediaRejected):
        await fetch(api)
    assert len(api.requests) == len(answers)
    assert all(request.url.host.endswith("slack.com") for request in api.requests)


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (no("missing_scope", needed="files:read"), ChannelUnauthorized),
        (no("internal_error"), PlatformUnavailable),
        (httpx.ReadTimeout("?"), PlatformUnavailable),
        (httpx.Response(429, headers={"retry-after": "2"}), Throttled),
        (httpx.Response(503), PlatformUnavailable),
    ],
    ids=range(5),
)
async def test_a_look_up_that_fails(answer: Answer, meaning: type[DeliveryError]) -> None:
    with pytest.raises(DeliveryError) as caught:
        await fetch(FakeWebApi(answer), PICTURE.model_copy(update={"url": None}))
    assert type(caught.value) is meaning


async def test_nothing_larger_than_the_limit() -> None:
    with pytest.raises(MediaRejected):
        await fetch(FakeWebApi(), max_bytes=7)
    unsized = PICTURE.model_copy(update={"size": None, "id": None})
    with pytest.raises(MediaRejected):
        await fetch(FakeWebApi(BYTES), unsized, max_bytes=7)


async def test_a_file_without_id_and_address_is_none() -> None:
    with pytest.raises(MediaRejected):
        await fetch(FakeWebApi(), MediaRef(url="https://evil.example/a"))
