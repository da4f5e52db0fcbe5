"""What holds for every platform that can do more than the contract asks: who has an ability meets its words.

A platform is found by `isinstance`, as its callers find it; whoever registers one with an ability is in here at once.
"""

import difflib
import json
import traceback
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
import pytest

from domain.errors import (
    ChannelUnauthorized,
    DeliveryError,
    OutcomeUnknown,
    PlatformUnavailable,
    Throttled,
)
from domain.platform import Idempotency, PlatformCapabilities
from platforms.abilities import ChecksHealth, KeepsTemplates, LooksUp, RefreshesTokens
from platforms.base import OutboundRequest
from platforms.registry import PLATFORMS
from tests.platforms.contract import (
    MESSAGE_ID,
    Harness,
    a_message,
    bodies,
    harness,
    keys,
    platform_key,
)

pytestmark = pytest.mark.usefixtures("socket_disabled")

HOOK = "https://pytake.loja.example/api/webhooks/any/0198f0aa"
Vendor = Callable[[httpx.Request], httpx.Response]


class Ability(NamedTuple):
    """One ability, and how it is asked for."""

    kind: type[Any]
    ask: Callable[[Harness, httpx.AsyncClient, str], Awaitable[Any]]


ABILITIES = {
    "check": Ability(
        ChecksHealth, lambda spoken, client, _: _any(spoken).check(client, spoken.account, HOOK)
    ),
    "refresh": Ability(
        RefreshesTokens, lambda spoken, client, _: _any(spoken).refresh(client, spoken.account)
    ),
    "templates": Ability(
        KeepsTemplates, lambda spoken, client, _: _any(spoken).templates(client, spoken.account)
    ),
    "find_sent": Ability(
        LooksUp,
        lambda spoken, client, key: _any(spoken).find_sent(client, spoken.account, a_message(key)),
    ),
}


def _any(spoken: Harness) -> Any:
    """The platform as who has asked `isinstance` may use it."""
    return spoken.platform


def having(ability: str) -> list[str]:
    """The platforms that have it and do it over HTTP."""
    kind = ABILITIES[ability].kind
    spoken = {key: harness(key) for key in keys()}
    return [
        key for key, one in spoken.items() if isinstance(one.platform, kind) and one.sends_over_http
    ]


CASES = [(key, ability) for ability in ABILITIES for key in having(ability)]
each = pytest.mark.parametrize(("key", "ability"), CASES)


MUST_ASK = frozenset({"check", "templates"})
"""A token may be one that does not end, and a list may not be there; but who says that all is well has asked."""


ASKED_FOR_A_TOKEN = frozenset({"rbm", "teams"})
"""Their only question that is about no conversation is whether a token is given."""


class Asked:
    """A vendor that answers everything alike, and counts."""

    def __init__(self, answer: Vendor) -> None:
        self._answer = answer
        self.calls = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls += 1
        return self._answer(request)


async def outcome(key: str, ability: str, vendor: Asked) -> DeliveryError | None:
    """What it raises; None: it did without a call, because this account has nothing to ask about."""
    spoken = harness(key)
    spoken = spoken._replace(account=spoken.renewing or spoken.account)
    if key in ASKED_FOR_A_TOKEN:
        spoken = spoken._replace(token=lambda _: None)  # then the vendor answers that, too
    async with spoken.client(vendor) as client:
        try:
            answer = await ABILITIES[ability].ask(spoken, client, key)
        except OutcomeUnknown as error:
            assert_no_secret(error, spoken)
            return error if vendor.calls else None  # there is no list to ask: nobody can tell
        except DeliveryError as error:
            assert_no_secret(error, spoken)
            return error
    assert vendor.calls == 0, f"{answer!r} was made of such an answer"
    assert ability not in MUST_ASK, f"{answer!r} was made up"
    return None


def assert_no_secret(error: DeliveryError, spoken: Harness) -> None:
    """Neither in its words, nor in what led to it."""
    said = "".join(traceback.format_exception(error))
    shown = f"{error!r} {error.detail} {error.vendor_code} {said}"
    assert [secret for secret in spoken.secrets if secret in shown] == []


@each
async def test_a_refused_token_is_an_unauthorised_channel(key: str, ability: str) -> None:
    """Whatever the vendor repeats of the call in its refusal, and before it becomes too long to be shown."""
    spoken = harness(key)
    secrets = [*spoken.secrets, *(spoken.renewing.secrets() if spoken.renewing else ())]

    def refused(request: httpx.Request) -> httpx.Response:
        sent = f"{request.url} {[*request.headers.values()]} {request.content.decode('latin-1')}"
        quoted = " ".join(secret for secret in secrets if secret in unquote(sent)) or sent
        words = dict.fromkeys(("message", "title", "detail", "text", "description"), quoted)
        codes = {"ok": False, "code": 0, "errorCode": "E401", "error_code": 401}
        body = {**words, **codes, "error": {"code": 190, "message": quoted}}
        return httpx.Response(401, json=body, request=request)

    error = await outcome(key, ability, Asked(refused))
    assert error is None or isinstance(error, ChannelUnauthorized), repr(error)


def _broken(kind: type[httpx.HTTPError]) -> Vendor:
    def break_off(request: httpx.Request) -> httpx.Response:
        raise kind(f"while {request.url} was called")

    return break_off


DOWN: dict[str, Vendor] = {
    "500": lambda _: httpx.Response(500, text="<html>oops</html>"),
    "502": lambda _: httpx.Response(502, text="<html>Bad Gateway</html>"),
    "503": lambda _: httpx.Response(503),
    "not readable": lambda _: httpx.Response(200, text="<html>welcome</html>"),
    "no connection": _broken(httpx.ConnectError),
    "no time to connect": _broken(httpx.ConnectTimeout),
    "no answer": _broken(httpx.ReadTimeout),
    "cut off": _broken(httpx.RemoteProtocolError),
}


@each
@pytest.mark.parametrize("how", DOWN)
async def test_a_vendor_that_is_down_is_asked_again(key: str, ability: str, how: str) -> None:
    """A question sends nothing: `OutcomeUnknown` is for a look-up alone, and there says the same."""
    error = await outcome(key, ability, Asked(DOWN[how]))
    may_be = (
        (PlatformUnavailable, OutcomeUnknown) if ability == "find_sent" else PlatformUnavailable
    )
    assert error is None or isinstance(error, may_be), repr(error)


@each
async def test_a_vendor_that_is_asked_too_often_says_when_to_come_back(
    key: str, ability: str
) -> None:
    def slower(request: httpx.Request) -> httpx.Response:
        return httpx.Response(429, headers={"retry-after": "7"}, request=request)

    error = await outcome(key, ability, Asked(slower))
    assert error is None or isinstance(error, Throttled), repr(error)
    assert error is None or error.retry_after == timedelta(seconds=7)


def test_whoever_sends_can_be_asked_whether_it_works() -> None:
    expected = set(PLATFORMS) - {"email"}
    able = {key for key, platform in PLATFORMS.items() if isinstance(platform, ChecksHealth)}
    assert expected <= able


async def test_web_chat_is_always_well() -> None:
    """Its other end is this system: there is nobody to ask."""
    spoken = harness("webchat")
    vendor = Asked(DOWN["500"])
    async with spoken.client(vendor) as client:
        health = await _any(spoken).check(client, spoken.account, HOOK)
    assert (health.name, health.subscription, vendor.calls) == ("wi_loja", None, 0)


KEYED = [key for key in keys() if harness(key).platform.capabilities.idempotency is Idempotency.KEY]


@pytest.mark.parametrize("key", KEYED)
def test_a_key_is_sent_that_is_the_messages_own(key: str) -> None:
    """The same message has it again, another has another, and nothing else of the request is different."""
    spoken = harness(key)
    message = a_message(key)
    other = message.model_copy(update={"id": "0198f0aa-0000-7000-8000-000000000043"})
    first, again, another = (
        json.dumps(spoken.platform.render(one, spoken.account).model_dump(mode="json"))
        for one in (message, message, other)
    )
    assert first == again != another
    found = difflib.SequenceMatcher(None, first, another, autojunk=False).get_opcodes()
    changed = [how for how in found if how[0] != "equal"]
    assert sum(how[2] - how[1] for how in changed) <= len(MESSAGE_ID)


ECHOING = [
    key for key in keys() if harness(key).platform.capabilities.idempotency is Idempotency.ECHO
]


@pytest.mark.parametrize("key", ECHOING)
def test_an_echoed_reference_is_sent_and_comes_back(key: str) -> None:
    """Otherwise a doubtful send would wait for ever. Headers of mails count as the request, too."""
    spoken = harness(key)
    request = spoken.platform.render(a_message(key), spoken.account)
    assert MESSAGE_ID in json.dumps(request.model_dump(mode="json"))
    query = _called_back(request)
    brought: list[str | None] = []
    for path in bodies(key):
        webhook = spoken.request(path.read_bytes()).model_copy(update={"query": query})
        events = spoken.platform.parse(webhook)
        brought += [event.receipt.reference for event in events if event.receipt]
    references = {reference for reference in brought if reference}
    assert references, "no receipt or echo among the fixtures brings one back"
    if query:
        assert references == {MESSAGE_ID}


def _called_back(request: OutboundRequest) -> dict[str, str]:
    """What stands in the query of an address that the vendor is to call about this message."""
    named = [value for value in (request.form or {}).values() if value.startswith("https://")]
    queries = [urlsplit(value).query for value in named if MESSAGE_ID in value]
    return dict(parse_qsl(queries[0])) if queries else {}


FACTS: list[PlatformCapabilities] = [platform.capabilities for platform in PLATFORMS.values()]


@pytest.mark.parametrize("facts", FACTS, ids=lambda facts: facts.platform)
def test_a_receipt_is_expected_only_where_one_comes_by_itself(facts: PlatformCapabilities) -> None:
    """That a message was read or failed is told when it happens, which may be never."""
    if facts.receipt_within is not None:
        assert facts.receipts & {"sent", "delivered"}
        assert timedelta(0) < facts.receipt_within <= timedelta(hours=1)


@pytest.mark.parametrize("facts", FACTS, ids=lambda facts: facts.platform)
def test_a_rate_lets_some_through_and_survives_the_way_over_the_wire(
    facts: PlatformCapabilities,
) -> None:
    assert all(rate.burst >= rate.count for rate in facts.rates)
    assert PlatformCapabilities.model_validate_json(facts.model_dump_json()).rates == facts.rates


def test_the_platforms_of_the_cases_are_registered() -> None:
    assert {platform_key(key) for key, _ in CASES} <= set(PLATFORMS)
