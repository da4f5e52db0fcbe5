"""Sends in doubt, settled by what stands in the channel at the simulated Discord, or by sending them again."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.content import TextContent
from domain.errors import (
    ChannelUnauthorized,
    DeliveryError,
    OutcomeUnknown,
    PlatformUnavailable,
)
from domain.receipts import Receipt
from platforms.base import OutboundMessage
from platforms.discord import lookup
from platforms.discord.direct import DirectChannels
from platforms.discord.nonce import nonce_of
from platforms.lookups import CLOCKS, ON_ITS_WAY, Reach
from simulator import clock
from simulator.schemas import Fault
from tests.simulator.discord_world import ANA, BIA, MESSAGE_ID, DiscordWorld
from tests.simulator.harness import World

OTHER = str(UUID(int=7))


@pytest.fixture
async def discord(sim: World) -> DiscordWorld:
    made = DiscordWorld(sim)
    await made.register()
    return made


def message(address: str = f"user:{ANA}", **fields: Any) -> OutboundMessage:
    frame: dict[str, Any] = {
        "id": MESSAGE_ID,
        "address": address,
        "attempted_at": clock.now() - ON_ITS_WAY,
    }
    return OutboundMessage(**{**frame, "content": TextContent(text="olá"), **fields})


async def find(discord: DiscordWorld, sought: OutboundMessage) -> Receipt | None:
    return await discord.adapter.find_sent(discord.world.http, discord.channel, sought)


async def in_doubt(discord: DiscordWorld, kind: str, address: str = f"user:{ANA}") -> None:
    await discord.world.control.arm(Fault.model_validate({"platform": "discord", "kind": kind}))
    with pytest.raises(OutcomeUnknown):
        await discord.send("olá", address)


async def test_a_send_that_was_taken_is_found(discord: DiscordWorld) -> None:
    await discord.chat()
    await in_doubt(discord, "drop_after")
    (entry,) = await discord.world.control.ledger()
    assert entry.reference == nonce_of(MESSAGE_ID)
    found = await find(discord, message())
    assert found is not None
    assert (found.message_external_id, found.reference) == (entry.external_id, MESSAGE_ID)


async def test_a_send_that_was_not_taken_is_certainly_not_there(discord: DiscordWorld) -> None:
    await discord.chat()
    await in_doubt(discord, "drop_before")
    assert await find(discord, message()) is None
    await discord.send("olá", f"user:{ANA}", id=OTHER)  # another one with the same words
    assert await find(discord, message()) is None


async def test_to_somebody_who_never_wrote(discord: DiscordWorld) -> None:
    await in_doubt(discord, "drop_before", f"user:{BIA}")
    assert await find(discord, message(f"user:{BIA}")) is None
    await in_doubt(discord, "drop_after", f"user:{BIA}")
    assert await find(discord, message(f"user:{BIA}")) is not None


async def test_a_message_that_lost_its_nonce_may_be_the_one(discord: DiscordWorld) -> None:
    chat = await discord.chat()
    await discord.register(forgets_nonces=True)
    await in_doubt(discord, "drop_before")
    assert await find(discord, message()) is None  # the bot has written nothing there
    await discord.send("outra coisa", chat, id=OTHER)
    with pytest.raises(OutcomeUnknown, match="1 messages of the bot have no nonce"):
        await find(discord, message())
    later = message(attempted_at=clock.now() + CLOCKS + timedelta(minutes=1))
    with pytest.raises(OutcomeUnknown, match="not there yet"):
        await find(discord, later)  # what was written long before is not it


async def test_a_call_that_may_still_be_on_its_way_is_not_given_up(discord: DiscordWorld) -> None:
    await discord.chat()
    await in_doubt(discord, "drop_before")
    sought = message(attempted_at=clock.now())
    with pytest.raises(OutcomeUnknown, match="not there yet"):
        await find(discord, sought)
    await discord.send("olá", f"user:{ANA}")
    assert await find(discord, sought) is not None


async def test_a_history_that_the_bot_may_not_read_tells_nothing(discord: DiscordWorld) -> None:
    chat = await discord.chat()
    await discord.register(hides_history=True)
    with pytest.raises(OutcomeUnknown, match="permission"):
        await find(discord, message(chat))


async def test_every_page_is_read_and_no_more_than_some(discord: DiscordWorld) -> None:
    chat = await discord.chat()
    await in_doubt(discord, "drop_after")
    for number in range(25):
        assert (await discord.write(chat, content=str(number), nonce=str(number))).is_success

    async def found(message_id: str, reach: Reach) -> Receipt | None:
        sought = message(id=message_id, attempted_at=None)
        http, channels = discord.world.http, DirectChannels()
        return await lookup.find_sent(http, discord.channel, sought, channels, reach)

    assert await found(MESSAGE_ID, Reach(of=10)) is not None
    assert await found(OTHER, Reach(of=10)) is None
    with pytest.raises(OutcomeUnknown, match="newest 2 pages"):
        await found(OTHER, Reach(pages=2, of=10))


async def test_a_channel_that_is_not_there_tells_nothing(discord: DiscordWorld) -> None:
    with pytest.raises(OutcomeUnknown, match="Unknown Channel"):
        await find(discord, message("1380000000000000777"))
    with pytest.raises(OutcomeUnknown, match="Invalid Recipient"):
        await find(discord, message("user:1380000000000000777"))


async def test_a_revoked_token_is_the_channels_fault(discord: DiscordWorld) -> None:
    await discord.register(bot_token="another-token-of-the-bot")
    with pytest.raises(ChannelUnauthorized, match="401: Unauthorized"):
        await find(discord, message())


DOWN: list[tuple[dict[str, Any], type[DeliveryError]]] = [
    ({"kind": "error"}, PlatformUnavailable),
    ({"kind": "drop_after"}, PlatformUnavailable),
    ({"kind": "garbage"}, PlatformUnavailable),
]


@pytest.mark.parametrize(("fault", "meant"), DOWN)
async def test_a_question_that_fails_is_asked_again(
    discord: DiscordWorld, fault: dict[str, Any], meant: type[DeliveryError]
) -> None:
    await discord.chat()
    await discord.world.control.arm(Fault(platform="discord", on="call", **fault))
    with pytest.raises(meant):
        await find(discord, message())
    assert await find(discord, message()) is None


async def test_sent_again_within_minutes_it_is_the_same_message(discord: DiscordWorld) -> None:
    await discord.chat()
    await in_doubt(discord, "drop_after")
    again = await discord.send("olá", f"user:{ANA}")
    (entry,) = await discord.world.control.ledger()
    assert again.message_external_id == entry.external_id


async def test_the_simulated_history_is_strict(discord: DiscordWorld) -> None:
    chat = await discord.chat()
    for query in ("before=x", "after=x", "limit=101"):
        answer = await discord.call("GET", f"/channels/{chat}/messages?{query}")
        assert 400 <= answer.status_code < 500, query
