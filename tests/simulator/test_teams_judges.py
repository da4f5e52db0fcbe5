"""Two judges of the simulated Teams: Microsoft's model of what it posts, our adapter with the most that it may send."""

import json
from datetime import datetime
from typing import Any

import pytest

from platforms.teams.facts import LIMITS
from simulator.schemas import ReceiptPolicy
from tests.simulator.harness import World
from tests.simulator.teams_world import CHANNEL, GROUP, TeamsWorld

HARD = '"\\*<&'
"""Each of them has to be escaped somewhere."""


def _full(length: int) -> str:
    return (HARD * length)[:length]


LARGEST: dict[str, dict[str, Any]] = {
    "text": {"type": "text", "text": _full(LIMITS.text)},
    "buttons": {
        "type": "buttons",
        "text": _full(LIMITS.buttons_text or 0),
        "footer": _full(LIMITS.footer or 0),
        "buttons": [
            {"id": f"{n}" + "é" * 499, "title": _full(LIMITS.button_title)}
            for n in range(LIMITS.buttons)
        ],
    },
    "list": {
        "type": "list",
        "text": _full(LIMITS.list_text or 0),
        "button": _full(LIMITS.list_button or 0),
        "rows": [
            {
                "id": f"{n:02}" + "é" * 99,
                "title": _full(LIMITS.list_row_title or 0),
                "description": _full(LIMITS.list_row_description or 0),
            }
            for n in range(LIMITS.list_rows)
        ],
    },
    "card": {
        "type": "card",
        "title": "Bolo",
        "text": "De *fubá*",
        "media": {"url": "https://a.example/bolo.png", "mime_type": "image/png"},
        "buttons": [{"id": "1", "title": "Quero"}],
    },
    "image": {"type": "image", "media": {"url": "https://a.example/bolo.jpg"}},
}


@pytest.fixture
async def teams(sim: World) -> TeamsWorld:
    started = TeamsWorld(sim)
    await started.register()
    return started


@pytest.mark.parametrize("name", LARGEST)
async def test_the_most_that_we_send_is_taken(teams: TeamsWorld, name: str) -> None:
    chat = await teams.chat()
    await teams.send(LARGEST[name], chat)
    (entry,) = await teams.world.control.ledger()
    said = LARGEST[name]
    read = "\n".join(said[key] for key in ("title", "text", "footer") if said.get(key))
    assert entry.text == read
    offered = said.get("buttons") or said.get("rows") or []
    assert [(one.id, one.title) for one in entry.options] == [
        (one["id"], one["title"]) for one in offered
    ]


async def test_microsofts_model_knows_all_that_is_posted(teams: TeamsWorld) -> None:
    sdk = pytest.importorskip("microsoft_agents.activity")
    await teams.world.control.set_receipts(ReceiptPolicy(platform="teams", read=True))
    chat = await teams.chat()
    await teams.send(LARGEST["card"], chat)
    await teams.world.receiver.count(1)
    await teams.say("oi")
    await teams.say(choice={"id": "1"})
    for kind in ("image", "document"):
        await teams.say(media={"type": kind, "caption": "Olha"})
    for place in (CHANNEL, GROUP):
        await teams.say(raw={"conversation": {"id": place}, "text": "oi"})
    posted = teams.world.receiver.received
    assert len(posted) == 7
    for received in posted:
        given = received.json
        made = sdk.Activity.model_validate(given)
        told = json.loads(made.model_dump_json(by_alias=True, exclude_unset=True))
        for name, moment in (
            ("timestamp", made.timestamp),
            ("localTimestamp", made.local_timestamp),
        ):
            # Its model writes moments in another form.
            assert moment == datetime.fromisoformat(given[name])
            assert told.pop(name)
            assert given.pop(name)
        assert told == given
