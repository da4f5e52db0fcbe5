"""Who a contact is: found by way of the conversation, since an address need not name a person."""

from typing import Any

import httpx
import pytest

from domain.errors import ContactUnreachable, DeliveryError, PlatformUnavailable
from domain.events import Sender
from platforms.slack.platform import Slack
from tests.platforms.slack.harness import ACCOUNT
from tests.platforms.slack.support import CHANNEL, CHAT, ROOT, THREAD, Answer, FakeWebApi, no, yes

RITA = "U07RITA0001"


def person(**profile: Any) -> httpx.Response:
    given = {"display_name": "Rita", "real_name": "Rita Melo", "email": "rita@loja.example"}
    return yes(user={"id": RITA, "name": "rita.melo", "profile": {**given, **profile}})


async def profile(api: FakeWebApi, address: str) -> Sender | None:
    async with api.client() as client:
        return await Slack().fetch_profile(client, ACCOUNT, address)


async def test_of_a_private_chat() -> None:
    api = FakeWebApi(yes(channel={"id": CHAT, "is_im": True, "user": RITA}), person())
    assert await profile(api, CHAT) == Sender(
        address=CHAT, name="Rita", username="rita.melo", user_id=RITA
    )
    assert api.paths == ["/api/conversations.info", "/api/users.info"]
    assert (api.form(0), api.form(1)) == ({"channel": CHAT}, {"user": RITA})


async def test_of_a_thread_it_is_who_began_it() -> None:
    api = FakeWebApi(yes(messages=[{"user": RITA}, {"user": "U9"}]), person(display_name=""))
    found = await profile(api, THREAD)
    assert found is not None
    assert (found.address, found.name) == (THREAD, "Rita Melo")
    assert api.form(0) == {"channel": CHANNEL, "ts": ROOT, "limit": "1"}


async def test_of_a_person() -> None:
    api = FakeWebApi(person())
    found = await profile(api, RITA)
    assert found is not None
    assert found.user_id == RITA


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        (CHANNEL, yes(channel={"id": CHANNEL})),
        (THREAD, yes(messages=[])),
        (THREAD, yes(messages=[{"user": "U07LUMIBOT1", "bot_id": "B1"}])),
    ],
)
async def test_of_nobody(address: str, answer: Answer) -> None:
    assert await profile(FakeWebApi(answer), address) is None


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (no("user_not_found"), ContactUnreachable),
        (no("internal_error"), PlatformUnavailable),
        (httpx.ReadTimeout("?"), PlatformUnavailable),
    ],
    ids=range(3),
)
async def test_a_look_up_that_fails(answer: Answer, meaning: type[DeliveryError]) -> None:
    with pytest.raises(DeliveryError) as caught:
        await profile(FakeWebApi(answer), RITA)
    assert type(caught.value) is meaning
