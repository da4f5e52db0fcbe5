"""The ledger numbers accepted sends, filters them, and answers a long poll as soon as there is one."""

import asyncio

from simulator.ledger import Ledger
from simulator.schemas import Draft
from tests.simulator.harness import BOT_ID, CHAT, CUSTOMER, PHONE_ID, World


def draft(to: str = "1", account: str = "a", text: str = "") -> Draft:
    return Draft(
        platform="whatsapp", account=account, to=to, external_id="x", type="text", text=text
    )


async def test_entries_are_found_by_recipient_account_and_number() -> None:
    ledger = Ledger()
    for to, account in (("1", "a"), ("2", "a"), ("1", "b"), ("1", "a")):
        await ledger.add(draft(to, account))
    assert [entry.seq for entry in ledger.find(to="1")] == [1, 3, 4]
    assert [entry.seq for entry in ledger.find(to="1", account="a", after=1)] == [4]
    assert [entry.seq for entry in ledger.find(limit=2)] == [1, 2]
    assert ledger.find(platform="telegram") == []


async def test_only_the_newest_entries_are_kept_and_numbers_go_on() -> None:
    ledger = Ledger(limit=2)
    for to in ("1", "2", "3"):
        await ledger.add(draft(to))
    assert [entry.to for entry in ledger.find()] == ["2", "3"]
    assert ledger.find(to="1") == []
    ledger.clear()
    assert (await ledger.add(draft())).seq == 4


async def test_a_wait_ends_empty_handed_after_its_time() -> None:
    ledger = Ledger()
    await ledger.add(draft("other"))
    assert await ledger.wait(0, to="1") == []
    assert await ledger.wait(0.02, to="1") == []


async def test_a_wait_ends_with_the_first_match() -> None:
    ledger = Ledger()
    waiting = asyncio.create_task(ledger.wait(10, to="1"))
    await asyncio.sleep(0)
    await ledger.add(draft("2"))
    await ledger.add(draft("1", text="oi"))
    async with asyncio.timeout(5):
        assert [entry.text for entry in await waiting] == ["oi"]


async def test_a_long_poll_over_http_answers_when_a_send_is_accepted(open_sim: World) -> None:
    poll = asyncio.create_task(open_sim.control.ledger(to=CUSTOMER, wait=30))
    other = asyncio.create_task(open_sim.control.ledger(to="5511000000000", wait=0.2))
    await open_sim.send_text("chegou")
    async with asyncio.timeout(10):
        (entry,) = await poll
        assert entry.text == "chegou"
        assert await other == []
    assert await open_sim.control.ledger(after=entry.seq) == []
    assert await open_sim.control.last_seq() == entry.seq


async def test_the_ledger_is_filtered_over_http(open_sim: World) -> None:
    await open_sim.send_text("um")
    await open_sim.send_bot(text="dois")
    on_whatsapp = await open_sim.control.ledger(platform="whatsapp", account=PHONE_ID)
    on_telegram = await open_sim.control.ledger(platform="telegram", account=BOT_ID, to=CHAT)
    assert [entry.text for entry in on_whatsapp + on_telegram] == ["um", "dois"]


async def test_reset_clears_the_ledger_but_no_account(open_sim: World) -> None:
    await open_sim.send_text()
    await open_sim.control.reset()
    assert await open_sim.control.ledger() == []
    await open_sim.send_text("ainda")
    (entry,) = await open_sim.control.ledger()
    assert (entry.text, entry.seq) == ("ainda", 2)
