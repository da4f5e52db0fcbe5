"""Questions that send nothing: where webhooks go, lists of many pages, and whose messages come too fast."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from domain.content import TextContent
from domain.errors import OutcomeUnknown, PlatformUnavailable, Throttled
from domain.platform import Rate
from platforms.base import OutboundMessage
from platforms.discord.errors import read_answer as read_discord
from platforms.http import answered_at
from platforms.meta.asking import MOST_PAGES
from platforms.meta.errors import GraphError, Rules, to_delivery_error
from platforms.meta.messaging.errors import RULES as MESSAGING
from platforms.meta.templates import templates_of
from platforms.meta.whatsapp.errors import RULES as WHATSAPP
from platforms.sms.account import SmsAccount
from platforms.sms.meanings import to_error
from platforms.sms.platform import Sms
from platforms.sms.providers.infobip.errors import Status
from platforms.subscriptions import comes_here, shown
from tests.platforms.contract import MESSAGE_ID
from tests.platforms.sms.infobip.harness import ACCOUNT as INFOBIP
from tests.platforms.sms.sinch.harness import ACCOUNT as SINCH
from tests.platforms.sms.twilio.harness import ACCOUNT as TWILIO
from tests.platforms.whatsapp.support import ACCOUNT

pytestmark = pytest.mark.usefixtures("socket_disabled")

WANTED = "https://pytake.example/api/webhooks/whatsapp/0198f0aa"


@pytest.mark.parametrize(
    ("url", "own", "shared"),
    [
        (WANTED, True, True),
        (f"{WANTED}/", True, True),
        ("https://PyTake.example:443/api/webhooks/whatsapp/0198f0aa?token=x", True, True),
        ("https://user:pass@pytake.example/api/webhooks/whatsapp/0198f0aa", True, True),
        ("https://pytake.example/api/webhooks/whatsapp", False, True),
        ("https://pytake.example/api/webhooks/whatsapp/", False, True),
        ("https://pytake.example/api/webhooks", False, False),
        ("https://pytake.example", False, False),
        ("https://pytake.example/api/webhooks/whatsapp/0198f0ab", False, False),
        ("http://pytake.example/api/webhooks/whatsapp/0198f0aa", False, False),
        ("https://pytake.example:8443/api/webhooks/whatsapp/0198f0aa", False, False),
        ("https://evil.example/api/webhooks/whatsapp/0198f0aa", False, False),
        ("https://[bad", False, False),
        ("", False, False),
        (None, False, False),
    ],
)
def test_whether_an_address_is_ours(url: str | None, *, own: bool, shared: bool) -> None:
    assert comes_here(url, WANTED) is own
    assert comes_here(url, WANTED, shared=True) is shared


def test_an_address_is_shown_without_what_is_secret_in_it() -> None:
    assert shown("https://user:pass@a.example:8443/x?token=s#y") == "https://a.example:8443/x"
    assert shown("http://[::1]:8000/x") == "http://[::1]:8000/x"
    assert (shown("ftp://a.example"), shown(""), shown(None)) == (None, None, None)


@pytest.mark.parametrize(
    ("date", "meant"),
    [
        ("Wed, 25 Nov 2026 06:00:00 GMT", datetime(2026, 11, 25, 6, tzinfo=UTC)),
        ("Wed, 25 Nov 2026 03:00:00 -0300", datetime(2026, 11, 25, 6, tzinfo=UTC)),
    ],
)
def test_a_server_says_when_it_answered(date: str, meant: datetime) -> None:
    assert answered_at(httpx.Response(200, headers={"date": date})) == meant


def test_a_server_that_does_not_say_it_answered_now() -> None:
    for headers in ({}, {"date": "yesterday"}):
        at = answered_at(httpx.Response(200, headers=headers))
        assert abs(datetime.now(UTC) - at) < timedelta(minutes=1)


@pytest.mark.parametrize(("after", "most"), [("c{}", MOST_PAGES), ("always the same", 2)])
async def test_a_list_without_an_end_is_left(after: str, most: int) -> None:
    calls = 0

    def turning(request: httpx.Request) -> httpx.Response:
        nonlocal calls
        calls += 1
        cursors = {"after": after.format(calls)}
        paging = {"cursors": cursors, "next": "https://evil.example/steals-tokens"}
        return httpx.Response(200, json={"data": [{"id": "1"}], "paging": paging})

    async with httpx.AsyncClient(transport=httpx.MockTransport(turning)) as client:
        with pytest.raises(PlatformUnavailable, match="the list"):
            await templates_of(client, ACCOUNT, "42", WHATSAPP)
    assert calls == most


async def test_pages_are_followed_at_the_same_host_by_their_cursors() -> None:
    asked: list[tuple[str, str | None]] = []

    def page(request: httpx.Request) -> httpx.Response:
        after = request.url.params.get("after")
        asked.append((request.url.host, after))
        last = after == "c2"
        number = {None: 1, "c1": 2, "c2": 3}[after]
        item = {"id": str(number), "name": f"t{number}", "language": "pt_BR"}
        cursors = {"cursors": {"after": f"c{number}"}}
        following = {} if last else {"next": "https://evil.example/steals-tokens"}
        return httpx.Response(200, json={"data": [item, {}], "paging": {**cursors, **following}})

    async with httpx.AsyncClient(transport=httpx.MockTransport(page)) as client:
        found = await templates_of(client, ACCOUNT, "42", WHATSAPP)
    assert [one.name for one in found] == ["t1", "t2", "t3"]
    host = "graph.facebook.com"
    assert asked == [(host, None), (host, "c1"), (host, "c2")]


@pytest.mark.parametrize(
    ("rules", "code", "subcode", "scope"),
    [
        (WHATSAPP, 131056, None, "address"),
        (WHATSAPP, 130429, None, "channel"),
        (WHATSAPP, 131048, None, "channel"),
        (WHATSAPP, 80007, None, "channel"),
        (MESSAGING, 613, 1893016, "address"),
        (MESSAGING, 10, 2018321, "address"),
        (MESSAGING, 613, 2018338, "channel"),
        (MESSAGING, 613, None, "channel"),
    ],
)
def test_whose_messages_come_too_fast_at_meta(
    rules: Rules, code: int, subcode: int | None, scope: str
) -> None:
    found = to_delivery_error(GraphError(code=code, subcode=subcode, title="t", details="d"), rules)
    assert isinstance(found, Throttled)
    assert found.scope == scope


@pytest.mark.parametrize(
    ("path", "body", "scope"),
    [
        ("/channels/1/messages", {"message": "slow", "retry_after": 1, "global": False}, "address"),
        ("/channels/1/messages", {"message": "slow", "retry_after": 1, "global": True}, "channel"),
        ("/users/@me/channels", {"message": "slow", "retry_after": 1, "global": False}, "channel"),
        ("/channels/1/messages", {"message": "slow mode", "code": 20016}, "address"),
        ("/channels/1/messages", {}, "channel"),
    ],
)
def test_whose_messages_come_too_fast_at_discord(
    path: str, body: dict[str, object], scope: str
) -> None:
    request = httpx.Request("POST", f"https://discord.example/api/v10{path}")
    with pytest.raises(Throttled) as raised:
        read_discord(httpx.Response(429, json=body, request=request))
    assert raised.value.scope == scope


def test_the_same_message_too_often_is_about_one_number() -> None:
    status = Status({"status": {"groupId": 5, "id": 20, "name": "REJECTED_FLOODING_FILTER"}})
    found = to_error(status.code, status.meaning)
    assert isinstance(found, Throttled)
    assert found.scope == "address"


@pytest.mark.parametrize(
    ("changed", "per_second"),
    [
        ({"sender": "+14155550100"}, 1),
        ({"sender": "29100"}, 100),
        ({"sender": "+5511955500100"}, None),
        ({"sender": "+14155550100", "messaging_service_sid": "MG1"}, None),
        ({"sender": "+14155550100", "messages_per_second": 12}, 12),
        ({"provider": "vonage", "sender": "Loja"}, 30),
        ({"provider": "sinch"}, None),
        ({"provider": "sinch", "messages_per_second": 40}, 40),
    ],
)
def test_how_fast_a_sender_may_be(changed: dict[str, object], per_second: int | None) -> None:
    """What is documented of its kind, unless the contract says otherwise."""
    secrets = {
        "api_key": "k",
        "api_secret": "secret-of-nobody",
        "signature_secret": "secret-of-nobody",
        "service_plan_id": "p",
        "api_token": "secret-of-nobody",
        "webhook_secret": "secret-of-nobody",
    }
    account = SmsAccount.model_validate({**TWILIO.model_dump(), **secrets, **changed})
    expected = (
        Rate(scope="channel", count=per_second, per=timedelta(seconds=1)) if per_second else None
    )
    assert account.rates == ((expected,) if expected else ())
    assert ACCOUNT.rates is None


@pytest.mark.parametrize(
    ("account", "answer"),
    [
        (SINCH, {"batches": [{"id": "01A", "client_reference": "another"}]}),
        (SINCH, {"batches": [{"client_reference": MESSAGE_ID}]}),
        (INFOBIP, {"results": [{"messageId": "another", "status": {"groupId": 3, "id": 5}}]}),
        (INFOBIP, {"results": [{"messageId": MESSAGE_ID, "status": {"groupId": 5, "id": 23}}]}),
    ],
)
async def test_a_look_up_goes_by_nothing_but_our_reference(
    account: SmsAccount, answer: dict[str, object]
) -> None:
    """Also where the provider has overlooked what was asked for, or tells of the second one that it refused."""
    vendor = httpx.MockTransport(lambda _: httpx.Response(200, json=answer))
    message = OutboundMessage(
        id=MESSAGE_ID, address="+5511955500101", content=TextContent(text="oi")
    )
    async with httpx.AsyncClient(transport=vendor) as client:
        with pytest.raises(OutcomeUnknown):
            await Sms().find_sent(client, account, message)
