"""The one platform in front of the five."""

from pathlib import Path

import httpx
import pytest

from domain.errors import PayloadUnreadable
from platforms.base import WebhookRequest
from platforms.sms.table import PROVIDERS
from tests.platforms.contract import bodies, harness
from tests.platforms.sms.support import ACCOUNTS, ANA, SMS, TWILIO, VONAGE

# These say nothing of who wrote them.
ANONYMOUS = {"call.form", "nothing_known.json", "another_product.json", "event_of_tomorrow.json"}
ANONYMOUS |= {"results_by_another_name.json"}
FIXTURES = [
    (provider, path)
    for provider in PROVIDERS
    for path in bodies(f"sms/{provider}")
    if path.name not in ANONYMOUS
]


@pytest.mark.parametrize(
    ("provider", "path"), FIXTURES, ids=[f"{provider}/{path.name}" for provider, path in FIXTURES]
)
def test_without_a_name_the_shape_tells_the_provider(provider: str, path: Path) -> None:
    named = SMS.parse(WebhookRequest(body=path.read_bytes(), provider=provider))
    assert SMS.parse(WebhookRequest(body=path.read_bytes())) == named


def test_a_shape_of_nobody() -> None:
    for body in (b"hello=1", b'{"a": 1}', b'["x"]', b'{"type": ["mo_text"]}'):
        with pytest.raises(PayloadUnreadable):
            SMS.parse(WebhookRequest(body=body))


def test_the_accounts_provider_counts_and_not_the_shape() -> None:
    body = b"MessageSid=SM1&From=%2B5511955500101&To=28450&Body=oi"
    (event,) = SMS.parse(WebhookRequest(body=body, provider="sinch"))
    assert event.kind == "ignored"


def test_every_provider_has_an_account() -> None:
    assert {*ACCOUNTS} == {*PROVIDERS} == {*SMS.account_model.by_provider}


def test_an_empty_get_is_a_check_and_any_other_a_delivery() -> None:
    for query in ({}, {"token": "x"}):
        answer = SMS.handshake(WebhookRequest(method="GET", query=query), VONAGE)
        assert answer is not None
        assert (answer.status, answer.body) == (200, "")
    asked = WebhookRequest(method="GET", query={"messageId": "1"})
    assert SMS.handshake(asked, VONAGE) is None
    assert SMS.handshake(WebhookRequest(), VONAGE) is None
    assert "GET" in SMS.capabilities.webhook_methods


def test_a_get_is_read_as_a_post_is() -> None:
    query = {"msisdn": "5511955500101", "to": "28450", "messageId": "1", "text": "oi"}
    (event,) = SMS.parse(WebhookRequest(method="GET", query=query, provider="vonage"))
    assert (event.kind, event.external_id, event.account) == ("message", "1", "28450")


def test_twilio_is_answered_with_nothing_to_send() -> None:
    answer = SMS.acknowledge(WebhookRequest(), TWILIO)
    assert answer is not None
    assert (answer.status, answer.body, answer.content_type) == (200, "<Response/>", "text/xml")
    assert SMS.acknowledge(WebhookRequest(), VONAGE) is None


def test_our_message_id_comes_back_in_twilios_callback() -> None:
    body = b"MessageSid=SM1&MessageStatus=delivered"
    request = WebhookRequest(body=body, query={"ref": "0198f0aa"}, provider="twilio")
    (event,) = SMS.parse(request)
    assert event.receipt is not None
    assert event.receipt.reference == "0198f0aa"


def test_the_numbers_that_a_body_names() -> None:
    assert SMS.accounts(WebhookRequest(body=b"MessageSid=1&From=1&To=5511955500100")) == []
    named = b"MessageSid=1&From=5511955500101&To=5511955500100&Body=oi"
    assert SMS.accounts(WebhookRequest(body=named)) == ["+5511955500100"]
    assert SMS.accounts(WebhookRequest(body=b"{")) == []


async def test_there_is_no_profile_and_no_typing() -> None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(500))) as c:
        assert await SMS.fetch_profile(c, TWILIO, ANA) is None
        await SMS.show_activity(c, TWILIO, ANA, "1")
    assert SMS.keys_url(TWILIO) is None
    assert not SMS.shared_webhook


def test_another_platforms_account_is_no_account() -> None:
    other = harness("webchat").account
    with pytest.raises(TypeError):
        SMS.verify(WebhookRequest(), other)
