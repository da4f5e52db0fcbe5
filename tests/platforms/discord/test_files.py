"""Files that contacts sent, fetched from Discord's hosts alone, and what Discord tells of a contact."""

import httpx
import pytest

from domain.content import MediaRef
from domain.errors import (
    ChannelUnauthorized,
    DeliveryError,
    MediaRejected,
    PlatformUnavailable,
)
from domain.events import Sender
from platforms.base import FetchedMedia
from platforms.discord.platform import Discord
from tests.platforms.discord.harness import ACCOUNT
from tests.platforms.discord.support import CHANNEL, DIRECT, USER, Answer, FakeApi, refused

MEGABYTE = 1024 * 1024
URL = "https://cdn.discordapp.com/attachments/1/2/a.png?ex=1&is=1&hm=1&"
FRESH = "https://cdn.discordapp.com/attachments/1/2/a.png?ex=2&is=2&hm=2&"
PICTURE = MediaRef(id="2", url=URL, mime_type="image/png", filename="a.png")
BYTES = httpx.Response(200, content=b"\x89PNG bytes", headers={"content-type": "image/png"})
GONE = httpx.Response(404, text="This content is no longer available.")
REFRESHED = httpx.Response(200, json={"refreshed_urls": [{"original": URL, "refreshed": FRESH}]})


async def fetch(
    api: FakeApi, media: MediaRef = PICTURE, max_bytes: int = MEGABYTE, base: str | None = None
) -> FetchedMedia:
    account = ACCOUNT.model_copy(update={"api_base": base}) if base else ACCOUNT
    async with api.client() as client:
        return await Discord().fetch_media(client, account, media, max_bytes)


async def test_a_file_is_fetched_without_the_token() -> None:
    api = FakeApi(BYTES)
    fetched = await fetch(api)
    assert fetched == FetchedMedia(
        content=b"\x89PNG bytes", mime_type="image/png", filename="a.png"
    )
    (request,) = api.requests
    assert str(request.url) == URL
    assert "authorization" not in request.headers


async def test_an_old_signature_is_renewed_once() -> None:
    api = FakeApi(GONE, REFRESHED, BYTES)
    assert (await fetch(api)).content == b"\x89PNG bytes"
    assert api.paths[1] == "/attachments/refresh-urls"
    assert api.json(1) == {"attachment_urls": [URL]}
    assert str(api.requests[2].url) == FRESH


ELSEWHERE = httpx.Response(200, json={"refreshed_urls": [{"refreshed": "https://evil.example/a"}]})


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ([GONE, refused(404, 0)], MediaRejected),
        ([GONE, httpx.Response(200, json={"refreshed_urls": []})], MediaRejected),
        ([GONE, ELSEWHERE], MediaRejected),
        ([GONE, httpx.ReadTimeout("silence")], MediaRejected),
        ([GONE, REFRESHED, GONE], MediaRejected),
        (
            [httpx.Response(302, headers={"location": "http://169.254.169.254/"}), refused(404, 0)],
            MediaRejected,
        ),
        ([httpx.Response(502)], PlatformUnavailable),
        ([httpx.ReadTimeout("silence")], PlatformUnavailable),
    ],
)
async def test_what_cannot_be_fetched(answers: list[Answer], error: type[DeliveryError]) -> None:
    api = FakeApi(*answers)
    with pytest.raises(DeliveryError) as caught:
        await fetch(api)
    assert type(caught.value) is error
    assert len(api.requests) == len(answers)


async def test_more_than_was_asked_for_is_not_kept() -> None:
    with pytest.raises(MediaRejected):
        await fetch(FakeApi(BYTES, refused(404, 0)), max_bytes=3)


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "http://cdn.discordapp.com/attachments/1/2/a.png",
        "https://cdn.discordapp.com.evil.example/a.png",
        "https://evil.example/cdn.discordapp.com/a.png",
        "https://cdn.discordapp.com@evil.example/a.png",
        "https://cdn.discordapp.com:8443/a.png",
        "https://127.0.0.1/a.png",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "//cdn.discordapp.com/a.png",
        "https://[::1",
    ],
)
async def test_no_other_host_is_asked(url: str | None) -> None:
    api = FakeApi()
    with pytest.raises(MediaRejected):
        await fetch(api, MediaRef(id="2", url=url))
    assert api.requests == []


async def test_a_file_known_to_be_too_large_is_not_asked_for() -> None:
    api = FakeApi()
    with pytest.raises(MediaRejected):
        await fetch(api, PICTURE.model_copy(update={"size": MEGABYTE + 1}))
    assert api.requests == []


async def test_the_server_that_stands_in_for_discord_keeps_files_too() -> None:
    base = "http://127.0.0.1:8090/discord"
    sticker = MediaRef(id="7", url="http://127.0.0.1:8090/files/7.png")
    assert (await fetch(FakeApi(BYTES), sticker, base=base)).mime_type == "image/png"
    with pytest.raises(MediaRejected):
        await fetch(FakeApi(), MediaRef(url="http://127.0.0.1:9/files/7.png"), base=base)


async def profile(api: FakeApi, address: str) -> Sender | None:
    async with api.client() as client:
        return await Discord().fetch_profile(client, ACCOUNT, address)


BRUNO = {"id": "1380000000000000502", "username": "bruno_eletrica", "global_name": "Bruno"}


async def test_a_person_is_known_by_their_id() -> None:
    api = FakeApi(httpx.Response(200, json=BRUNO))
    assert await profile(api, USER) == Sender(
        address=USER, name="Bruno", username="bruno_eletrica", user_id="1380000000000000502"
    )
    assert api.paths == ["/users/1380000000000000502"]


async def test_a_direct_channel_is_the_person_in_it() -> None:
    told = {"id": DIRECT, "type": 1, "recipients": [{"id": ACCOUNT.application_id}, BRUNO]}
    found = await profile(FakeApi(httpx.Response(200, json=told)), DIRECT)
    assert found is not None
    assert (found.address, found.name) == (DIRECT, "Bruno")


async def test_a_channel_of_a_server_has_a_name() -> None:
    told = {"id": CHANNEL, "type": 0, "name": "atendimento"}
    found = await profile(FakeApi(httpx.Response(200, json=told)), CHANNEL)
    assert found == Sender(address=CHANNEL, name="atendimento")


@pytest.mark.parametrize("answer", [refused(404, 10008), httpx.Response(200, json={"id": "7"})])
async def test_of_whom_nothing_is_known_nothing_is_told(answer: httpx.Response) -> None:
    assert await profile(FakeApi(answer), CHANNEL) is None


async def test_what_is_no_id_is_asked_of_nobody() -> None:
    assert await profile(FakeApi(), "../users/@me") is None


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refused(401, 0), ChannelUnauthorized),
        (httpx.ReadTimeout("silence"), PlatformUnavailable),
        (httpx.Response(200, text="?"), PlatformUnavailable),
    ],
)
async def test_a_question_that_fails_says_why(answer: Answer, error: type[DeliveryError]) -> None:
    with pytest.raises(DeliveryError) as caught:
        await profile(FakeApi(answer), CHANNEL)
    assert type(caught.value) is error
