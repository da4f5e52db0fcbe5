"""Who the other one of a private chat is."""

from typing import Any

import httpx
import pytest

from domain.errors import ChannelUnauthorized, PlatformUnavailable
from domain.events import Sender
from platforms.teams.platform import Teams
from tests.platforms.teams.harness import ACCOUNT
from tests.platforms.teams.support import BOT, CHAT, THREAD, FakeConnector, refusal

RITA = {
    "id": "29:1rItA",
    "name": "Rita Prado",
    "objectId": "51a3c0de",
    "email": "rita@luminaria.example",
    "userPrincipalName": "rita.prado@luminaria.example",
}


async def profile(connector: FakeConnector, address: str = CHAT) -> Sender | None:
    async with connector.client() as client:
        return await Teams().fetch_profile(client, ACCOUNT, address)


def members(*people: Any) -> httpx.Response:
    return httpx.Response(200, json={"continuationToken": None, "members": list(people)})


async def test_the_one_person_of_a_chat() -> None:
    connector = FakeConnector(members(BOT, RITA))
    assert await profile(connector) == Sender(
        address=CHAT,
        name="Rita Prado",
        username="rita.prado@luminaria.example",
        user_id="51a3c0de",
    )
    assert connector.urls[0].endswith("/v3/conversations/a%3A1luminaria-rita-0001/pagedmembers")


async def test_a_channel_is_nobody() -> None:
    connector = FakeConnector()
    assert await profile(connector, THREAD) is None
    assert connector.requests == []


@pytest.mark.parametrize(
    "answer",
    [
        members(),
        members(RITA, RITA),
        members({"id": "29:1"}),
        members(7),
        refusal(404, "ConversationNotFound"),
        refusal(403, "BotNotInConversationRoster"),
    ],
    ids=range(6),
)
async def test_nothing_to_tell(answer: httpx.Response) -> None:
    assert await profile(FakeConnector(answer)) is None


async def test_what_can_be_asked_again_and_what_cannot() -> None:
    with pytest.raises(PlatformUnavailable):
        await profile(FakeConnector(httpx.ReadTimeout("?")))
    denied = refusal(401, "BotNotRegistered")
    with pytest.raises(ChannelUnauthorized):
        await profile(FakeConnector(denied, denied))
