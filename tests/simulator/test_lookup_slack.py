"""Sends in doubt, settled by what stands in the conversation at the simulated Slack."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.content import MediaContent, MediaRef, TextContent
from domain.errors import (
    ChannelUnauthorized,
    DeliveryError,
    OutcomeUnknown,
    PlatformUnavailable,
    Throttled,
)
from domain.receipts import Receipt
from platforms.base import OutboundMessage
from platforms.lookups import CLOCKS, ON_ITS_WAY, Reach
from platforms.slack import lookup
from platforms.slack.platform import Slack
from simulator import clock
from simulator.schemas import Fault
from simulator.slack.account import SCOPES
from tests.simulator.harness import World
from tests.simulator.slack_world import (
    DM,
    SHOP,
    TEAM,
    USER,
    account,
    call,
    channel_account,
    say,
    write,
)

MESSAGE_ID = "0198f0aa-0000-7000-8000-000000000042"
OTHER = str(UUID(int=7))


def message(address: str = DM, **fields: Any) -> OutboundMessage:
    frame: dict[str, Any] = {
        "id": MESSAGE_ID,
        "address": address,
        "attempted_at": clock.now() - ON_ITS_WAY,
    }
    return OutboundMessage(**{**frame, "content": TextContent(text="olá"), **fields})


@pytest.fixture
async def shop(sim: World) -> World:
    """A workspace where Ana has written, in private and in a channel."""
    await sim.control.put_account("slack", TEAM, account(sim))
    assert (await say(sim)).accepted
    return sim


async def send(sim: World, sent: OutboundMessage) -> Receipt:
    return await Slack().send(sim.http, channel_account(sim), sent, _no_files)


async def find(sim: World, sought: OutboundMessage) -> Receipt | None:
    return await Slack().find_sent(sim.http, channel_account(sim), sought)


async def _no_files(key: str) -> bytes:
    raise AssertionError(key)


async def in_doubt(sim: World, kind: str, sent: OutboundMessage) -> None:
    await sim.control.arm(Fault.model_validate({"platform": "slack", "kind": kind}))
    with pytest.raises(OutcomeUnknown):
        await send(sim, sent)


async def test_a_send_that_was_taken_is_found(shop: World) -> None:
    sought = message()
    await in_doubt(shop, "drop_after", sought)
    (entry,) = await shop.control.ledger()
    found = await find(shop, sought)
    assert found is not None
    assert (found.status, found.reference) == ("sent", MESSAGE_ID)
    assert found.message_external_id == entry.external_id


async def test_a_send_that_was_not_taken_is_certainly_not_there(shop: World) -> None:
    sought = message()
    await in_doubt(shop, "drop_before", sought)
    assert await find(shop, sought) is None
    await send(shop, sought.model_copy(update={"id": OTHER}))  # another one with the same words
    assert await find(shop, sought) is None
    assert len(await shop.control.ledger()) == 1


async def test_in_the_thread_where_it_belongs(shop: World) -> None:
    said = await say(shop, raw={"channel": SHOP, "text": "preciso de ajuda"})
    assert said.external_id is not None
    ts = said.external_id.rpartition(":")[2]
    sought = message(f"{SHOP}:{ts}")
    assert await find(shop, sought) is None
    await in_doubt(shop, "drop_after", sought)
    found = await find(shop, sought)
    assert found is not None
    assert found.message_external_id is not None
    assert found.message_external_id.startswith(f"{SHOP}:")


async def test_an_answer_that_quotes_stands_in_a_thread_too(shop: World) -> None:
    said = await say(shop, "qual o preço?")
    sought = message(reply_to=said.external_id)
    await in_doubt(shop, "drop_after", sought)
    assert await find(shop, sought) is not None


async def test_to_a_person_it_is_looked_for_in_their_private_chat(shop: World) -> None:
    sought = message(USER)
    await in_doubt(shop, "drop_after", sought)
    found = await find(shop, sought)
    assert found is not None
    assert found.message_external_id is not None
    assert found.message_external_id.startswith(f"{DM}:")


async def test_every_page_is_read_and_no_more_than_some(shop: World) -> None:
    sought = message(attempted_at=None)
    await in_doubt(shop, "drop_after", sought)
    for number in range(25):
        await write(shop, text=str(number))
    speaker, other = channel_account(shop), message(id=OTHER, attempted_at=None)
    short, shorter = Reach(of=10), Reach(pages=2, of=10)
    assert await lookup.find_sent(shop.http, speaker, sought, short) is not None
    assert await lookup.find_sent(shop.http, speaker, other, short) is None
    with pytest.raises(OutcomeUnknown, match="newest 2 pages"):
        await lookup.find_sent(shop.http, speaker, other, shorter)


async def test_what_was_written_long_before_is_not_read(shop: World) -> None:
    await in_doubt(shop, "drop_after", message())
    with pytest.raises(OutcomeUnknown, match="not there yet"):
        await find(shop, message(attempted_at=clock.now() + CLOCKS + timedelta(minutes=1)))


async def test_a_call_that_may_still_be_on_its_way_is_not_given_up(shop: World) -> None:
    sought = message(attempted_at=clock.now())
    await in_doubt(shop, "drop_before", sought)
    with pytest.raises(OutcomeUnknown, match="not there yet"):
        await find(shop, sought)
    await send(shop, sought)
    assert await find(shop, sought) is not None


async def test_who_asks_too_often_is_told_when_to_come_back(shop: World) -> None:
    await shop.control.arm(Fault(platform="slack", kind="throttle", seconds=60, on="call"))
    with pytest.raises(Throttled) as told:
        await find(shop, message())
    assert told.value.retry_after == timedelta(minutes=1)


LACKING = {
    "im:history": {"im:history", "channels:history", "groups:history", "mpim:history"},
    "metadata.message:read": {"metadata.message:read"},
}


@pytest.mark.parametrize("lacks", LACKING)
async def test_without_a_permission_nobody_can_tell(shop: World, lacks: str) -> None:
    scopes = [scope for scope in SCOPES if scope not in LACKING[lacks]]
    await shop.control.put_account("slack", TEAM, account(shop, scopes=scopes))
    sought = message()
    await in_doubt(shop, "drop_before", sought)
    with pytest.raises(OutcomeUnknown):
        await find(shop, sought)


@pytest.mark.parametrize("where", ["C0OUTRA", "C0NADA", f"{DM}:1.000001"])
async def test_a_conversation_that_is_not_seen_tells_nothing(shop: World, where: str) -> None:
    with pytest.raises(OutcomeUnknown):
        await find(shop, message(where))


async def test_a_file_has_no_name_to_be_found_by(shop: World) -> None:
    picture = MediaContent(type="image", media=MediaRef(key="k", mime_type="image/png"))
    with pytest.raises(OutcomeUnknown, match="file"):
        await find(shop, message(content=picture))


async def test_what_a_person_wrote_is_not_ours(shop: World) -> None:
    metadata = {"event_type": "pytake_message", "event_payload": {"id": MESSAGE_ID}}
    await say(shop, raw={"text": "olá", "metadata": metadata})
    assert await find(shop, message()) is None


async def test_a_revoked_token_is_the_channels_fault(shop: World) -> None:
    await shop.control.put_account("slack", TEAM, account(shop, revoked=True))
    with pytest.raises(ChannelUnauthorized, match="token_revoked"):
        await find(shop, message())


DOWN: list[tuple[dict[str, Any], type[DeliveryError]]] = [
    ({"kind": "error"}, PlatformUnavailable),
    ({"kind": "drop_after"}, PlatformUnavailable),
    ({"kind": "garbage"}, PlatformUnavailable),
]


@pytest.mark.parametrize(("fault", "meant"), DOWN)
async def test_a_question_that_fails_is_asked_again(
    shop: World, fault: dict[str, Any], meant: type[DeliveryError]
) -> None:
    await shop.control.arm(Fault(platform="slack", on="call", **fault))
    with pytest.raises(meant):
        await find(shop, message())
    assert await find(shop, message()) is None


async def test_the_simulated_history_is_strict(shop: World) -> None:
    for form, error in (
        ({"channel": USER}, "channel_not_found"),
        ({"channel": DM, "limit": "1000"}, "invalid_limit"),
        ({"channel": DM, "oldest": "ontem"}, "invalid_ts_oldest"),
        ({"channel": DM, "cursor": "bm8="}, "invalid_cursor"),
        ({"channel": "C0OUTRA"}, "not_in_channel"),
    ):
        _, body = await call(shop, "conversations.history", data=form)
        assert body["error"] == error, form
    metadata = {"event_type": "pytake_message", "event_payload": {"id": "1"}}
    await write(shop, metadata=metadata)
    _, told = await call(shop, "conversations.history", data={"channel": DM, "limit": "1"})
    assert "metadata" not in told["messages"][0]
    assert (told["has_more"], "next_cursor" in told["response_metadata"]) == (True, True)
