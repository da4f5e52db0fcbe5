"""What cannot be sent is refused before the call, naming the limit."""

import json
import uuid
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from domain.content import Button, CardContent, MediaRef
from domain.errors import ContentRejected, MediaRejected
from platforms.rbm.account import RbmAccount
from platforms.rbm.facts import LARGEST_FILE, LIMITS
from platforms.rbm.outbound import message_id, render_carousel
from platforms.rbm.platform import Rbm
from tests.platforms.contract import MESSAGE_ID
from tests.platforms.rbm.harness import ACCOUNT
from tests.platforms.rbm.support import CONTACT, outbound_message, rendered

TEXT = {"type": "text", "text": "oi"}


def buttons(*given: dict[str, Any]) -> dict[str, Any]:
    return {"type": "buttons", "text": "Qual?", "buttons": list(given)}


def button(**fields: Any) -> dict[str, Any]:
    return {"id": "a", "title": "A", **fields}


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("the text is empty", {"type": "text", "text": "  "}),
    ("3073 characters long, the limit is 3072", {"type": "text", "text": "a" * 3073}),
    ("the limit is 3072", {"type": "text", "text": "😀" * 1537}),
    ("12 suggestions, the limit is 11", buttons(*[button()] * 12)),
    ("the title of a suggestion is 26 characters", buttons(button(title="a" * 26))),
    ("the id of a suggestion is longer", buttons(button(id="a" * 2049))),
    ("the id of a suggestion is empty", buttons(button(id=""))),
    ("must start with https://", buttons(button(url="javascript:alert(1)"))),
    ("is not a URL", buttons(button(url="https://[x"))),
    ("the link of a suggestion is 2", buttons(button(url=f"https://a.example/{'b' * 2048}"))),
    ("must begin with +", buttons(button(url="tel:40041000"))),
    ("geo:latitude,longitude", buttons(button(url="geo:here"))),
    ("the title of a card", {"type": "card", "title": "a" * 201}),
    ("the text of a card", {"type": "card", "title": "a", "text": "a" * 2001}),
    ("12 suggestions", {"type": "card", "title": "a", "buttons": [button()] * 12}),
    ("RCS has no sticker", {"type": "sticker", "media": {"id": "files/a"}}),
    ("no caption", {"type": "image", "media": {"id": "files/a"}, "caption": "b"}),
    ("names no file", {"type": "image", "media": {}}),
    ("must start with https://", {"type": "image", "media": {"url": "ftp://a.example/b"}}),
    ("cannot be sent by RCS", {"type": "contacts", "contacts": []}),
    ("cannot be sent by RCS", {"type": "template", "name": "a", "language": "pt"}),
]


@pytest.mark.parametrize(("why", "content"), REFUSED)
def test_refused(why: str, content: dict[str, Any]) -> None:
    with pytest.raises(ContentRejected, match=why.replace("+", r"\+")):
        rendered(content)


@pytest.mark.parametrize(
    ("why", "media"),
    [
        ("image of type image/webp", {"id": "files/a", "mime_type": "image/webp"}),
        ("the limit is 104857600", {"id": "files/a", "size": LARGEST_FILE + 1}),
    ],
)
def test_files_that_are_refused(why: str, media: dict[str, Any]) -> None:
    with pytest.raises(MediaRejected, match=why):
        rendered({"type": "image", "media": media})


@pytest.mark.parametrize("address", ["", "ana", "+1", "+5511955500101x", "+55 11 95550", "٣" * 9])
def test_an_address_is_a_number(address: str) -> None:
    with pytest.raises(ContentRejected, match="not a phone number"):
        rendered(TEXT, address=address)


def test_the_same_message_has_the_same_id() -> None:
    assert f"messageId={MESSAGE_ID}&" in rendered(TEXT).url
    assert rendered(TEXT, id="order-4312").url == rendered(TEXT, id="order-4312").url
    assert uuid.UUID(message_id("order-4312")) != uuid.UUID(message_id("order-4313"))


def test_what_an_agent_must_say_and_how_long_it_holds() -> None:
    account = ACCOUNT.model_copy(update={"traffic_type": "TRANSACTION", "ttl_seconds": 600})
    body = Rbm().render(outbound_message(TEXT), account).json_body
    assert body == {
        "contentMessage": {"text": "oi"},
        "messageTrafficType": "TRANSACTION",
        "ttl": "600s",
    }


@pytest.mark.parametrize(
    ("region", "base", "host"),
    [
        (None, ACCOUNT.api_base, "https://rcsbusinessmessaging.googleapis.com/v1/"),
        ("europe", ACCOUNT.api_base, "https://europe-rcsbusinessmessaging.googleapis.com/v1/"),
        ("us", "http://127.0.0.1:9", "http://127.0.0.1:9/v1/"),
    ],
)
def test_hosts(region: str | None, base: str, host: str) -> None:
    account = ACCOUNT.model_copy(update={"region": region, "api_base": base})
    assert Rbm().render(outbound_message(TEXT), account).url.startswith(host)


CARD = CardContent(
    title="Lua",
    media=MediaRef(url="https://loja.example/lua.jpg"),
    buttons=[Button(id="a", title="A")],
)


def test_cards_side_by_side() -> None:
    request = render_carousel([CARD, CARD], MESSAGE_ID, CONTACT, ACCOUNT)
    assert request.json_body is not None
    carousel = request.json_body["contentMessage"]["richCard"]["carouselCard"]
    assert carousel["cardWidth"] == "MEDIUM"
    assert [card["title"] for card in carousel["cardContents"]] == ["Lua", "Lua"]


@pytest.mark.parametrize("count", [0, 1, 11])
def test_a_carousel_has_two_to_ten_cards(count: int) -> None:
    with pytest.raises(ContentRejected):
        render_carousel([CARD] * count, MESSAGE_ID, CONTACT, ACCOUNT)


def test_a_card_in_a_carousel_has_four_buttons() -> None:
    many = CARD.model_copy(update={"buttons": [Button(id="a", title="A")] * 5})
    with pytest.raises(ContentRejected, match="5 suggestions, the limit is 4"):
        render_carousel([many, many], MESSAGE_ID, CONTACT, ACCOUNT)


def test_the_whole_message_has_a_limit() -> None:
    wordy = CARD.model_copy(
        update={
            "text": "😀" * 1000,
            "buttons": [Button(id="é" * 1024, title=f"{n}") for n in range(4)],
        }
    )
    request = render_carousel([wordy] * 10, MESSAGE_ID, CONTACT, ACCOUNT)
    assert len(json.dumps(request.json_body, ensure_ascii=False).encode()) < 250 * 1024


SETTINGS: dict[str, Any] = {
    "agent_id": "a@rbm.goog",
    "client_email": "x@y.example",
    "private_key": "k",
    "client_token": "t",
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"agent_id": "a b"},
        {"agent_id": "a&b"},
        {"api_base": "ftp://x"},
        {"api_base": "https://"},
        {"token_uri": "?"},
        {"region": "mars"},
        {"ttl_seconds": 9},
        {"ttl_seconds": 15 * 86_400 + 1},
        {"traffic_type": "SPAM"},
        {"private_key": ""},
        {"client_token": ""},
    ],
)
def test_settings_that_cannot_be(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        RbmAccount.model_validate({**SETTINGS, **wrong})
    assert "SecretStr" not in str(caught.value)


def test_a_key_file_is_taken_as_it_is() -> None:
    file = {"type": "service_account", "project_id": "p", "private_key_id": "7", **SETTINGS}
    account = RbmAccount.model_validate({**file, "token_uri": "https://tokens.example/"})
    assert account.account_id == "a@rbm.goog"
    assert account.private_key == SecretStr("k")
    assert account.token_uri == "https://tokens.example"


def test_limits_are_those_of_the_platform() -> None:
    assert (LIMITS.text, LIMITS.buttons, LIMITS.button_title) == (3072, 11, 25)
