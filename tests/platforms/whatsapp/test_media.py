"""A contact's file: looked up, downloaded, looked up again once, and the token stays with Meta."""

import httpx
import pytest

from domain.content import MediaRef
from domain.errors import ChannelUnauthorized, DeliveryError, MediaRejected, PlatformUnavailable
from platforms.base import FetchedMedia
from platforms.meta.whatsapp.account import WhatsAppAccount
from platforms.meta.whatsapp.platform import WhatsApp
from tests.platforms.whatsapp.support import ACCOUNT, Answer, FakeGraph, refused

PLACE = "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=6001001"
PHOTO = MediaRef(id="6001001", mime_type="image/jpeg", filename="a.jpg")
BYTES = httpx.Response(200, content=b"jpeg bytes", headers={"content-type": "image/jpeg"})
GONE = httpx.Response(404)


def place(url: str = PLACE, size: int = 10) -> httpx.Response:
    body = {"url": url, "mime_type": "image/jpeg", "file_size": size, "id": "6001001"}
    return httpx.Response(200, json=body)


async def fetch(
    graph: FakeGraph,
    media: MediaRef = PHOTO,
    max_bytes: int = 100,
    account: WhatsAppAccount = ACCOUNT,
) -> FetchedMedia:
    async with graph.client() as client:
        return await WhatsApp().fetch_media(client, account, media, max_bytes)


async def test_id_to_address_to_bytes() -> None:
    graph = FakeGraph(place(), BYTES)
    fetched = await fetch(graph)
    assert fetched == FetchedMedia(content=b"jpeg bytes", mime_type="image/jpeg", filename="a.jpg")
    assert [str(request.url) for request in graph.requests] == [
        "https://graph.facebook.com/v25.0/6001001?phone_number_id=301555000777001",
        PLACE,
    ]
    tokens = {request.headers["authorization"] for request in graph.requests}
    assert tokens == {"Bearer EAAtoken-of-nobody"}


async def test_an_address_in_the_webhook_saves_the_look_up() -> None:
    graph = FakeGraph(BYTES)
    await fetch(graph, PHOTO.model_copy(update={"url": PLACE}))
    assert [str(request.url) for request in graph.requests] == [PLACE]


async def test_an_expired_address_is_looked_up_once_more() -> None:
    graph = FakeGraph(GONE, place(), BYTES)
    fetched = await fetch(graph, PHOTO.model_copy(update={"url": PLACE}))
    assert fetched.content == b"jpeg bytes"
    graph = FakeGraph(place(), GONE, place(), BYTES)
    assert (await fetch(graph)).content == b"jpeg bytes"


async def test_a_file_that_stays_away_is_given_up() -> None:
    graph = FakeGraph(place(), GONE, place(), GONE)
    with pytest.raises(MediaRejected):
        await fetch(graph)
    assert len(graph.requests) == 4


async def test_too_large_is_refused_before_the_download() -> None:
    graph = FakeGraph(place(size=101))
    with pytest.raises(MediaRejected, match="100"):
        await fetch(graph)
    assert len(graph.requests) == 1


async def test_too_large_after_all_is_cut_off() -> None:
    lying = httpx.Response(200, content=b"x" * 101)
    graph = FakeGraph(place(size=1), lying, place(size=1), lying)
    with pytest.raises(MediaRejected, match="100"):
        await fetch(graph)


FOREIGN = [
    "https://evil.example/fbsbx.com",
    "https://fbsbx.com.evil.example/a",
    "https://evilfbsbx.com/a",
    "https://lookaside.fbsbx.com@evil.example/a",
    "http://lookaside.fbsbx.com/a",
    "https://lookaside.fbsbx.com:8443/a",
    "http://127.0.0.1/a",
    "http://[::1",
    "file:///etc/passwd",
    "",
]


@pytest.mark.parametrize("url", FOREIGN)
async def test_the_token_goes_to_no_other_host(url: str) -> None:
    graph = FakeGraph(place(url))
    with pytest.raises(MediaRejected):
        await fetch(graph)
    assert len(graph.requests) == 1
    graph = FakeGraph()
    with pytest.raises(MediaRejected):
        await fetch(graph, MediaRef(url=url))
    assert graph.requests == []


async def test_a_configured_api_may_keep_its_own_media() -> None:
    account = ACCOUNT.model_copy(update={"api_base": "http://127.0.0.1:9/whatsapp"})
    graph = FakeGraph(place("http://127.0.0.1:9/whatsapp/attachments/1"), BYTES)
    assert (await fetch(graph, account=account)).content == b"jpeg bytes"
    assert graph.paths == ["/whatsapp/v25.0/6001001", "/whatsapp/attachments/1"]
    other_port = FakeGraph(place("http://127.0.0.1:10/attachments/1"))
    with pytest.raises(MediaRejected):
        await fetch(other_port, account=account)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refused(190, 401), ChannelUnauthorized),
        (refused(100, error_subcode=33), MediaRejected),
        (httpx.ReadTimeout("silence"), PlatformUnavailable),
        (httpx.ConnectError("refused"), PlatformUnavailable),
        (httpx.Response(502, html="<html>"), PlatformUnavailable),
        (httpx.Response(200, json={"id": "6001001"}), MediaRejected),
    ],
)
async def test_look_ups_that_fail(answer: Answer, error: type[DeliveryError]) -> None:
    with pytest.raises(DeliveryError) as caught:
        await fetch(FakeGraph(answer))
    assert type(caught.value) is error


async def test_a_download_that_breaks_may_be_tried_again() -> None:
    with pytest.raises(PlatformUnavailable):
        await fetch(FakeGraph(place(), httpx.ReadTimeout("silence")))


async def test_an_id_cannot_lead_elsewhere() -> None:
    graph = FakeGraph(refused(100, error_subcode=33))
    with pytest.raises(MediaRejected):
        await fetch(graph, MediaRef(id="../me?x=1#"))
    assert graph.requests[0].url.raw_path == (
        b"/v25.0/..%2Fme%3Fx%3D1%23?phone_number_id=301555000777001"
    )
