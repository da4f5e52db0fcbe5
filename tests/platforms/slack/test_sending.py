"""One call for a message, three for a file; and what each answer means."""

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

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
from domain.receipts import Receipt, ReceiptStatus
from platforms.slack.platform import Slack
from tests.platforms.contract import MESSAGE_ID
from tests.platforms.slack.harness import ACCOUNT
from tests.platforms.slack.support import (
    CHANNEL,
    CHAT,
    ROOT,
    THREAD,
    TOKEN,
    Answer,
    FakeWebApi,
    accepted,
    media_of,
    no,
    no_media,
    outbound_message,
    yes,
)

TEXT = {"type": "text", "text": "oi"}
FILE = {
    "type": "document",
    "media": {"key": "t1/nota.pdf", "mime_type": "application/pdf", "filename": "nota 88.pdf"},
    "caption": "Segue",
}
PLACE = yes(upload_url="https://files.slack.com/upload/v1/of-nobody", file_id="F07NOTA0001")
TAKEN = httpx.Response(200, text="OK - 9")
SHARED = yes(files=[{"id": "F07NOTA0001", "title": "nota 88.pdf"}])


def known(channel: str = CHAT, ts: str = "1785586301.000200") -> httpx.Response:
    shares = {"private": {channel: [{"ts": ts}]}}
    return yes(file={"id": "F07NOTA0001", "shares": shares})


async def send(api: FakeWebApi, content: dict[str, Any] = TEXT, address: str = CHAT) -> Receipt:
    message = outbound_message(content, address)
    load = media_of(b"%PDF-nota") if "media" in content else no_media
    async with api.client() as client:
        return await Slack().send(client, ACCOUNT, message, load)


async def failure(*answers: Answer, content: dict[str, Any] = TEXT) -> DeliveryError:
    api = FakeWebApi(*answers)
    with pytest.raises(DeliveryError) as caught:
        await send(api, content)
    assert len(api.requests) == len(answers)
    assert TOKEN not in f"{caught.value!r}{caught.value.detail}"
    return caught.value


async def test_a_message_is_one_call() -> None:
    api = FakeWebApi(accepted())
    assert await send(api) == Receipt(
        status=ReceiptStatus.SENT,
        message_external_id=f"{CHAT}:1785586300.000100",
        reference=MESSAGE_ID,
    )
    assert api.paths == ["/api/chat.postMessage"]
    assert api.requests[0].headers["content-type"] == "application/json; charset=utf-8"
    assert api.tokens == [True]


async def test_a_message_to_a_person_is_in_the_chat_that_the_answer_names() -> None:
    receipt = await send(FakeWebApi(accepted(CHAT)), address="U07RITA0001")
    assert receipt.message_external_id == f"{CHAT}:1785586300.000100"


@pytest.mark.parametrize("answer", [yes(), yes(channel=CHAT), yes(ts=3), yes(ts="")])
async def test_a_success_that_names_no_message_is_none(answer: httpx.Response) -> None:
    assert type(await failure(answer)) is OutcomeUnknown


MEANINGS = [
    ("ratelimited", Throttled),
    ("rate_limited", Throttled),
    ("internal_error", OutcomeUnknown),
    ("fatal_error", OutcomeUnknown),
    ("service_unavailable", PlatformUnavailable),
    ("request_timeout", PlatformUnavailable),
    ("team_added_to_org", PlatformUnavailable),
    ("invalid_auth", ChannelUnauthorized),
    ("not_authed", ChannelUnauthorized),
    ("account_inactive", ChannelUnauthorized),
    ("token_revoked", ChannelUnauthorized),
    ("token_expired", ChannelUnauthorized),
    ("org_login_required", ChannelUnauthorized),
    ("ekm_access_denied", ChannelUnauthorized),
    ("missing_scope", ChannelUnauthorized),
    ("not_allowed_token_type", ChannelUnauthorized),
    ("channel_not_found", ContactUnreachable),
    ("not_in_channel", ContactUnreachable),
    ("is_archived", ContactUnreachable),
    ("user_not_found", ContactUnreachable),
    ("user_disabled", ContactUnreachable),
    ("messages_tab_disabled", ContactUnreachable),
    ("restricted_action", ContactUnreachable),
    ("restricted_action_thread_locked", ContactUnreachable),
    ("cannot_dm_bot", ContactUnreachable),
    ("access_denied", ContactUnreachable),
    ("no_permission", ContactUnreachable),
    ("no_text", ContentRejected),
    ("msg_too_long", ContentRejected),
    ("msg_blocks_too_long", ContentRejected),
    ("invalid_blocks", ContentRejected),
    ("metadata_too_large", ContentRejected),
    ("cannot_reply_to_message", ContentRejected),
    ("file_not_found", MediaRejected),
    ("file_uploads_disabled", MediaRejected),
    ("an_error_of_tomorrow", ContentRejected),
]


@pytest.mark.parametrize(("code", "meaning"), MEANINGS)
async def test_a_refusal_means(code: str, meaning: type[DeliveryError]) -> None:
    error = await failure(no(code))
    assert type(error) is meaning
    assert error.vendor_code == code


async def test_a_refusal_tells_what_is_wrong() -> None:
    messages = ["[ERROR] must be shorter [json-pointer:/blocks/0/text/text]", 7]
    error = await failure(no("invalid_blocks", response_metadata={"messages": messages}))
    assert "json-pointer:/blocks/0" in error.detail
    error = await failure(no("missing_scope", needed="files:write", provided="chat:write"))
    assert error.detail == "missing_scope; needs files:write"


async def test_too_fast_says_for_how_long() -> None:
    limited = httpx.Response(
        429, headers={"retry-after": "30"}, json={"ok": False, "error": "ratelimited"}
    )
    error = await failure(limited)
    assert isinstance(error, Throttled)
    assert error.retry_after == timedelta(seconds=30)


async def test_a_file_is_put_in_its_place_and_shared() -> None:
    api = FakeWebApi(PLACE, TAKEN, SHARED, known())
    receipt = await send(api, FILE)
    assert receipt.message_external_id == f"{CHAT}:1785586301.000200"
    assert receipt.reference == MESSAGE_ID
    assert api.paths == [
        "/api/files.getUploadURLExternal",
        "/upload/v1/of-nobody",
        "/api/files.completeUploadExternal",
        "/api/files.info",
    ]
    assert api.form(0) == {"filename": "nota 88.pdf", "length": "9"}
    assert b"%PDF-nota" in api.requests[1].content
    assert api.json(2) == {
        "files": [{"id": "F07NOTA0001", "title": "nota 88.pdf"}],
        "channel_id": CHAT,
        "initial_comment": "Segue",
    }
    assert api.form(3) == {"file": "F07NOTA0001"}
    # The place is a secret of its own: it is given no token.
    assert api.tokens == [True, False, True, True]


async def test_a_file_in_a_thread() -> None:
    api = FakeWebApi(PLACE, TAKEN, SHARED, known(CHANNEL))
    receipt = await send(api, FILE, THREAD)
    assert receipt.message_external_id == f"{CHANNEL}:1785586301.000200"
    assert api.json(2)["thread_ts"] == ROOT


async def test_a_file_to_a_person() -> None:
    api = FakeWebApi(PLACE, TAKEN, SHARED, known())
    receipt = await send(api, FILE, "U07RITA0001")
    assert receipt.message_external_id == f"{CHAT}:1785586301.000200"
    assert api.json(2)["channels"] == "U07RITA0001"


@pytest.mark.parametrize(
    "unknown",
    [
        known("C07OUTRO001"),
        yes(),
        yes(file={"shares": 3}),
        no("file_not_found"),
        httpx.ReadTimeout("?"),
    ],
    ids=range(5),
)
async def test_where_a_file_is_may_stay_unknown(unknown: Answer) -> None:
    """It was sent all the same."""
    receipt = await send(FakeWebApi(PLACE, TAKEN, SHARED, unknown), FILE)
    assert receipt.status is ReceiptStatus.SENT
    assert receipt.message_external_id == f"{CHAT}:F07NOTA0001"


NO_PLACE = yes(file_id="F07NOTA0001")
STRANGE_PLACE = yes(upload_url="https://evil.example/upload", file_id="F07NOTA0001")
INSIDE = yes(upload_url="http://169.254.169.254/", file_id="F07NOTA0001")


@pytest.mark.parametrize(
    ("answers", "meaning"),
    [
        # Nothing is seen of a file before it is shared: whatever went wrong may be tried again.
        ([httpx.ReadTimeout("?")], PlatformUnavailable),
        ([httpx.Response(500, text="?")], PlatformUnavailable),
        ([no("internal_error")], PlatformUnavailable),
        ([NO_PLACE], PlatformUnavailable),
        ([STRANGE_PLACE], PlatformUnavailable),
        ([INSIDE], PlatformUnavailable),
        ([PLACE, httpx.ReadTimeout("?")], PlatformUnavailable),
        (
            [PLACE, httpx.Response(302, headers={"location": "https://x.example"})],
            PlatformUnavailable,
        ),
        ([PLACE, httpx.Response(413)], MediaRejected),
        ([no("file_upload_size_restricted")], MediaRejected),
        ([no("missing_scope")], ChannelUnauthorized),
        # From here on it may be there.
        ([PLACE, TAKEN, httpx.ReadTimeout("?")], OutcomeUnknown),
        ([PLACE, TAKEN, no("fatal_error")], OutcomeUnknown),
        ([PLACE, TAKEN, no("channel_not_found")], ContactUnreachable),
        ([PLACE, TAKEN, httpx.Response(429, headers={"retry-after": "3"})], Throttled),
    ],
    ids=range(15),
)
async def test_a_file_that_fails(answers: list[Answer], meaning: type[DeliveryError]) -> None:
    assert type(await failure(*answers, content=FILE)) is meaning


async def test_what_is_refused_is_not_uploaded() -> None:
    too_much = {**FILE, "caption": "a" * 3000}
    assert type(await failure(content=too_much)) is ContentRejected


async def test_a_card_with_a_picture_of_ours_carries_its_buttons() -> None:
    card = {
        "type": "card",
        "title": "Lua",
        "media": {"key": "t1/lua.png", "mime_type": "image/png"},
        "buttons": [{"id": "buy", "title": "Comprar"}],
    }
    api = FakeWebApi(PLACE, TAKEN, SHARED, known())
    await send(api, card)
    shared = api.json(2)
    assert shared["files"][0]["id"] == "F07NOTA0001"
    assert [block["type"] for block in shared["blocks"]] == ["header", "actions"]
    assert "initial_comment" not in shared


async def activity(api: FakeWebApi, address: str) -> None:
    async with api.client() as client:
        await Slack().show_activity(client, ACCOUNT, address, f"{CHAT}:{ROOT}")


async def test_typing_is_shown_in_a_thread() -> None:
    api = FakeWebApi(yes())
    await activity(api, THREAD)
    assert api.paths == ["/api/assistant.threads.setStatus"]
    assert json.loads(api.requests[0].content) == {
        "channel_id": CHANNEL,
        "thread_ts": ROOT,
        "status": "is typing…",
    }


async def test_typing_needs_a_thread_and_is_best_effort() -> None:
    await activity(FakeWebApi(), CHAT)
    await activity(FakeWebApi(no("invalid_thread_ts")), THREAD)
