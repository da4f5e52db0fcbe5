"""Mail through the API: what a machine wrote starts no flow, and files come out of the message itself."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from platforms import signing
from tests.stack import Stack, eventually

SECRET = "a secret of the mailbox, long enough"
PNG_BASE64 = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

WITH_FILE = f"""From: Rita Lopes <rita@cliente.example>
To: ajuda@loja.example
Subject: Meu pedido
Message-ID: <one@cliente.example>
Date: Tue, 24 Nov 2026 10:00:00 -0300
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

Veja a foto.
--b
Content-Type: image/png; name="foto.png"
Content-Disposition: attachment; filename="foto.png"
Content-Transfer-Encoding: base64

{PNG_BASE64}
--b--
"""

ABSENT = """From: Leo Dias <leo@cliente.example>
To: ajuda@loja.example
Subject: Ausente
Message-ID: <two@cliente.example>
Date: Tue, 24 Nov 2026 10:00:00 -0300
Auto-Submitted: auto-replied

Estou de ferias.
"""


@pytest.fixture
async def mailbox(shared_stack: Stack) -> str:
    """The path of a mail channel's webhook; the demo's flow greets on it."""
    admin = await shared_stack.sign_in("admin@demo.example")
    flows = (await admin.get("/api/v1/flows")).json()
    known = [one for one in (await admin.get("/api/v1/channels")).json() if one["name"] == "Mail"]
    if not known:
        account = {"address": "ajuda@loja.example", "secret": SECRET}
        body = {"platform": "email", "name": "Mail", "account": account, "flow_id": flows[0]["id"]}
        made = await admin.post("/api/v1/channels", json=body)
        assert made.status_code == 201, made.text
        known = [made.json()]
    await admin.aclose()
    return httpx.URL(known[0]["webhook_url"]).path


async def post(stack: Stack, path: str, mail: str) -> None:
    body = mail.replace("\n", "\r\n").encode()
    proof = signing.sign(SecretStr(SECRET), body, datetime.now(UTC))
    headers = {signing.HEADER: proof, "content-type": "message/rfc822"}
    answer = await stack.http.post(path, content=body, headers=headers)
    assert answer.status_code == 200, answer.text


async def test_an_attachment_is_cut_out_of_the_mail_and_can_be_opened(
    shared_stack: Stack, mailbox: str
) -> None:
    await post(shared_stack, mailbox, WITH_FILE)
    agent = await shared_stack.sign_in()
    conversation = await shared_stack.conversation(agent, "rita@cliente.example")
    path = f"/api/v1/conversations/{conversation['id']}"

    async def key() -> str | None:
        messages: list[dict[str, Any]] = (await agent.get(f"{path}/messages")).json()
        files = [one["content"].get("media") for one in messages if one["direction"] == "in"]
        return next((one["key"] for one in files if one and one.get("key")), None)

    found = await eventually(key, "the file is in our store")
    got = await agent.get(f"/api/v1/media/{found}")
    assert got.content.startswith(b"\x89PNG")
    await agent.aclose()


async def test_a_note_of_absence_is_kept_and_starts_no_flow(
    shared_stack: Stack, mailbox: str
) -> None:
    await post(shared_stack, mailbox, ABSENT)
    agent = await shared_stack.sign_in()
    conversation = await shared_stack.conversation(agent, "leo@cliente.example")
    assert (conversation["status"], conversation["episode"]) == ("resolved", 0)
    messages = (await agent.get(f"/api/v1/conversations/{conversation['id']}/messages")).json()
    assert [one["direction"] for one in messages] == ["in"]
    await agent.aclose()
