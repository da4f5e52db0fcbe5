"""The connection that we hold: everything in order, once, whatever becomes of sockets, sessions and workers."""

import json
from collections.abc import AsyncIterator

import pytest

from domain.errors import ChannelUnauthorized, PlatformUnavailable, Throttled
from platforms.base import SIGN_OF_LIFE, HoldsConnection, WebhookRequest
from platforms.discord.gateway_pace import Pace
from platforms.discord.gateway_protocol import CLOSES, CONVERSATIONS, Then
from platforms.discord.platform import Discord
from tests.platforms.discord.listening import (
    ANA,
    APPLICATION,
    QUICK,
    GatewayWorld,
    Kept,
    gateway_world,
)
from tests.simulator.discord_world import BIA

OTHER_ID = "0198f0aa-0000-7000-8000-000000000043"


@pytest.fixture
async def discord() -> AsyncIterator[GatewayWorld]:
    async with gateway_world() as started:
        yield started


def test_it_holds_a_connection_and_shows_life_in_time() -> None:
    assert isinstance(Discord(), HoldsConnection)
    assert Pace().life < SIGN_OF_LIFE


async def test_messages_come_in_order_with_who_we_are(discord: GatewayWorld) -> None:
    async with discord.listening() as kept:
        await discord.ready(kept)
        for number in range(20):
            await discord.told(str(number))
        await discord.heard(kept, *map(str, range(20)))
    (session,) = (await discord.state()).sessions
    assert session.intents == CONVERSATIONS == 46593
    first = next(event for event in kept.events if event.kind == "message")
    assert first.sender is not None
    assert first.sender.address == f"user:{ANA}"
    assert first.account == APPLICATION
    assert first.thread is not None
    about = json.loads(kept.bodies[-1])["connection"]
    assert about == {
        "application": APPLICATION,
        "bot": APPLICATION,
        "person": ANA,
        "session": session.session_id,
    }


async def test_the_next_worker_resumes_without_gap_or_repeat(discord: GatewayWorld) -> None:
    kept = Kept()
    async with discord.listening(kept):
        await discord.ready(kept)
        await discord.told("um")
        await discord.heard(kept, "um")
    await discord.told("dois")
    await discord.told("três")
    async with discord.listening(kept):
        await discord.heard(kept, "um", "dois", "três")
        await discord.resumed(kept)
        await discord.told("quatro")
        await discord.heard(kept, "um", "dois", "três", "quatro")
    state = await discord.state()
    assert (state.identifies, state.resumes, len(state.sessions)) == (1, 1, 1)


async def test_what_was_not_kept_is_told_to_the_next_worker(discord: GatewayWorld) -> None:
    """The first dies with a message in its hands: between taking it and keeping it."""
    kept = Kept()
    async with discord.listening(kept):
        await discord.ready(kept)
        await discord.told("um")
        await discord.heard(kept, "um")
    for number in ("dois", "três"):
        await discord.told(number)
    frames = Discord(QUICK).listen(discord.world.http, discord.channel, kept.cursor)
    async for arrived in frames:
        if arrived.body is not None:
            assert b"dois" in arrived.body
            break
    await frames.aclose()
    async with discord.listening(kept):
        await discord.heard(kept, "um", "dois", "três")


@pytest.mark.parametrize("action", ["drop", "reconnect", "close", "invalidate"])
async def test_a_session_outlives_its_connection(discord: GatewayWorld, action: str) -> None:
    how = {"resumable": True} if action == "invalidate" else {}
    async with discord.listening() as kept:
        await discord.ready(kept)
        await discord.told("antes")
        for times in (1, 2):
            await discord.order(action, **how)
            await discord.resumed(kept, times)
        await discord.told("depois")
        await discord.heard(kept, "antes", "depois")
    assert (await discord.state()).identifies == 1


async def test_who_answers_no_heartbeat_is_dead(discord: GatewayWorld) -> None:
    await discord.begin(heartbeat_seconds=0.2)
    async with discord.listening() as kept:
        await discord.ready(kept)
        await discord.order("mute")
        await discord.told("no escuro")
        await discord.heard(kept, "no escuro")
        await discord.resumed(kept)
    state = await discord.state()
    assert (state.identifies, state.resumes) == (1, 1)


async def test_heartbeats_keep_a_quiet_connection(discord: GatewayWorld) -> None:
    await discord.begin(heartbeat_seconds=0.1)
    async with discord.listening() as kept:
        await discord.ready(kept)
        await kept.until(lambda so_far: so_far.signs > 5)
        state = await discord.state()
    assert state.heartbeats > 4
    assert (state.identifies, state.resumes) == (1, 0)


async def test_a_slow_worker_keeps_its_connection(discord: GatewayWorld) -> None:
    """More comes than anybody keeps for a while: the connection beats on, and nothing is lost."""
    await discord.begin(heartbeat_seconds=0.1)
    frames = Discord(QUICK).listen(discord.world.http, discord.channel, None)
    told: list[str] = []
    async for arrived in frames:
        if arrived.body is None:
            continue
        (event,) = Discord().parse(WebhookRequest(body=arrived.body))
        if event.kind == "channel":
            for number in range(150):
                await discord.told(str(number))
            before = (await discord.state()).heartbeats
            while (await discord.state()).heartbeats < before + 5:
                continue
        else:
            told.append(event.model_dump()["content"]["text"])
        if len(told) == 150:
            break
    await frames.aclose()
    state = await discord.state()
    assert told == [str(number) for number in range(150)]
    assert (state.identifies, state.resumes) == (1, 0)


async def test_what_says_nothing_moves_the_place_without_being_kept(discord: GatewayWorld) -> None:
    async with discord.listening() as kept:
        await discord.ready(kept)
        signs = kept.signs
        for _ in range(50):
            await discord.order("tell", kind="PRESENCE_UPDATE", content={"status": "idle"})
        await discord.told("oi")
        await discord.heard(kept, "oi")
        assert kept.cursor is not None
        assert kept.cursor["seq"] == 52
        bodies = [event.kind for event in kept.events]
    assert bodies == ["channel", "message"]
    assert kept.signs - signs < 25


async def test_an_invalid_session_begins_anew_without_a_flood(discord: GatewayWorld) -> None:
    async with discord.listening() as kept:
        await discord.ready(kept)
        await discord.told("antes")
        await discord.heard(kept, "antes")
        await discord.order("invalidate")
        await discord.ready(kept, 2)
        await discord.told("depois")
        await discord.heard(kept, "antes", "depois")
    assert (await discord.state()).identifies == 2


async def test_refused_sessions_are_tried_ever_more_seldom_and_given_up(
    discord: GatewayWorld,
) -> None:
    await discord.begin(identify_seconds=3600)
    async with discord.listening() as kept:
        await discord.ready(kept)
        await discord.order("invalidate")
        await kept.until(lambda _: False)
    assert isinstance(kept.error, PlatformUnavailable)
    assert "invalid" in kept.error.detail
    assert (await discord.state()).identifies <= 2 + QUICK.tries


async def test_the_days_last_starts_are_not_used_up(discord: GatewayWorld) -> None:
    await discord.begin(starts_a_day=11)
    kept = Kept()
    async with discord.listening(kept):
        await discord.ready(kept)
        await discord.order("invalidate")
        await kept.until(lambda _: False)
    assert isinstance(kept.error, Throttled)
    assert kept.error.retry_after is not None
    assert kept.error.retry_after.total_seconds() == 86_400
    assert (await discord.state()).identifies == 1
    assert kept.cursor is not None


@pytest.mark.parametrize("code", sorted(CLOSES))
async def test_a_close_code_decides_how_it_goes_on(discord: GatewayWorld, code: int) -> None:
    then = CLOSES[code].then
    async with discord.listening() as kept:
        await discord.ready(kept)
        await discord.told("antes")
        await discord.heard(kept, "antes")
        await discord.order("close", code=code)
        if then is Then.STOP:
            await kept.until(lambda _: False)
            assert isinstance(kept.error, ChannelUnauthorized)
            assert kept.error.vendor_code == str(code)
            return
        await (discord.resumed(kept) if then is Then.RESUME else discord.ready(kept, 2))
        await discord.told("depois")
        await discord.heard(kept, "antes", "depois")


async def test_an_intent_that_is_switched_off_is_named_in_plain_words(
    discord: GatewayWorld,
) -> None:
    await discord.begin(privileged=0)
    error = await discord.refused()
    assert isinstance(error, ChannelUnauthorized)
    assert error.vendor_code == "4014"
    assert "message content intent (32768)" in error.detail
    assert "developer portal" in error.detail
    async with discord.listening(intents=CONVERSATIONS & ~(1 << 15)) as kept:
        await discord.ready(kept)


async def test_an_intent_that_nobody_knows(discord: GatewayWorld) -> None:
    error = await discord.refused(intents=1 << 18)
    assert (type(error), getattr(error, "vendor_code", None)) == (ChannelUnauthorized, "4013")


async def test_a_revoked_token_is_told_and_never_shown(discord: GatewayWorld) -> None:
    kept = Kept()
    async with discord.listening(kept):
        await discord.ready(kept)
        await discord.register(handed_over=False, webhook_url="", bot_token="another-token")
        await discord.order("drop")
        await kept.until(lambda _: False)
    error = kept.error
    assert isinstance(error, ChannelUnauthorized)
    assert error.vendor_code == "4004"
    refused = await discord.refused()
    assert isinstance(refused, ChannelUnauthorized)
    assert refused.vendor_code == "401"
    for told in (error, refused):
        assert discord.channel.bot_token.get_secret_value() not in str(told)


async def test_a_lost_session_leaves_no_gap(discord: GatewayWorld) -> None:
    kept = Kept()
    async with discord.listening(kept):
        await discord.ready(kept)
        await discord.told("um")
        await discord.told("eins", **{"from": BIA, "name": "Bia Mota"})
        await discord.heard(kept, "um", "eins")
    await discord.order("forget")
    for text in ("dois", "três"):
        assert not (await discord.say(text)).accepted
    await discord.say("zwei", **{"from": BIA})
    async with discord.listening(kept):
        await kept.until(lambda so_far: len(so_far.texts) == 5)
        await discord.told("quatro")
        await kept.until(lambda so_far: len(so_far.texts) == 6)
    assert kept.texts == ["um", "eins", *kept.texts[2:5], "quatro"]
    assert [text for text in kept.texts if text in {"um", "dois", "três", "quatro"}] == [
        *("um", "dois", "três", "quatro")
    ]
    addresses = {one.sender.address for one in kept.events if one.kind == "message" and one.sender}
    assert addresses == {f"user:{ANA}", f"user:{BIA}"}
    assert kept.cursor is not None
    assert kept.cursor["gap"] is False


async def test_a_gap_of_many_pages_is_closed_across_workers(discord: GatewayWorld) -> None:
    """The worker that closes it dies in the middle; the next one resumes the new session and closes the rest."""
    kept = Kept()
    async with discord.listening(kept):
        await discord.ready(kept)
        await discord.told("0")
        await discord.heard(kept, "0")
    await discord.order("forget")
    for number in range(1, 90):
        await discord.say(str(number))
    frames = Discord(QUICK).listen(discord.world.http, discord.channel, kept.cursor)
    async for arrived in frames:
        if len(kept.texts) == 30:
            break
        await kept.keep(arrived)
    await frames.aclose()
    assert kept.cursor is not None
    assert kept.cursor["gap"] is True
    async with discord.listening(kept):
        await discord.heard(kept, *map(str, range(90)))
        await discord.resumed(kept)
        await kept.until(lambda so_far: (so_far.cursor or {}).get("gap") is False)
    assert (await discord.state()).identifies == 2


async def test_a_session_that_is_nowhere_begins_anew(discord: GatewayWorld) -> None:
    """Its address is a stranger's, who gets no token of ours; nobody else knows the session."""
    strange = {"session_id": "s", "seq": 1, "resume_url": "wss://gateway.discord.gg.example/"}
    async with discord.listening(Kept(cursor=strange)) as kept:
        await discord.ready(kept)
    state = await discord.state()
    assert (state.resumes, state.identifies) == (1, 1)


async def test_an_interaction_is_answered_at_once_and_kept(discord: GatewayWorld) -> None:
    command = {"type": 2, "data": {"id": "1", "type": 1, "name": "ajuda"}}
    async with discord.listening() as kept:
        await discord.ready(kept)
        said = await discord.say(raw=command)
        await discord.heard(kept, "/ajuda")
        event = kept.events[-1]
        assert event.raw is not None
        about = event.raw["interaction"]
        assert (event.external_id, about["id"]) == (
            f"interaction:{said.external_id}",
            said.external_id,
        )
        token = about["token"]
        path = f"/interactions/{said.external_id}/{token}/callback"
        again = await discord.call("POST", path, json={"type": 5})
        assert (again.status_code, again.json()["code"]) == (400, 40060)
        await discord.send("Pois não?", f"user:{ANA}", thread=event.thread, answers=event.raw)
    shown = await discord.call("GET", f"/webhooks/{APPLICATION}/{token}/messages/@original")
    assert shown.status_code == 404


async def test_who_was_written_to_first_answers_in_the_same_conversation(
    discord: GatewayWorld,
) -> None:
    address = f"user:{BIA}"
    async with discord.listening() as kept:
        await discord.ready(kept)
        receipt = await discord.send("Seu pedido chegou.", address)
        await discord.told("obrigada", **{"from": BIA, "name": "Bia Mota"})
        await discord.heard(kept, "obrigada")
        echo, answer = (event for event in kept.events if event.kind in {"receipt", "message"})
        assert echo.receipt is not None
        assert echo.receipt.message_external_id == receipt.message_external_id
        assert answer.sender is not None
        assert answer.sender.address == address
        await discord.send("De nada!", address, id=OTHER_ID, thread=answer.thread)
    entries = await discord.world.control.ledger(to=BIA)
    assert [entry.text for entry in entries] == ["Seu pedido chegou.", "De nada!"]


async def test_an_echo_is_in_the_conversation_of_the_person(discord: GatewayWorld) -> None:
    """Discord does not say in it to whom our own bot wrote: the channel is asked."""
    async with discord.listening() as kept:
        await discord.ready(kept)
        opened = await discord.call("POST", "/users/@me/channels", json={"recipient_id": BIA})
        channel = opened.json()["id"]
        await discord.write(channel, content="de outro programa")
        await discord.heard(kept, "de outro programa")
        (echo,) = (event for event in kept.events if event.kind == "message")
        assert echo.sender is not None
        assert (echo.echo, echo.sender.address, echo.thread) == (True, f"user:{BIA}", channel)
        gone = {"id": echo.external_id, "channel_id": channel}
        await discord.order("tell", kind="MESSAGE_DELETE", content=gone)
        await kept.until(lambda so_far: so_far.events[-1].kind == "delete")
        deleted = kept.events[-1]
        assert deleted.sender is not None
        assert deleted.sender.address == f"user:{BIA}"
