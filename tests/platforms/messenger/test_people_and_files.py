"""Profiles are asked for and files fetched, from Meta alone."""

import httpx
import pytest

from domain.content import MediaRef
from domain.errors import (
    DeliveryError,
    MediaRejected,
    MediaTooLarge,
    PlatformUnavailable,
    Throttled,
)
from domain.events import Sender
from platforms.base import FetchedMedia
from platforms.meta.messenger.account import MessengerAccount
from platforms.meta.messenger.platform import Messenger
from tests.platforms.messenger.support import ACCOUNT, CONTACT
from tests.platforms.whatsapp.support import Answer, FakeGraph, refused

PHOTO = "https://scontent.xx.fbcdn.net/v/t1/a.jpg?oh=1"
BYTES = httpx.Response(200, content=b"jpeg bytes", headers={"content-type": "image/jpeg; x=1"})


async def profile(answer: Answer, address: str = CONTACT) -> tuple[Sender | None, FakeGraph]:
    graph = FakeGraph(answer)
    async with graph.client() as client:
        return await Messenger().fetch_profile(client, ACCOUNT, address), graph


async def test_a_name_in_one_or_two_parts() -> None:
    body = {
        "first_name": "Ana",
        "last_name": "Souza",
        "profile_pic": "https://x.example",
        "id": "1",
    }
    found, graph = await profile(httpx.Response(200, json=body))
    assert found == Sender(address=CONTACT, name="Ana Souza")
    request = graph.requests[0]
    assert request.url.path == f"/v25.0/{CONTACT}"
    assert request.url.params["fields"] == "first_name,last_name,name,profile_pic"
    assert request.headers["authorization"] == "Bearer EAApage-token-of-nobody"


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, json={}),
        httpx.Response(200, json={"id": CONTACT}),
        refused(100, error_subcode=2018218),
        refused(100, error_subcode=33),
        refused(2018247),
        refused(230),
    ],
)
async def test_some_have_no_profile(answer: httpx.Response) -> None:
    assert (await profile(answer))[0] is None


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (refused(613), Throttled),
        (httpx.ReadTimeout("silence"), PlatformUnavailable),
        (httpx.Response(502, html="<html>"), PlatformUnavailable),
    ],
)
async def test_what_may_be_asked_again(answer: Answer, wanted: type[DeliveryError]) -> None:
    with pytest.raises(wanted):
        await profile(answer)


async def test_a_visitor_is_nobody_yet() -> None:
    found, graph = await profile(BYTES, "user_ref:visita-31")
    assert (found, graph.requests) == (None, [])


async def fetch(
    graph: FakeGraph, url: str, limit: int = 100, account: MessengerAccount = ACCOUNT
) -> FetchedMedia:
    async with graph.client() as client:
        media = MediaRef(url=url, filename="a.jpg")
        return await Messenger().fetch_media(client, account, media, limit)


async def test_a_file_is_fetched_without_a_token() -> None:
    graph = FakeGraph(BYTES)
    assert await fetch(graph, PHOTO) == FetchedMedia(
        content=b"jpeg bytes", mime_type="image/jpeg", filename="a.jpg"
    )
    assert "authorization" not in graph.requests[0].headers


def moved(url: str) -> httpx.Response:
    return httpx.Response(302, headers={"location": url})


async def test_redirects_stay_with_meta() -> None:
    graph = FakeGraph(moved("https://scontent.cdninstagram.com/b.jpg"), BYTES)
    assert (await fetch(graph, PHOTO)).content == b"jpeg bytes"
    graph = FakeGraph(moved("https://evil.example/b.jpg"))
    with pytest.raises(MediaRejected):
        await fetch(graph, PHOTO)
    graph = FakeGraph(*[moved(PHOTO)] * 4)
    with pytest.raises(MediaRejected):
        await fetch(graph, PHOTO)


FOREIGN = [
    "https://evil.example/fbcdn.net",
    "https://fbcdn.net.evil.example/a",
    "https://evilfbcdn.net/a",
    "https://scontent.fbcdn.net@evil.example/a",
    "http://scontent.fbcdn.net/a",
    "https://scontent.fbcdn.net:8443/a",
    "http://127.0.0.1/a",
    "http://[::1",
    "file:///etc/passwd",
    "",
]


@pytest.mark.parametrize("url", FOREIGN)
async def test_nothing_is_fetched_from_elsewhere(url: str) -> None:
    graph = FakeGraph()
    with pytest.raises(MediaRejected):
        await fetch(graph, url)
    assert graph.requests == []


async def test_a_configured_api_may_keep_its_own_files() -> None:
    account = ACCOUNT.model_copy(update={"api_base": "http://127.0.0.1:9/messenger"})
    graph = FakeGraph(BYTES)
    found = await fetch(graph, "http://127.0.0.1:9/files/1", account=account)
    assert found.content == b"jpeg bytes"


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [
        (httpx.Response(403), MediaRejected),
        (httpx.Response(404), MediaRejected),
        (httpx.Response(500), PlatformUnavailable),
        (httpx.Response(200, content=b"x" * 101), MediaTooLarge),
        (httpx.ReadTimeout("silence"), PlatformUnavailable),
    ],
)
async def test_files_that_do_not_come(answer: Answer, wanted: type[DeliveryError]) -> None:
    with pytest.raises(DeliveryError) as caught:
        await fetch(FakeGraph(answer), PHOTO)
    assert type(caught.value) is wanted
