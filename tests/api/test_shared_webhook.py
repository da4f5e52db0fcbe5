"""One URL, one signature, several accounts: everybody gets what is theirs, and nobody what is another's."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from cli.demo import TENANT_ID
from embedded.postgres import EmbeddedPostgres
from simulator.demo import WHATSAPP
from storage.channels import Channel
from tests.api.neighbours import SECRET, connect, kept, plant, rows
from tests.api.payloads import SHARED_URL, URL, body_of, entry, news, signed, text
from tests.stack import Stack, eventually

NUMBER = WHATSAPP.account_id


@pytest.fixture
def neighbour(shared_stack: Stack, postgres: EmbeddedPostgres) -> UUID:
    return plant(shared_stack, postgres)


@pytest.fixture
async def demo(shared_stack: Stack) -> Channel:
    found = await shared_stack.services.channels.find(WHATSAPP.id)
    assert found is not None
    return found


async def post(
    stack: Stack, *entries: dict[str, Any], secret: str = SECRET, url: str = SHARED_URL
) -> httpx.Response:
    body = body_of(*entries)
    return await stack.http.post(url, content=body, headers=signed(body, secret))


async def said_at(stack: Stack, channel: Channel, words: str) -> None:
    """Wait until a channel's own tenant has the message, on that channel."""

    async def look() -> bool | None:
        found = await rows(
            stack,
            channel.tenant_id,
            "SELECT 1 FROM messages WHERE channel_id = :channel AND content->>'text' = :words",
            channel=channel.id,
            words=words,
        )
        return True if found else None

    await eventually(look, f"{words!r} is recorded at {channel.name}")


async def news_of(stack: Stack, channel: Channel, template: str) -> int:
    found = await rows(
        stack,
        channel.tenant_id,
        "SELECT 1 FROM channel_events WHERE channel_id = :channel AND kind = 'channel' "
        "AND event->'details'->>'message_template_name' = :template",
        channel=channel.id,
        template=template,
    )
    return len(found)


async def foreign(stack: Stack) -> int:
    health = (await stack.http.get("/health")).json()
    return int(health["counts"].get("foreign", 0))


async def test_one_body_for_two_tenants_brings_each_its_own(
    shared_stack: Stack, demo: Channel, neighbour: UUID
) -> None:
    theirs = await connect(shared_stack, neighbour)
    answer = await post(
        shared_stack,
        entry(NUMBER, text("5511960000001", "for the demo")),
        entry(theirs.account_id, text("5511960000002", "for the neighbour")),
    )
    assert answer.status_code == 200
    await said_at(shared_stack, demo, "for the demo")
    await said_at(shared_stack, theirs, "for the neighbour")
    assert await kept(shared_stack, demo, "for the neighbour") == 0
    assert await kept(shared_stack, theirs, "for the demo") == 0


async def test_a_stranger_who_registered_a_number_with_another_secret_spoils_nothing(
    shared_stack: Stack, demo: Channel, neighbour: UUID
) -> None:
    strange = await connect(shared_stack, neighbour, secret="a secret of the stranger")
    before = await foreign(shared_stack)
    answer = await post(
        shared_stack,
        entry(strange.account_id, text("5511960000003", "not proven")),
        entry(NUMBER, text("5511960000003", "proven")),
    )
    assert answer.status_code == 200
    await said_at(shared_stack, demo, "proven")
    assert await kept(shared_stack, strange, "not proven") == 0
    assert await kept(shared_stack, demo, "not proven") == 0
    assert await foreign(shared_stack) == before + 1


async def test_a_body_that_is_proven_for_nobody_is_401(
    shared_stack: Stack, neighbour: UUID
) -> None:
    theirs = await connect(shared_stack, neighbour, secret="a secret of their own")
    both = entry(theirs.account_id, text("5511960000004", "a")), entry(NUMBER)
    answer = await post(shared_stack, *both, secret="a third one")
    assert answer.status_code == 401
    alone = await post(shared_stack, both[0])
    assert alone.status_code == 401
    assert await kept(shared_stack, theirs, "5511960000004") == 0


async def test_a_disabled_channel_takes_nothing(shared_stack: Stack, neighbour: UUID) -> None:
    theirs = await connect(shared_stack, neighbour)
    await rows(shared_stack, neighbour, "UPDATE channels SET disabled_at = now()")
    one = entry(theirs.account_id, text("5511960000005", "too late"))
    before = await foreign(shared_stack)
    assert (await post(shared_stack, one)).status_code == 404
    assert (await post(shared_stack, one, url=f"{SHARED_URL}/{theirs.id}")).status_code == 404
    mixed = await post(shared_stack, one, entry(NUMBER, text("5511960000005", "in time")))
    assert mixed.status_code == 200
    assert await foreign(shared_stack) == before + 1
    assert await kept(shared_stack, theirs, "too late") == 0


async def test_what_is_for_another_tenant_is_not_kept_by_the_channel_whose_url_it_came_to(
    shared_stack: Stack, demo: Channel, neighbour: UUID
) -> None:
    theirs = await connect(shared_stack, neighbour)
    before = await foreign(shared_stack)
    one = entry(theirs.account_id, text("5511960000006", "at the wrong address"))
    answer = await post(shared_stack, one, url=URL)
    assert answer.status_code == 200
    assert await foreign(shared_stack) == before + 1
    assert await kept(shared_stack, demo, "at the wrong address") == 0
    assert await kept(shared_stack, theirs, "at the wrong address") == 0


async def test_a_second_number_of_the_same_tenant_is_reached_only_with_its_own_secret(
    shared_stack: Stack, demo: Channel
) -> None:
    same = await connect(shared_stack, TENANT_ID)
    other = await connect(shared_stack, TENANT_ID, secret="of another app")
    answer = await post(
        shared_stack,
        entry(same.account_id, text("5511960000007", "under the same app")),
        entry(other.account_id, text("5511960000007", "under another app")),
        url=URL,
    )
    assert answer.status_code == 200
    await said_at(shared_stack, same, "under the same app")
    (aside,) = await rows(
        shared_stack,
        TENANT_ID,
        "SELECT channel_id, kind FROM channel_events WHERE event::text LIKE '%under another app%'",
    )
    assert (aside.channel_id, aside.kind) == (demo.id, "ignored")


async def test_news_of_a_business_reach_all_its_numbers(
    shared_stack: Stack, neighbour: UUID
) -> None:
    numbers = [await connect(shared_stack, neighbour, waba_id="770000000001") for _ in range(2)]
    answer = await post(shared_stack, news("770000000001", "order_ready"))
    assert answer.status_code == 200
    assert [await news_of(shared_stack, one, "order_ready") for one in numbers] == [1, 1]
    forged = await post(shared_stack, news("770000000001", "forged"), secret="x")
    assert forged.status_code == 401


async def test_a_business_that_two_tenants_claim_is_whose_claim_came_first(
    shared_stack: Stack, postgres: EmbeddedPostgres, neighbour: UUID
) -> None:
    first = await connect(shared_stack, neighbour, waba_id="770000000002")
    second = await connect(shared_stack, plant(shared_stack, postgres), waba_id="770000000002")
    await connect(
        shared_stack, plant(shared_stack, postgres), number="770000000002", secret="a stranger's"
    )
    answer = await post(
        shared_stack,
        entry(second.account_id, text("5511960000008", "to the second")),
        news("770000000002", "whose"),
    )
    assert answer.status_code == 200
    assert await news_of(shared_stack, first, "whose") == 1
    assert await kept(shared_stack, second, "whose") == 0


async def test_a_business_that_a_stranger_also_writes_down_stays_with_whose_url_it_is(
    shared_stack: Stack, demo: Channel, neighbour: UUID
) -> None:
    """The demo's own settings may leave the business out; a claim without proof takes nothing from it."""
    await connect(shared_stack, neighbour, waba_id="770000000003", secret="a stranger's")
    await post(shared_stack, news("770000000003", "unclaimed"), url=URL)
    assert await news_of(shared_stack, demo, "unclaimed") == 1


async def test_a_secret_is_not_a_name(shared_stack: Stack, neighbour: UUID) -> None:
    """Else 401 instead of 404 would tell that somebody has it."""
    await connect(shared_stack, neighbour, access_token="a guess")
    assert (await post(shared_stack, news("a guess", "x"))).status_code == 404


async def test_words_that_name_only_a_business_with_several_numbers_are_set_aside(
    shared_stack: Stack, neighbour: UUID
) -> None:
    for _ in range(2):
        await connect(shared_stack, neighbour, waba_id="770000000004")
    nameless = entry("", text("5511960000009", "to whom?"), business="770000000004")
    assert (await post(shared_stack, nameless)).status_code == 200
    found = await rows(
        shared_stack, neighbour, "SELECT kind FROM channel_events WHERE event::text LIKE '%whom?%'"
    )
    assert [one.kind for one in found] == ["ignored"]


async def test_what_nobody_can_read_is_400_where_nothing_proves_it(shared_stack: Stack) -> None:
    for body in (b"<html>", b"[]", b"\xff\xfe", b""):
        answer = await shared_stack.http.post(SHARED_URL, content=body, headers=signed(body))
        assert answer.status_code == 400, body
        assert answer.json()["code"] == "payload_unreadable"
    for known in (entry("0", text("5511960000010", "a")), news("0", "a")):
        assert (await post(shared_stack, known)).status_code == 404
    assert (await post(shared_stack)).status_code == 404


async def test_the_handshake_is_answered_by_whichever_channel_knows_the_token(
    shared_stack: Stack, neighbour: UUID
) -> None:
    await connect(shared_stack, neighbour, broken=True)
    last = await connect(shared_stack, neighbour)
    for token in (WHATSAPP.account["verify_token"], last.account["verify_token"]):
        asked = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": "42"}
        answer = await shared_stack.http.get(SHARED_URL, params=asked)
        assert (answer.status_code, answer.text) == (200, "42")
    wrong = {"hub.mode": "subscribe", "hub.verify_token": "no", "hub.challenge": "42"}
    assert (await shared_stack.http.get(SHARED_URL, params=wrong)).status_code == 403
    assert (await shared_stack.http.get(SHARED_URL)).status_code == 404


async def test_what_is_no_id_at_all_is_404_as_an_unknown_one_is(shared_stack: Stack) -> None:
    for path in (f"{SHARED_URL}/not-a-uuid", f"{SHARED_URL}/0"):
        assert (await shared_stack.http.get(path)).status_code == 404
        assert (await shared_stack.http.post(path, content=b"{}")).status_code == 404
