"""Web chat behind the platform contract: signatures, hostile bodies, sends without a call, safe fetches."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from domain.content import (
    LocationContent,
    MediaRef,
    MessageContent,
    TemplateContent,
    TextContent,
)
from domain.errors import ContentRejected, MediaRejected, PayloadUnreadable, SignatureInvalid
from domain.receipts import Receipt, ReceiptStatus
from platforms import signing
from platforms.base import Account, OutboundMessage, WebhookRequest
from platforms.webchat.platform import Webchat
from tests.platforms.webchat.harness import ACCOUNT, SIGNED_AT, sign

BODY = b'{"visitor":{"id":"v-1"},"t":"typing"}'
WEBCHAT = Webchat()


def posted(
    body: bytes = BODY, *, late: timedelta | None = None, signature: str | None = None
) -> WebhookRequest:
    at = None if late is None else SIGNED_AT + late
    headers = sign(BODY) if signature is None else {signing.HEADER: signature}
    return WebhookRequest(headers=headers, body=body, received_at=at)


def message(content: MessageContent) -> OutboundMessage:
    return OutboundMessage(id="m-1", address="v-1", content=content)


def no_call(request: httpx.Request) -> httpx.Response:
    raise AssertionError(f"nothing may be called, least of all {request.url}")


async def no_file(key: str) -> bytes:
    raise AssertionError(f"no file may be read, least of all {key}")


# --- signatures


@pytest.mark.parametrize("late", [None, timedelta(0), timedelta(minutes=5), timedelta(minutes=-5)])
def test_a_fresh_signature_is_accepted(late: timedelta | None) -> None:
    WEBCHAT.verify(posted(late=late), ACCOUNT)


@pytest.mark.parametrize("late", [timedelta(minutes=5, seconds=1), timedelta(minutes=-6)])
def test_a_replayed_or_future_signature_is_refused(late: timedelta) -> None:
    with pytest.raises(SignatureInvalid, match="five minutes"):
        WEBCHAT.verify(posted(late=late), ACCOUNT)


def test_one_good_signature_of_several_is_enough() -> None:
    good = sign(BODY)[signing.HEADER]
    WEBCHAT.verify(posted(signature=f"{good},v1={'0' * 64}"), ACCOUNT)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "nonsense",
        "t=,v1=",
        "v1=00",
        "t=12",
        "t=-5,v1=00",
        "t=\uff11\uff12,v1=00",
        f"t=1772474650,v1={'é' * 64}",
        "t=1,v1=\ud800",
    ],
)
def test_a_signature_that_is_none_is_refused(header: str) -> None:
    with pytest.raises(SignatureInvalid):
        WEBCHAT.verify(posted(signature=header), ACCOUNT)


def test_a_changed_body_time_or_secret_is_refused() -> None:
    moved = sign(BODY)[signing.HEADER].replace("t=1", "t=2")
    other = ACCOUNT.model_copy(update={"secret": SecretStr("another")})
    for request, account in (
        (posted(BODY + b" "), ACCOUNT),
        (posted(signature=moved), ACCOUNT),
        (posted(), other),
    ):
        with pytest.raises(SignatureInvalid, match="does not fit"):
            WEBCHAT.verify(request, account)


def test_another_platforms_account_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError, match="web chat account"):
        WEBCHAT.verify(posted(), Account())


# --- bodies


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nope",
        b"[]",
        b"{}",
        b'{"visitor":{"id":"v"}}',
        b'{"visitor":{"id":"v"},"frames":{}}',
        b'{"visitor":{},"frames":[]}',
        b'{"visitor":"v","frames":[]}',
        b"\xff\xfe\xfd",
        b"[" * 100_000,
    ],
)
def test_a_body_that_is_not_ours_is_unreadable(body: bytes) -> None:
    with pytest.raises(PayloadUnreadable):
        WEBCHAT.parse(WebhookRequest(body=body))
    assert WEBCHAT.accounts(WebhookRequest(body=body)) == []


def test_a_text_over_the_limit_is_kept_whole() -> None:
    text = "palavra " * 1000
    frame = {"t": "msg", "cid": "c-long", "text": text}
    body = json.dumps({"visitor": {"id": "v-1"}, "frames": [frame]}).encode()
    [event] = WEBCHAT.parse(WebhookRequest(body=body))
    assert event.content == TextContent(text=text)


def test_numbers_and_nesting_no_store_can_hold_are_made_harmless() -> None:
    body = b'{"visitor":{"id":"v"},"frames":[{"t":"x","n":%s,"inf":1e999,"nan":NaN,"deep":%s}]}' % (
        b"9" * 5000,
        b"[" * 60 + b"]" * 60,
    )
    [event] = WEBCHAT.parse(WebhookRequest(body=body))
    assert event.raw is not None
    assert event.raw["n"] == "9" * 5000
    assert (event.raw["inf"], event.raw["nan"]) == (None, None)
    assert "nested too deeply" in event.model_dump_json()


def test_the_inbox_named_in_a_body_is_known_before_it_is_verified() -> None:
    request = WebhookRequest(body=b'{"inbox":"wi_loja","visitor":{"id":"v"},"frames":[]}')
    assert WEBCHAT.accounts(request) == ["wi_loja"]
    assert WEBCHAT.handshake(request, ACCOUNT) is None


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["msg", "typing", "read", "cid"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "t",
                    "cid",
                    "text",
                    "attachments",
                    "postback",
                    "id",
                    "title",
                    "up_to",
                    "on",
                    "url",
                    "at",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@settings(deadline=None)  # the machine may be busy
@given(st.lists(_JSON, max_size=4), _JSON)
def test_no_frame_is_dropped_and_none_breaks_the_others(frames: list[Any], odd: Any) -> None:
    good = {"t": "msg", "cid": "c-good", "text": "hi"}
    body = json.dumps({"visitor": {"id": "v-1", "name": odd}, "frames": [*frames, good]}).encode()
    events = WEBCHAT.parse(WebhookRequest(body=body))
    assert len(events) >= len(frames) + 1
    assert events[-1].external_id == "c-good"
    assert all(event.model_dump_json() for event in events)


# --- sending


async def test_a_send_makes_no_call_and_is_safe_to_repeat() -> None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(no_call)) as client:
        receipts = [
            await WEBCHAT.send(client, ACCOUNT, message(TextContent(text="Oi")), no_file)
            for _ in range(2)
        ]
        await WEBCHAT.show_activity(client, ACCOUNT, "v-1", None)
    assert receipts == [Receipt(status=ReceiptStatus.SENT, message_external_id="m-1")] * 2


@pytest.mark.parametrize(
    "content",
    [
        LocationContent(latitude=1, longitude=2),
        TemplateContent(name="x", language="pt_BR"),
        TextContent(text="x" * 4001),
    ],
    ids=lambda content: content.type,
)
async def test_what_the_widget_cannot_show_is_refused(content: MessageContent) -> None:
    with pytest.raises(ContentRejected):
        WEBCHAT.render(message(content), ACCOUNT)
    async with httpx.AsyncClient(transport=httpx.MockTransport(no_call)) as client:
        with pytest.raises(ContentRejected):
            await WEBCHAT.send(client, ACCOUNT, message(content), no_file)


# --- fetching


def a_picture(request: httpx.Request) -> httpx.Response:
    assert "authorization" not in request.headers
    return httpx.Response(200, content=b"picture", headers={"content-type": "image/png"})


@pytest.mark.parametrize(
    "url", ["https://loja.example/a.png", "https://cdn.lojas.example/a.png?sig=1"]
)
async def test_a_link_on_the_inboxs_own_sites_is_fetched(url: str) -> None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(a_picture)) as client:
        media = MediaRef(url=url, filename="a.png")
        fetched = await WEBCHAT.fetch_media(client, ACCOUNT, media, 100)
        with pytest.raises(MediaRejected, match="larger than 3"):
            await WEBCHAT.fetch_media(client, ACCOUNT, media, 3)
    assert (fetched.content, fetched.mime_type, fetched.filename) == (
        b"picture",
        "image/png",
        "a.png",
    )


@pytest.mark.parametrize(
    "media",
    [
        MediaRef(id="up_1"),
        MediaRef(url="http://loja.example/a.png"),
        MediaRef(url="https://loja.example:8443/a.png"),
        MediaRef(url="https://loja.example@evil.example/a.png"),
        MediaRef(url="https://user:pass@loja.example/a.png"),
        MediaRef(url="https://lojas.example.evil.example/a.png"),
        MediaRef(url="http://127.0.0.1:5432/"),
        MediaRef(url="http://[::1]/"),
        MediaRef(url="file:///etc/passwd"),
        MediaRef(url="https://loja.example:x/"),
        MediaRef(url="not a link"),
    ],
    ids=lambda media: media.url or media.id,
)
async def test_a_link_elsewhere_is_never_fetched(media: MediaRef) -> None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(no_call)) as client:
        with pytest.raises(MediaRejected):
            await WEBCHAT.fetch_media(client, ACCOUNT, media, 100)


async def test_an_inbox_open_to_any_site_fetches_from_none() -> None:
    anyone = ACCOUNT.model_copy(update={"allowed_origins": []})
    async with httpx.AsyncClient(transport=httpx.MockTransport(no_call)) as client:
        with pytest.raises(MediaRejected, match="allowed origins"):
            await WEBCHAT.fetch_media(client, anyone, MediaRef(url="https://loja.example/a"), 100)


def test_the_secret_is_in_no_repr() -> None:
    assert ACCOUNT.secret.get_secret_value() not in repr(ACCOUNT)
    assert ACCOUNT.account_id == "wi_loja"
