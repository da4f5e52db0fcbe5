"""What the simulated Messenger and Instagram do alike: refusals in Graph's words, sends, faults, files, webhooks."""

from typing import Any

import httpx
import pytest

from domain.content import ChoiceContent, MediaContent, TextContent
from platforms.http import new_client
from simulator.schemas import ContactChange, Fault, FaultKind, Post, ReceiptPolicy
from tests.simulator.harness import APP_SECRET, World, graph_error, signed_with
from tests.simulator.send_api import (
    CUSTOMER,
    LINK,
    TOKEN,
    Desk,
    account,
    buttons,
    cards,
    file,
    open_desk,
    quick_replies,
    template,
)


@pytest.fixture(params=["messenger", "instagram"])
async def desk(sim: World, request: pytest.FixtureRequest) -> Desk:
    key: str = request.param
    await sim.control.set_receipts(ReceiptPolicy(platform=key, mode="none"))
    return await open_desk(sim, key)


LINK_BUTTON = {"type": "web_url", "url": "example.com", "title": "Abrir"}

REFUSED: dict[str, tuple[dict[str, Any], int, int | None, str]] = {
    "nothing": ({}, 100, 2018034, "Message cannot be empty"),
    "no text": ({"text": ""}, 100, 2018034, "must provide valid attachment or text"),
    "blank text": ({"text": " \n"}, 100, None, "Param message[text] must be a non-empty UTF-8"),
    "text and file": ({"text": "oi", **file()}, 100, 2018034, "exactly one"),
    "unknown key": ({"text": "oi", "preview": 1}, 100, None, 'Invalid keys "preview" were found'),
    "quote inside": (
        {"text": "oi", "reply_to": {"mid": "m_1"}},
        100,
        None,
        'found in param "message".',
    ),
    "metadata too long": (
        {"text": "oi", "metadata": "x" * 1001},
        100,
        None,
        "Length of param message[metadata]",
    ),
    "no replies": (quick_replies(0), 194, None, "param message[quick_replies] has too few"),
    "14 replies": (quick_replies(14), 105, None, "param message[quick_replies] has too many"),
    "reply too long": (
        quick_replies(1, title="x" * 21),
        100,
        None,
        "Length of param message[quick_replies][0][title] must be less than or equal to 20",
    ),
    "reply without title": (quick_replies(1, title=""), 100, 2018098, "Title is required"),
    "reply without payload": (quick_replies(1, payload=""), 100, 2018099, "Payload is required"),
    "reply of no kind": (
        quick_replies(1, content_type="colour"),
        100,
        None,
        "[content_type] must be one of {TEXT",
    ),
    "file of no kind": (file("gif"), 100, None, "Param message[attachment][type] must be one of"),
    "no payload": (
        {"attachment": {"type": "image"}},
        100,
        None,
        "The parameter message[attachment][payload] is required",
    ),
    "no type": (
        {"attachment": {"payload": {}}},
        100,
        None,
        "The parameter message[attachment][type] is required",
    ),
    "two sources": (file(url=LINK, attachment_id="1"), 100, 2018034, "exactly one of url"),
    "no address": (file(url="files.example.com/a.png"), 100, 2018008, "Failed to fetch"),
    "unknown upload": (file(attachment_id="123"), 100, 2018074, "Attachment ID is invalid"),
    "unknown template": (template(template_type="poll"), 100, None, "Invalid template type"),
    "no buttons": (buttons(), 194, None, "param name_placeholder[buttons] has too few"),
    "four buttons": (
        buttons(*[(f"b{n}", f"B{n}") for n in range(4)]),
        105,
        None,
        "[buttons] has too many",
    ),
    "button text too long": (
        buttons(("a", "A"), text="x" * 641),
        100,
        None,
        "Length of param name_placeholder[text]",
    ),
    "button too long": (
        buttons(("a", "x" * 21)),
        100,
        None,
        "Length of param name_placeholder[buttons][0][title]",
    ),
    "button without payload": (buttons(("", "A")), 100, 2018040, "Payload cannot be empty"),
    "link without scheme": (
        template(template_type="button", text="x", buttons=[LINK_BUTTON]),
        100,
        2018062,
        "valid URL",
    ),
    "11 cards": (
        cards(*[{"title": "A", "subtitle": "B"}] * 11),
        105,
        None,
        "[elements] has too many",
    ),
    "card of a title": (cards({"title": "A"}), 100, 2018035, "Incomplete element data"),
    "card too long": (
        cards({"title": "x" * 81, "subtitle": "B"}),
        100,
        None,
        "[elements][0][title] must be less",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_a_message_is_refused_in_graphs_words(desk: Desk, name: str) -> None:
    message, code, subcode, words = REFUSED[name]
    frame = {"recipient": {"id": CUSTOMER}, "messaging_type": "RESPONSE", "message": message}
    refused = await desk.post(frame)
    assert graph_error(refused) == (400, code, subcode)
    text = refused.json()["error"]["message"]
    assert text.startswith(f"(#{code}) ")
    assert words in text
    assert await desk.sim.control.ledger() == []


OUTSIDE: dict[str, tuple[dict[str, Any], int | None, str]] = {
    "no recipient": ({"message": {"text": "oi"}}, None, "The parameter recipient is required"),
    "nobody": ({"recipient": {}, "message": {"text": "oi"}}, None, "exactly one recipient"),
    "by telephone": (
        {"recipient": {"phone_number": "1"}, "message": {"text": "oi"}},
        None,
        'Invalid keys "phone_number" were found in param "recipient".',
    ),
    "nothing to do": ({"recipient": {"id": CUSTOMER}}, 2018015, "either message or state"),
    "both": (
        {"recipient": {"id": CUSTOMER}, "message": {"text": "oi"}, "sender_action": "typing_on"},
        2018014,
        "both message and sender_action",
    ),
    "unknown action": (
        {"recipient": {"id": CUSTOMER}, "sender_action": "wave"},
        None,
        "Param sender_action",
    ),
    "unknown type": (
        {"recipient": {"id": CUSTOMER}, "messaging_type": "GREETING", "message": {"text": "oi"}},
        None,
        "Param messaging_type must be one of",
    ),
    "retired tag": (
        {
            "recipient": {"id": CUSTOMER},
            "messaging_type": "MESSAGE_TAG",
            "tag": "ACCOUNT_UPDATE",
            "message": {"text": "oi"},
        },
        None,
        "Invalid parameter",
    ),
    "no tag": (
        {
            "recipient": {"id": CUSTOMER},
            "messaging_type": "MESSAGE_TAG",
            "message": {"text": "oi"},
        },
        None,
        "The parameter tag is required",
    ),
    "quote of nothing": (
        {
            "recipient": {"id": CUSTOMER},
            "messaging_type": "RESPONSE",
            "message": {"text": "oi"},
            "reply_to": {"mid": "m_unknown"},
        },
        2534002,
        "Invalid Message ID",
    ),
}


@pytest.mark.parametrize("name", OUTSIDE)
async def test_a_call_is_refused_for_what_is_beside_the_message(desk: Desk, name: str) -> None:
    body, subcode, words = OUTSIDE[name]
    refused = await desk.post(body)
    assert graph_error(refused) == (400, 100, subcode)
    assert words in refused.json()["error"]["message"]


async def test_who_may_call(desk: Desk) -> None:
    body = {"recipient": {"id": CUSTOMER}, "messaging_type": "RESPONSE", "message": {"text": "oi"}}
    assert graph_error(await desk.post(body, token=None)) == (401, 190, None)
    assert graph_error(await desk.post(body, token="another")) == (401, 190, None)
    assert graph_error(await desk.post(body, node="42")) == (400, 100, 33)
    old = await desk.call("POST", f"latest/{desk.account_id}/messages", json=body)
    assert graph_error(old) == (400, 2500, None)
    assert graph_error(await desk.call("POST", "v25.0/1/subscribed_apps")) == (400, 100, 33)
    assert graph_error(await desk.call("POST", "v25.0/me/messages", content=b"oi")) == (
        400,
        100,
        None,
    )
    assert (await desk.post(body, node="me")).status_code == 200
    by_query = await desk.call(
        "POST", "v25.0/me/messages", token=None, params={"access_token": TOKEN}, json=body
    )
    assert by_query.status_code == 200


async def change(desk: Desk, **fields: Any) -> None:
    await desk.sim.control.change_contact(
        ContactChange(platform=desk.key, account=desk.account_id, contact=CUSTOMER, **fields)
    )


async def test_a_customer_who_blocked_the_account_is_not_available(desk: Desk) -> None:
    await change(desk, blocked=True)
    assert graph_error(await desk.send()) == (400, 551, 1545041)
    await change(desk, blocked=False)
    assert (await desk.send()).status_code == 200


async def test_the_tag_for_people_opens_the_window_for_a_week(desk: Desk) -> None:
    await change(desk, silent_seconds=25 * 3600)
    tagged: dict[str, Any] = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
    assert graph_error(await desk.send(**tagged)) == (400, 10, None)
    may = account(desk.sim, desk.key, human_agent=True)
    await desk.sim.control.put_account(desk.key, desk.account_id, may)
    assert (await desk.send(**tagged)).status_code == 200
    await change(desk, silent_seconds=8 * 24 * 3600)
    assert graph_error(await desk.send(**tagged))[1] == 10


async def test_quick_replies_buttons_and_cards_are_described(desk: Desk) -> None:
    assert (await desk.send(quick_replies(13))).status_code == 200
    entry = await desk.last()
    assert (entry.type, entry.text, len(entry.options)) == ("text", "Qual?", 13)
    assert (await desk.send(buttons(("s", "Sim"), ("n", "Não")))).status_code == 200
    entry = await desk.last()
    assert (entry.type, entry.text) == ("button", "Escolha")
    assert [(one.id, one.title) for one in entry.options] == [("s", "Sim"), ("n", "Não")]
    link = {"type": "web_url", "url": LINK, "title": "Ver"}
    assert (
        await desk.send(cards({"title": "Bolo", "subtitle": "Fubá", "buttons": [link]}))
    ).is_success
    entry = await desk.last()
    assert (entry.type, entry.text, entry.options[0].id) == ("generic", "Bolo\nFubá", LINK)


async def test_typing_read_marks_and_reactions_are_calls_and_no_sends(desk: Desk) -> None:
    said = await desk.say()
    who = {"recipient": {"id": CUSTOMER}}
    for action in ("typing_on", "typing_off", "mark_seen"):
        done = await desk.post({**who, "sender_action": action})
        assert (done.status_code, done.json()) == (200, {"recipient_id": CUSTOMER})
    love = {"message_id": said.external_id, "reaction": "love"}
    assert (await desk.post({**who, "sender_action": "react", "payload": love})).is_success
    other = {**who, "sender_action": "react", "payload": {**love, "message_id": "m_1"}}
    assert graph_error(await desk.post(other)) == (400, 100, 2534002)
    assert await desk.sim.control.ledger() == []


async def test_a_message_of_the_conversation_can_be_quoted(desk: Desk) -> None:
    theirs = (await desk.say()).external_id
    ours = (await desk.send()).json()["message_id"]
    for mid in (theirs, ours):
        assert (await desk.send(reply_to={"mid": mid})).status_code == 200


async def test_a_comment_is_answered_in_private_once(desk: Desk) -> None:
    by = {"id": "990055500033", "username": "lia"}
    value = {"id": "555_777", "text": "Preço?", "from": by, "media": {"id": "1"}}
    body = {"entry": [{"id": desk.account_id, "changes": [{"field": "comments", "value": value}]}]}
    post = Post(platform=desk.key, account=desk.account_id, body=body)
    assert (await desk.sim.control.post(post)).accepted
    answer = {"recipient": {"comment_id": "555_777"}, "message": {"text": "Por aqui"}}
    first = await desk.post(answer)
    assert (first.status_code, "recipient_id" in first.json()) == (200, False)
    assert (await desk.last()).to == by["id"]
    closed = {"messenger": (400, 10900, None), "instagram": (400, 100, 2534025)}
    assert graph_error(await desk.post(answer)) == closed[desk.key]
    unknown = {"messenger": (400, 10903, None), "instagram": (400, 100, 2534025)}
    other = {**answer, "recipient": {"comment_id": "555_888"}}
    assert graph_error(await desk.post(other)) == unknown[desk.key]


async def test_an_upload_can_be_sent_as_what_it_is(desk: Desk) -> None:
    uploaded = await desk.upload("image", b"png", "image/png")
    key = uploaded.json()["attachment_id"]
    assert (await desk.send(file(attachment_id=key))).status_code == 200
    assert (await desk.last()).type == "image"
    assert graph_error(await desk.send(file("audio", attachment_id=key))) == (400, 100, 2018047)
    wrong = await desk.upload("image", b"pdf", "application/pdf")
    assert graph_error(wrong) == (400, 100, 2018047)
    empty = await desk.upload("image", b"", "image/png")
    assert graph_error(empty) == (400, 100, 2018047)


async def test_a_reusable_link_gets_an_id(desk: Desk) -> None:
    key = (await desk.send(file(url=LINK, is_reusable=True))).json()["attachment_id"]
    assert (await desk.send(file(attachment_id=key))).status_code == 200
    body = {"message": file(url=LINK, is_reusable=True)}
    path = f"v25.0/{desk.account_id}/message_attachments"
    assert "attachment_id" in (await desk.call("POST", path, json=body)).json()


@pytest.mark.parametrize("kind", ["drop_after", "garbage"])
async def test_a_send_that_is_accepted_and_not_answered(desk: Desk, kind: FaultKind) -> None:
    await desk.sim.control.arm(Fault(platform=desk.key, kind=kind))
    if kind == "drop_after":
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            await desk.send()
    else:
        assert "<html>" in (await desk.send()).text
    assert len(await desk.sim.control.ledger()) == 1


async def test_faults_that_refuse(desk: Desk) -> None:
    await desk.sim.control.arm(Fault(platform=desk.key, kind="throttle", seconds=2.5))
    throttled = await desk.send()
    assert graph_error(throttled) == (400, 613, None)
    assert throttled.headers["retry-after"] == "3"
    await desk.sim.control.arm(Fault(platform=desk.key, kind="error"))
    failed = await desk.send()
    assert graph_error(failed) == (500, 1200, None)
    assert failed.json()["error"]["is_transient"] is True
    await desk.sim.control.arm(Fault(platform=desk.key, kind="error", on="call"))
    typing = {"recipient": {"id": CUSTOMER}, "sender_action": "typing_on"}
    assert graph_error(await desk.post(typing)) == (500, 1200, None)
    assert await desk.sim.control.ledger() == []


async def test_the_webhook_url_is_checked(desk: Desk) -> None:
    verified = await desk.sim.control.verify_webhook(desk.account_id, desk.key)
    assert (verified.verified, verified.status) == (True, 200)


async def test_a_text_is_signed_and_read_by_the_adapter(desk: Desk) -> None:
    said = await desk.say("pão/ação 😀")
    (received,) = desk.sim.receiver.received
    assert received.headers["x-hub-signature-256"] == signed_with(received.body, APP_SECRET)
    assert rb"p\u00e3o\/a\u00e7\u00e3o \ud83d\ude00" in received.body
    (event,) = desk.read(received)
    assert event.sender is not None
    assert (event.kind, event.external_id, event.echo) == ("message", said.external_id, False)
    assert (event.account, event.sender.address) == (desk.account_id, CUSTOMER)
    assert event.content == TextContent(text="pão/ação 😀")


async def test_a_pressed_quick_reply_is_a_message_and_a_button_a_postback(desk: Desk) -> None:
    await desk.send(quick_replies(4))
    await desk.send(buttons(("s", "Sim")))
    for key, about, title in [("o2", "message", "Opção 2"), ("s", "postback", "Sim")]:
        desk.sim.receiver.received.clear()
        await desk.say(choice={"id": key})
        (received,) = desk.sim.receiver.received
        assert about in received.json["entry"][0]["messaging"][0]
        (event,) = desk.read(received)
        assert event.content == ChoiceContent(id=key, title=title)


async def test_a_file_is_fetched_from_its_signed_address(desk: Desk) -> None:
    await desk.say(media={"type": "audio", "voice": True, "content_base64": "b2k="})
    (event,) = desk.read(desk.sim.receiver.received[0])
    assert isinstance(event.content, MediaContent)
    assert (event.content.type, event.content.voice) == ("audio", True)
    assert event.content.media is not None
    async with new_client() as client:
        got = await desk.adapter.fetch_media(client, desk.channel, event.content.media, 100)
    assert got.content == b"oi"
    forged = str(event.content.media.url).replace("oh=", "oh=0")
    assert (await desk.sim.http.get(forged)).status_code == 403


async def test_a_caption_comes_with_its_file_and_raw_items_as_they_are(desk: Desk) -> None:
    await desk.say(media={"type": "document", "filename": "nota.pdf", "caption": "é esta"})
    (event,) = desk.read(desk.sim.receiver.received[-1])
    assert isinstance(event.content, MediaContent)
    assert (event.content.type, event.content.caption) == ("document", "é esta")
    target = (await desk.send()).json()["message_id"]
    love = {"mid": target, "action": "react", "reaction": "love", "emoji": "❤"}
    await desk.say(raw={"reaction": love})
    (event,) = desk.read(desk.sim.receiver.received[-1])
    assert (event.kind, event.target_external_id) == ("reaction", target)
    said = await desk.say(raw={"attachments": [{"type": "like_heart"}]})
    (event,) = desk.read(desk.sim.receiver.received[-1])
    assert (event.kind, event.external_id) == ("message", said.external_id)


async def test_what_the_account_is_not_subscribed_to_is_not_posted(desk: Desk) -> None:
    only = account(desk.sim, desk.key, subscribed_fields=["messaging_postbacks"])
    await desk.sim.control.put_account(desk.key, desk.account_id, only)
    silent = await desk.say()
    assert (silent.accepted, silent.error) == (
        False,
        "the account is not subscribed to such webhooks",
    )
    assert (await desk.say(choice={"id": "menu"})).accepted


async def test_the_adapters_own_calls_are_taken(desk: Desk) -> None:
    """The profile, and what shows that somebody reads and types."""
    async with new_client() as client:
        person = await desk.adapter.fetch_profile(client, desk.channel, CUSTOMER)
        await desk.adapter.show_activity(client, desk.channel, CUSTOMER, None)
    assert person is not None
    assert person.name == "Ana Lua"
    refused = await desk.call("GET", f"v25.0/{CUSTOMER}", params={"fields": "shoe_size"})
    assert graph_error(refused) == (400, 100, None)
