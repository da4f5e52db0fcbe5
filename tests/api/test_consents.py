"""Who opts out is left alone: by the flow at once, by agents until they write again."""

import time
from dataclasses import dataclass
from itertools import count

import httpx
import pytest

from bench.flows import ECHO
from platforms.sms.providers.vonage.signature import sign_parameters
from storage.channels import Channel
from tests.api.test_providers import connect
from tests.api.test_webhooks import recorded
from tests.stack import Stack, eventually

SECRET = "vonage-signature-of-the-consent-tests"
_numbers = count(700)


@dataclass(frozen=True)
class Line:
    """A number of ours, and one customer who writes to it."""

    stack: Stack
    channel: Channel
    customer: str

    async def says(self, words: str, **more: str) -> None:
        number = next(_numbers)
        fields = {
            "msisdn": self.customer,
            "to": self.channel.account_id,
            "messageId": f"0B-consent-{number}",
            "text": words,
            "timestamp": str(int(time.time())),
            **more,
        }
        signed = {**fields, "sig": sign_parameters(fields, SECRET, "sha256")}
        path = f"/api/webhooks/sms/{self.channel.id}"
        answer = await self.stack.http.get(path, params=signed)
        assert answer.status_code == 200, answer.text

    async def taken_over(self, agent: httpx.AsyncClient) -> str:
        found = await self.stack.conversation(agent, f"+{self.customer}")
        path = f"/api/v1/conversations/{found['id']}"
        taken = await agent.post(f"{path}/take_over")
        # It may have been given to them already.
        assert taken.status_code == 200 or "already" in taken.json()["detail"], taken.text
        return path


@pytest.fixture
async def line(shared_stack: Stack) -> Line:
    number = next(_numbers)
    channel = await connect(
        shared_stack,
        f"28{number}",
        provider="vonage",
        api_key="k1",
        api_secret="vonage-secret-of-the-consent-tests",
        signature_secret=SECRET,
        # Nobody is there who could take a message.
        api_base=f"{shared_stack.simulator_url}/no-such-provider",
    )
    return Line(shared_stack, channel, f"551195550{number:04}")


async def words_of(agent: httpx.AsyncClient, path: str) -> list[tuple[str, str | None]]:
    """Each message's words and why it failed."""
    found = (await agent.get(f"{path}/messages")).json()
    return [(one["content"].get("text", ""), (one["error"] or {}).get("code")) for one in found]


async def test_an_agent_may_write_again_when_the_contact_has(
    line: Line, ana: httpx.AsyncClient
) -> None:
    await line.says("Quanto custa?")
    await recorded(line.stack, f"+{line.customer}", 1)
    path = await line.taken_over(ana)
    await line.says("SAIR")
    await recorded(line.stack, f"+{line.customer}", 2)
    seen = (await ana.get(path)).json()
    assert [(one["scope"], one["state"]) for one in seen["consents"]] == [("all", "out")]
    refused = await ana.post(f"{path}/messages", json={"text": "Vinte reais."})
    assert (refused.status_code, refused.json()["code"]) == (409, "opted_out")
    in_portuguese = await ana.post(
        f"{path}/messages", json={"text": "Vinte."}, headers={"accept-language": "pt"}
    )
    assert in_portuguese.json()["title"].startswith("Este contato pediu")
    assert [text for text, _ in await words_of(ana, path)] == ["Quanto custa?", "SAIR"]
    await line.says("E para dois?")
    await recorded(line.stack, f"+{line.customer}", 3)
    taken = await ana.post(f"{path}/messages", json={"text": "Quarenta reais."})
    assert taken.status_code == 202


async def test_the_same_key_is_answered_as_before_whatever_the_contact_asked_since(
    line: Line, ana: httpx.AsyncClient
) -> None:
    await line.says("Quanto custa?")
    await recorded(line.stack, f"+{line.customer}", 1)
    path = await line.taken_over(ana)
    key = {"idempotency-key": "once"}
    body = {"text": "Vinte reais."}
    first = await ana.post(f"{path}/messages", json=body, headers=key)
    assert first.status_code == 202

    async def there() -> bool | None:
        return True if len(await words_of(ana, path)) > 1 else None

    await eventually(there, "the reply is in the transcript")
    await line.says("SAIR")
    again = await ana.post(f"{path}/messages", json=body, headers=key)
    assert (again.status_code, again.json()) == (202, first.json())


async def test_no_flow_answers_the_words_of_an_opt_out_until_an_opt_in(
    line: Line, ana: httpx.AsyncClient
) -> None:
    await line.stack.greet_with(f"greeting-{next(_numbers)}", ECHO, line.channel.id)
    await line.says("SAIR")
    found = await line.stack.conversation(ana, f"+{line.customer}")
    path = f"/api/v1/conversations/{found['id']}"

    async def failed(number: int) -> list[str | None]:
        async def look() -> list[str | None] | None:
            ours = [code for text, code in await words_of(ana, path) if text == "Say something."]
            return ours if len(ours) == number and None not in ours else None

        return await eventually(look, f"{number} messages of the flow failed")

    assert await failed(1) == ["opted_out"]
    await ana.post(f"{path}/take_over")
    await ana.post(f"{path}/resolve")
    await line.says("VOLTAR")
    # It is sent now; only nobody takes it.
    assert (await failed(2))[-1] != "opted_out"
    seen = (await ana.get(path)).json()
    assert [(one["scope"], one["state"]) for one in seen["consents"]] == [("all", "in")]


async def test_pieces_of_a_text_are_one_message(line: Line, ana: httpx.AsyncClient) -> None:
    part = {"concat": "true", "concat-ref": "77", "concat-total": "3"}
    words = ("Um texto longo ", "que vem em ", "três partes.")
    for number in (3, 1, 3, 2):
        more = {"concat-part": str(number), "messageId": f"0C-{line.customer}-{number}"}
        await line.says(words[number - 1], **part, **more)
    await recorded(line.stack, f"+{line.customer}", 1)
    found = await line.stack.conversation(ana, f"+{line.customer}")
    assert found["preview"] == "".join(words)
    (message,) = (await ana.get(f"/api/v1/conversations/{found['id']}/messages")).json()
    assert message["external_id"] == f"0C-{line.customer}-1"
