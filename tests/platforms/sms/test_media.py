"""Files that contacts sent: from where they are fetched, and who sees our credentials."""

import httpx
import pytest

from domain.content import MediaRef
from domain.errors import DeliveryError, MediaRejected, PlatformUnavailable
from platforms.base import FetchedMedia
from platforms.sms.account import SmsAccount
from tests.platforms.sms.support import (
    ACCOUNTS,
    INFOBIP,
    SINCH,
    SMS,
    TWILIO,
    VONAGE,
    ZENVIA,
    FakeProvider,
    changed,
)

JPEG = httpx.Response(200, content=b"\xff\xd8jpeg", headers={"content-type": "image/jpeg; x=1"})
TWILIO_URL = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"
STORAGE = "https://mms.twiliocdn.com/AC1/ME1?Signature=x"


def moved(location: str, status: int = 307) -> httpx.Response:
    return httpx.Response(status, headers={"location": location})


async def fetch(
    fake: FakeProvider, account: SmsAccount, url: str | None, max_bytes: int = 100
) -> FetchedMedia:
    async with fake.client() as client:
        return await SMS.fetch_media(client, account, MediaRef(url=url), max_bytes)


async def test_twilio_sends_on_and_the_storage_sees_no_credentials() -> None:
    fake = FakeProvider(moved(STORAGE), JPEG)
    fetched = await fetch(fake, TWILIO, TWILIO_URL)
    assert (fetched.content, fetched.mime_type) == (b"\xff\xd8jpeg", "image/jpeg")
    first, second = fake.requests
    assert first.headers["authorization"] == TWILIO.authorization["Authorization"]
    assert str(second.url) == STORAGE
    assert "authorization" not in second.headers


async def test_twilio_may_have_it_itself_or_in_its_old_bucket() -> None:
    old = "https://s3-external-1.amazonaws.com/media.twiliocdn.com/AC1/ME1"
    for answers in ((JPEG, JPEG), (moved(old), JPEG), (moved("/elsewhere"), JPEG)):
        fetched = await fetch(FakeProvider(*answers), TWILIO, TWILIO_URL)
        assert fetched.content


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/x",
        "https://s3-external-1.amazonaws.com/another-bucket/x",
        "http://mms.twiliocdn.com/x",
        "https://mms.twiliocdn.com:8443/x",
        "https://mms.twiliocdn.com.evil.example/x",
        "https://169.254.169.254/latest/meta-data",
        "file:///etc/hostname",
        "//[bad",
    ],
)
async def test_twilio_sends_on_to_its_storage_only(location: str) -> None:
    fake = FakeProvider(moved(location, 302))
    with pytest.raises(MediaRejected):
        await fetch(fake, TWILIO, TWILIO_URL)
    assert len(fake.requests) == 1


GOOD = [
    (ZENVIA, "https://files.zenvia.com/a/41"),
    (INFOBIP, "https://q1w2e3.api.infobip.com/mms/1/x"),
    (VONAGE, "https://api-us.nexmo.com/v3/media/1"),
    (SINCH, "https://mms.sinch.com/a/1"),
    (changed(SINCH, api_base="http://127.0.0.1:8090/sinch"), "http://127.0.0.1:8090/media/1"),
]


@pytest.mark.parametrize(("account", "url"), GOOD)
async def test_from_the_providers_own_hosts(account: SmsAccount, url: str) -> None:
    fake = FakeProvider(JPEG)
    await fetch(fake, account, url)
    name, value = next(iter(account.authorization.items()))
    assert fake.requests[0].headers[name] == value


@pytest.mark.parametrize("account", ACCOUNTS.values(), ids=ACCOUNTS)
@pytest.mark.parametrize(
    "url",
    [
        None,
        "cat.jpg",
        "https://evil.example/x",
        "https://127.0.0.1/x",
        "https://twilio.com.evil.example/x",
        "https://api.twilio.com@evil.example/x",
        "http://api.twilio.com/x",
        "https://evil.example/?u=https://api.infobip.com",
        "ftp://api.nexmo.com/x",
        "https://exa\x00mple",
    ],
)
async def test_from_nowhere_else(account: SmsAccount, url: str | None) -> None:
    fake = FakeProvider()
    with pytest.raises(MediaRejected):
        await fetch(fake, account, url)
    assert fake.requests == []


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ((httpx.Response(404), httpx.Response(404)), MediaRejected),
        ((httpx.Response(500),), PlatformUnavailable),
        ((httpx.ReadTimeout("slow"),), PlatformUnavailable),
        ((moved(STORAGE), moved(STORAGE)), MediaRejected),
        ((moved(STORAGE), httpx.Response(200, content=b"x" * 101)), MediaRejected),
    ],
)
async def test_what_cannot_be_fetched(
    answers: tuple[httpx.Response | Exception, ...], error: type[DeliveryError]
) -> None:
    with pytest.raises(error):
        await fetch(FakeProvider(*answers), TWILIO, TWILIO_URL)
