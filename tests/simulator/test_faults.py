"""Every kind of fault does over real HTTP what it says, and the ledger knows what was accepted."""

import asyncio
from typing import Any

import httpx
import pytest

from simulator.client import SimulatorError
from simulator.faults import Faults
from simulator.schemas import Fault, FaultKind, PlatformKey
from tests.simulator.harness import BOT_ID, PHONE_ID, World, graph_error

PLATFORMS: list[PlatformKey] = ["whatsapp", "telegram"]


async def send(sim: World, platform: PlatformKey) -> httpx.Response:
    return await (sim.send_text() if platform == "whatsapp" else sim.send_bot(text="oi"))


async def arm(sim: World, kind: FaultKind, platform: PlatformKey, **fields: Any) -> None:
    await sim.control.arm(Fault(platform=platform, kind=kind, **fields))


async def accepted(sim: World) -> int:
    return len(await sim.control.ledger())


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_drop_before_cuts_the_line_and_nothing_is_accepted(
    open_sim: World, platform: PlatformKey
) -> None:
    await arm(open_sim, "drop_before", platform)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await send(open_sim, platform)
    assert await accepted(open_sim) == 0
    assert (await send(open_sim, platform)).status_code == 200


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_drop_after_cuts_the_line_and_the_send_was_accepted(
    open_sim: World, platform: PlatformKey
) -> None:
    await arm(open_sim, "drop_after", platform, times=2)
    for number in (1, 2):
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            await send(open_sim, platform)
        assert await accepted(open_sim) == number
    assert (await send(open_sim, platform)).status_code == 200


async def test_a_dropped_send_is_still_reported_by_its_statuses(open_sim: World) -> None:
    await arm(open_sim, "drop_after", "whatsapp")
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await open_sim.send_text(biz_opaque_callback_data="outbox-3")
    received = await open_sim.receiver.count(1)
    status = received[0].json["entry"][0]["changes"][0]["value"]["statuses"][0]
    assert status["biz_opaque_callback_data"] == "outbox-3"


async def test_whatsapp_throttles_as_graph_does(open_sim: World) -> None:
    await arm(open_sim, "throttle", "whatsapp", seconds=2.5)
    response = await open_sim.send_text()
    assert graph_error(response) == (400, 130429, None)
    assert response.headers["retry-after"] == "3"
    assert await accepted(open_sim) == 0


async def test_telegram_throttles_as_the_bot_api_does(open_sim: World) -> None:
    await arm(open_sim, "throttle", "telegram", seconds=7)
    response = await open_sim.send_bot(text="oi")
    assert (response.status_code, response.headers["retry-after"]) == (429, "7")
    assert response.json() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 7",
        "parameters": {"retry_after": 7},
    }


async def test_an_error_has_the_platforms_shape_unless_another_is_given(open_sim: World) -> None:
    await arm(open_sim, "error", "whatsapp")
    await arm(open_sim, "error", "telegram", status=502)
    assert graph_error(await open_sim.send_text()) == (500, 131000, None)
    response = await open_sim.send_bot(text="oi")
    assert response.json() == {"ok": False, "error_code": 502, "description": "Bad Gateway"}

    await arm(open_sim, "error", "whatsapp", status=418, body={"own": 1})
    own = await open_sim.send_text()
    assert (own.status_code, own.json()) == (418, {"own": 1})
    await arm(open_sim, "error", "telegram", status=503, body="<html>busy</html>")
    page = await open_sim.send_bot(text="oi")
    assert (page.status_code, page.text) == (503, "<html>busy</html>")
    assert page.headers["content-type"].startswith("text/html")
    assert await accepted(open_sim) == 0


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_garbage_is_unreadable_although_the_send_was_accepted(
    open_sim: World, platform: PlatformKey
) -> None:
    await arm(open_sim, "garbage", platform)
    response = await send(open_sim, platform)
    assert response.status_code == 200
    with pytest.raises(ValueError, match="Expecting value"):
        response.json()
    assert await accepted(open_sim) == 1


async def test_a_delay_outlasts_the_callers_patience_and_is_accepted_later(open_sim: World) -> None:
    await arm(open_sim, "delay", "whatsapp", seconds=0.3)
    open_sim.http.timeout = httpx.Timeout(0.1)
    with pytest.raises(httpx.ReadTimeout):
        await open_sim.send_text()
    assert await accepted(open_sim) == 0
    async with asyncio.timeout(10):
        assert len(await open_sim.control.ledger(wait=5)) == 1


async def test_a_fault_meets_its_account_only(open_sim: World) -> None:
    await arm(open_sim, "error", "whatsapp", account="somebody-else")
    await arm(open_sim, "error", "telegram", account=BOT_ID)
    assert (await open_sim.send_text()).status_code == 200
    assert (await open_sim.send_bot(text="oi")).status_code == 500


async def test_refused_requests_and_side_calls_use_no_fault_up(open_sim: World) -> None:
    await arm(open_sim, "error", "telegram")
    assert (await open_sim.send_bot(text="")).status_code == 400
    assert (await open_sim.send_bot("sendChatAction", action="typing")).status_code == 200
    assert (await open_sim.send_bot(text="oi")).status_code == 500


async def test_side_calls_can_be_hit_on_purpose(open_sim: World) -> None:
    await arm(open_sim, "error", "telegram", on="call")
    assert (await open_sim.send_bot("sendChatAction", action="typing")).status_code == 500


async def test_faults_can_be_disarmed_and_reset(open_sim: World) -> None:
    for forget in (open_sim.control.disarm, open_sim.control.reset):
        await arm(open_sim, "error", "whatsapp", times=100)
        await forget()
        assert (await open_sim.send_text()).status_code == 200


async def test_a_misspelled_fault_is_refused(sim: World) -> None:
    url = f"{sim.control.base_url}/control/faults"
    body = {"platform": "whatsapp", "kind": "delay", "second": 1}
    assert (await sim.http.post(url, json=body)).status_code == 422


def test_chance_decides_and_only_hits_are_counted() -> None:
    faults = Faults()
    faults.arm(Fault(platform="whatsapp", kind="error", probability=0))
    faults.arm(Fault(platform="whatsapp", kind="throttle", times=2))
    taken = [faults.take("whatsapp", PHONE_ID, is_send=True) for _ in range(3)]
    assert [fault.kind if fault else None for fault in taken] == ["throttle", "throttle", None]

    faults.clear()
    faults.arm(Fault(platform="whatsapp", kind="error", probability=0.5, times=20))
    hits = [faults.take("whatsapp", PHONE_ID, is_send=True) is not None for _ in range(400)]
    assert sum(hits) == 20
    assert not all(hits[:20])


async def test_an_unreachable_simulator_is_said_clearly(sim: World) -> None:
    with pytest.raises(SimulatorError, match="404"):
        await sim.say(account="1")
