"""One call for a comment or a message, three for a file of ours; and what each answer means."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from domain.content import MediaRef
from domain.errors import (
    ChannelUnauthorized,
    ContactUnreachable,
    ContentRejected,
    DeliveryError,
    MediaRejected,
    OutcomeUnknown,
    PlatformUnavailable,
    Throttled,
)
from domain.events import Sender
from domain.receipts import Receipt, ReceiptStatus
from platforms.linkedin.account import LinkedInAccount
from platforms.linkedin.calls import TOKENS, refreshing
from platforms.linkedin.platform import LinkedIn
from tests.platforms.contract import MESSAGE_ID
from tests.platforms.linkedin.harness import ACCOUNT
from tests.platforms.linkedin.support import (
    COMMENT,
    PERSON,
    POST,
    THREAD,
    TOKEN,
    Answer,
    FakeLinkedIn,
    created,
    media_of,
    no_media,
    outbound_message,
    refused,
)

TEXT = {"type": "text", "text": "oi"}
IMAGE = {"type": "image", "media": {"key": "t1/lua.png", "mime_type": "image/png"}}
OURS = f"urn:li:comment:({POST},99)"


async def send(
    api: FakeLinkedIn,
    content: dict[str, Any] = TEXT,
    account: LinkedInAccount = ACCOUNT,
    **fields: Any,
) -> Receipt:
    load = media_of(b"\x89PNG-lua") if "media" in content else no_media
    async with api.client() as client:
        return await LinkedIn().send(client, account, outbound_message(content, **fields), load)


async def failure(*answers: Answer, content: dict[str, Any] = TEXT, **fields: Any) -> DeliveryError:
    api = FakeLinkedIn(*answers)
    with pytest.raises(DeliveryError) as caught:
        await send(api, content, **fields)
    assert len(api.requests) == len(answers)
    assert TOKEN not in f"{caught.value!r}{caught.value.detail}"
    return caught.value


def sent(key: str) -> Receipt:
    return Receipt(status=ReceiptStatus.SENT, message_external_id=key, reference=MESSAGE_ID)


async def test_a_comment_is_one_call() -> None:
    api = FakeLinkedIn(created("99", id="99", object=POST))
    assert await send(api, thread=COMMENT) == sent(OURS)
    (request,) = api.requests
    assert request.url.raw_path.decode().startswith("/rest/socialActions/urn%3Ali%3Acomment%3A%28")
    assert request.headers["linkedin-version"] == "202607"
    assert request.headers["x-restli-protocol-version"] == "2.0.0"
    assert api.tokens == [f"Bearer {TOKEN}"]
    assert api.json()["parentComment"] == COMMENT


@pytest.mark.parametrize(
    "answer",
    [
        created("99"),
        created(None, id=99),
        created(OURS),
        created("99", commentUrn=OURS),
        created("99", **{"$URN": "urn:li:comment:(activity:7101000000000000001,99)"}),
    ],
)
async def test_a_comment_is_known_by_its_whole_name(answer: httpx.Response) -> None:
    assert await send(FakeLinkedIn(answer), thread=COMMENT) == sent(OURS)
    assert await send(FakeLinkedIn(answer), thread=POST) == sent(OURS)


async def test_a_message_is_named_in_a_header() -> None:
    assert await send(FakeLinkedIn(created("2-msg9==")), thread=THREAD) == sent("2-msg9==")
    assert await send(FakeLinkedIn(created("2-msg9%3D%3D")), thread=THREAD) == sent("2-msg9==")
    answer = httpx.Response(201, headers={"x-linkedin-id": "2-msg9=="})
    assert await send(FakeLinkedIn(answer)) == sent("2-msg9==")


async def test_who_is_no_partner_sends_no_message_and_still_comments() -> None:
    alone = ACCOUNT.model_copy(update={"partner_access": False})
    error = await failure(account=alone)
    assert type(error) is ChannelUnauthorized
    assert "approved partners" in error.detail
    assert type(await failure(account=alone, thread=THREAD)) is ChannelUnauthorized
    receipt = await send(FakeLinkedIn(created("99")), account=alone, thread=COMMENT)
    assert receipt == sent(OURS)


@pytest.mark.parametrize("answer", [created(None), httpx.Response(200, text="<html>")])
async def test_a_success_that_names_nothing_is_none(answer: httpx.Response) -> None:
    assert type(await failure(answer)) is OutcomeUnknown
    assert type(await failure(answer, thread=COMMENT)) is OutcomeUnknown


MEANINGS: list[tuple[int, Any, dict[str, Any], type[DeliveryError]]] = [
    (401, 65600, {}, ChannelUnauthorized),
    (401, 65601, {"code": "REVOKED_ACCESS_TOKEN"}, ChannelUnauthorized),
    (401, None, {"code": "EXPIRED_ACCESS_TOKEN"}, ChannelUnauthorized),
    (403, 100, {}, ChannelUnauthorized),
    (403, None, {"code": "ACCESS_DENIED"}, ChannelUnauthorized),
    (426, None, {"code": "NONEXISTENT_VERSION"}, ChannelUnauthorized),
    (400, None, {"code": "VERSION_MISSING"}, ChannelUnauthorized),
    (404, None, {}, ContactUnreachable),
    (400, 100, {"message": "Unpermitted fields"}, ContentRejected),
    (409, None, {}, ContentRejected),
    (422, None, {}, ContentRejected),
    (413, None, {}, MediaRejected),
    (429, 101, {}, Throttled),
    (429, None, {}, Throttled),
    (503, None, {}, PlatformUnavailable),
    (500, 0, {}, OutcomeUnknown),
    (504, None, {}, OutcomeUnknown),
]


@pytest.mark.parametrize(("status", "number", "fields", "meaning"), MEANINGS)
async def test_a_refusal_means(
    status: int, number: Any, fields: dict[str, Any], meaning: type[DeliveryError]
) -> None:
    error = await failure(refused(status, number, **fields))
    assert type(error) is meaning
    told = (number, fields.get("code"), status)
    assert error.vendor_code == str(next(code for code in told if code is not None))


DAILY = "Resource level throttle DAY limit is reached."


@pytest.mark.parametrize(
    ("headers", "message", "delay"),
    [
        ({"retry-after": "7"}, DAILY, timedelta(seconds=7)),
        ({"date": "Sat, 01 Aug 2026 21:30:00 GMT"}, DAILY, timedelta(hours=2, minutes=30)),
        ({"date": "soon"}, DAILY, timedelta(hours=1)),
        ({}, DAILY, timedelta(hours=1)),
        ({"date": "Sat, 01 Aug 2026 21:30:00 GMT"}, "too fast", None),
    ],
)
async def test_limits_of_a_day_end_at_midnight(
    headers: dict[str, str], message: str, delay: timedelta | None
) -> None:
    answer = httpx.Response(
        429, headers=headers, json={"serviceErrorCode": 101, "message": message}
    )
    error = await failure(answer)
    assert isinstance(error, Throttled)
    assert error.retry_after == delay


PLACE = httpx.Response(
    200,
    json={
        "value": {"uploadUrl": "https://www.linkedin.com/dms-uploads/1", "image": "urn:li:image:7"}
    },
)
_HTTP = "com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest"
ASSET = httpx.Response(
    200,
    json={
        "value": {
            "uploadMechanism": {_HTTP: {"uploadUrl": "https://api.linkedin.com/mediaUpload/1"}},
            "asset": "urn:li:digitalmediaAsset:7",
        }
    },
)
TAKEN = httpx.Response(201)


async def test_a_picture_of_ours_is_put_in_its_place_and_shown_in_a_comment() -> None:
    api = FakeLinkedIn(PLACE, TAKEN, created("99"))
    content = {**IMAGE, "caption": "A azul"}
    assert await send(api, content, thread=COMMENT) == sent(OURS)
    assert [request.method for request in api.requests] == ["POST", "PUT", "POST"]
    assert str(api.requests[0].url) == f"{ACCOUNT.api_base}/rest/images?action=initializeUpload"
    assert api.json(0) == {"initializeUploadRequest": {"owner": ACCOUNT.urn}}
    assert api.requests[1].content == b"\x89PNG-lua"
    assert api.requests[1].headers["content-type"] == "image/png"
    assert api.json()["content"] == [{"entity": {"image": "urn:li:image:7"}}]


async def test_a_file_of_ours_is_an_asset_of_a_message() -> None:
    api = FakeLinkedIn(ASSET, TAKEN, created("2-msg9=="))
    content = {"type": "document", "media": {"key": "t1/a.pdf"}, "caption": "Segue"}
    assert await send(api, content) == sent("2-msg9==")
    registered = api.json(0)["registerUploadRequest"]
    assert registered["recipes"] == ["urn:li:digitalmediaRecipe:messaging-attachment"]
    assert registered["owner"] == ACCOUNT.urn
    assert api.requests[1].headers["content-type"] == "application/pdf"
    assert api.json()["attachments"] == ["urn:li:digitalmediaAsset:7"]


def elsewhere(url: str) -> httpx.Response:
    return httpx.Response(200, json={"value": {"uploadUrl": url, "image": "urn:li:image:7"}})


@pytest.mark.parametrize(
    ("answers", "meaning"),
    [
        ([httpx.ReadTimeout("silence")], PlatformUnavailable),
        ([httpx.Response(200, json={})], PlatformUnavailable),
        ([elsewhere("https://linkedin.com.evil.example/a")], PlatformUnavailable),
        ([elsewhere("http://www.linkedin.com/a")], PlatformUnavailable),
        ([elsewhere("https://[")], PlatformUnavailable),
        ([refused(400)], MediaRejected),
        ([refused(403, 100)], ChannelUnauthorized),
        ([PLACE, httpx.ReadTimeout("silence")], PlatformUnavailable),
        ([PLACE, httpx.Response(500)], PlatformUnavailable),
        ([PLACE, httpx.Response(413)], MediaRejected),
    ],
)
async def test_an_upload_that_fails_says_nothing_to_anybody(
    answers: list[Answer], meaning: type[DeliveryError]
) -> None:
    assert type(await failure(*answers, content=IMAGE, thread=COMMENT)) is meaning


RENEWING = ACCOUNT.model_copy(
    update={"client_id": "77abc", "refresh_token": SecretStr("refresh-of-nobody")}
)


async def test_a_token_that_is_refused_is_replaced_where_another_can_be_had() -> None:
    renewal = refreshing(RENEWING)
    assert renewal is not None
    TOKENS.forget(renewal)
    again = refused(401, 65601)
    api = FakeLinkedIn(created("1"), again, created("2"), created("3"), again, created("4"))
    for _ in range(4):
        await send(api, account=RENEWING)
    known = f"Bearer {ACCOUNT.access_token.get_secret_value()}"
    first, second = "Bearer token-1", "Bearer token-2"
    assert api.tokens == [known, known, first, first, first, second]
    TOKENS.forget(renewal)
    assert api.renewals[0] == {
        "grant_type": "refresh_token",
        "refresh_token": "refresh-of-nobody",
        "client_id": "77abc",
        "client_secret": ACCOUNT.client_secret.get_secret_value(),
    }


async def profile(address: str, *answers: Answer) -> Sender | None:
    api = FakeLinkedIn(*answers)
    async with api.client() as client:
        return await LinkedIn().fetch_profile(client, ACCOUNT, address)


async def test_names() -> None:
    rita = {"localizedFirstName": "Rita", "localizedLastName": "Lima", "vanityName": "rita-lima"}
    found = await profile(PERSON, httpx.Response(200, json=rita))
    assert found == Sender(address=PERSON, name="Rita Lima", username="rita-lima")
    page = "urn:li:organization:31"
    found = await profile(page, httpx.Response(200, json={"localizedName": "Sol"}))
    assert found == Sender(address=page, name="Sol")


@pytest.mark.parametrize("status", [400, 403, 404])
async def test_names_that_are_not_told(status: int) -> None:
    assert await profile(PERSON, refused(status, 100)) is None
    assert await profile(COMMENT) is None
    assert await profile(PERSON, httpx.Response(200, json={})) is None


async def test_a_name_that_could_not_be_asked_for() -> None:
    with pytest.raises(PlatformUnavailable):
        await profile(PERSON, httpx.ReadTimeout("silence"))
    with pytest.raises(ChannelUnauthorized):
        await profile(PERSON, refused(401, 65600))


GIF = "https://media.tenor.com/lua.gif"


async def fetch(media: MediaRef, *answers: Answer, limit: int = 100) -> FakeLinkedIn:
    api = FakeLinkedIn(*answers)
    async with api.client() as client:
        found = await LinkedIn().fetch_media(client, ACCOUNT, media, limit)
    assert (found.content, found.mime_type) == (b"gif", "image/gif")
    return api


async def test_a_picture_is_fetched_without_the_token() -> None:
    answer = httpx.Response(200, content=b"gif", headers={"content-type": "image/gif"})
    api = await fetch(MediaRef(url=GIF), answer)
    assert api.tokens == [""]


@pytest.mark.parametrize(
    "url",
    [
        None,
        "https://evil.example/a",
        "https://tenor.com.evil.example/a",
        "http://media.tenor.com/a",
        "https://u:p@media.tenor.com/a",
        "https://media.licdn.com:8443/a",
        "https://[",
    ],
)
async def test_a_file_of_elsewhere_is_not_fetched(url: str | None) -> None:
    with pytest.raises(MediaRejected):
        await fetch(MediaRef(id="urn:li:digitalmediaAsset:7", url=url))
    with pytest.raises(MediaRejected):
        await fetch(MediaRef(url=GIF, size=101))
