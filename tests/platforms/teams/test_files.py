"""Files are fetched from Microsoft and from nobody else, and the token goes to connectors alone."""

import httpx
import pytest

from domain.content import MediaRef
from domain.errors import DeliveryError, MediaRejected, MediaTooLarge, PlatformUnavailable
from platforms.base import FetchedMedia
from platforms.teams.platform import Teams
from tests.platforms.teams.harness import ACCOUNT, TOKEN
from tests.platforms.teams.support import PNG, FakeConnector

PICTURE = "https://smba.trafficmanager.net/br/v3/attachments/0-br-1/views/original"
FILE = "https://luminaria-my.sharepoint.com/personal/rita/_layouts/15/download.aspx?tempauth=t"
FOUND = httpx.Response(200, content=PNG, headers={"content-type": "image/png; x=1"})


def moved(url: str) -> httpx.Response:
    return httpx.Response(302, headers={"location": url})


async def fetch(
    connector: FakeConnector, url: str | None, limit: int = 1000, **fields: object
) -> FetchedMedia:
    media = MediaRef.model_validate({"url": url, **fields})
    async with connector.client() as client:
        return await Teams().fetch_media(client, ACCOUNT, media, limit)


async def test_a_picture_needs_the_token() -> None:
    connector = FakeConnector(FOUND)
    found = await fetch(connector, PICTURE)
    assert found == FetchedMedia(content=PNG, mime_type="image/png")
    assert connector.bearers == [f"Bearer {TOKEN}"]


async def test_a_file_brings_its_own_permission() -> None:
    connector = FakeConnector(FOUND)
    found = await fetch(connector, FILE, filename="nota.pdf", mime_type="application/pdf")
    assert (found.filename, found.mime_type) == ("nota.pdf", "application/pdf")
    assert connector.bearers == [None]
    assert connector.tokens == 0


async def test_the_token_stays_behind_on_the_way() -> None:
    connector = FakeConnector(moved(FILE), FOUND)
    assert (await fetch(connector, PICTURE)).content == PNG
    assert connector.bearers == [f"Bearer {TOKEN}", None]


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "nota.pdf",
        "http://luminaria-my.sharepoint.com/x",
        "https://sharepoint.com.evil.example/x",
        "https://evilsharepoint.com/x",
        "https://graph.microsoft.com/v1.0/chats/x",
        "https://169.254.169.254/latest",
        "http://localhost:8080/x",
        "file:///etc/passwd",
        "https://[",
    ],
)
async def test_strangers_are_asked_nothing(url: str | None) -> None:
    connector = FakeConnector()
    with pytest.raises(MediaRejected):
        await fetch(connector, url)
    assert (connector.requests, connector.tokens) == ([], 0)


@pytest.mark.parametrize("url", ["https://evil.example/x", "http://127.0.0.1/", "//evil.example"])
async def test_nobody_leads_us_to_them(url: str) -> None:
    connector = FakeConnector(moved(url))
    with pytest.raises(MediaRejected):
        await fetch(connector, PICTURE)
    assert len(connector.requests) == 1


async def test_a_chain_without_an_end() -> None:
    connector = FakeConnector(*[moved(FILE)] * 9)
    with pytest.raises(MediaRejected):
        await fetch(connector, PICTURE)
    assert len(connector.requests) == 4


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (httpx.Response(404), MediaRejected),
        (httpx.Response(403), MediaRejected),
        (httpx.Response(429), PlatformUnavailable),
        (httpx.Response(500), PlatformUnavailable),
        (httpx.ReadTimeout("?"), PlatformUnavailable),
        (httpx.Response(200, text="<html>", headers={"content-type": "text/html"}), MediaRejected),
        (httpx.Response(200, content=b"x" * 1001), MediaTooLarge),
    ],
    ids=str,
)
async def test_what_may_go_wrong(
    answer: httpx.Response | Exception, meaning: type[DeliveryError]
) -> None:
    with pytest.raises(DeliveryError) as caught:
        await fetch(FakeConnector(answer), FILE)
    assert type(caught.value) is meaning


async def test_a_file_known_to_be_too_large_is_not_fetched() -> None:
    connector = FakeConnector()
    with pytest.raises(MediaRejected):
        await fetch(connector, PICTURE, size=1001)
    assert connector.requests == []
