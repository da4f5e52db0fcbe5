"""What holds for every registered platform, asked of each of them in turn."""

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from domain.content import MessageContent
from domain.errors import (
    ContentRejected,
    PayloadUnreadable,
    SignatureInvalid,
)
from domain.events import InboundEvent
from domain.fitting import fit
from platforms.base import WebhookRequest
from tests.platforms.contract import (
    FILE_LINK,
    a_message,
    bodies,
    expected,
    fields,
    files_of,
    harness,
    is_carried,
    keys,
    load,
    message_of,
    missing,
    outbound_cases,
    platform_key,
    written,
)

pytestmark = pytest.mark.usefixtures("socket_disabled")

KEYS = keys()
each = pytest.mark.parametrize("key", KEYS)

_CONTENT: TypeAdapter[MessageContent] = TypeAdapter(MessageContent)


def parse(key: str, body: bytes) -> list[InboundEvent]:
    """Parsed as it arrives: signed. Whatever comes out must be storable."""
    spoken = harness(key)
    events = spoken.platform.parse(spoken.request(body))
    for event in events:
        assert event.external_id
        assert json.loads(event.model_dump_json())["kind"] == event.kind
    return events


def shown(events: list[InboundEvent]) -> list[dict[str, Any]]:
    return [event.model_dump(mode="json", exclude_none=True) for event in events]


@each
def test_it_has_fixtures_a_harness_and_a_page(key: str) -> None:
    assert missing(key) == []


def test_a_platform_without_them_is_named() -> None:
    assert missing("pigeon") == [
        "tests/platforms/pigeon/inbound: no body with its .expected.json",
        "tests/platforms/pigeon/outbound: no fixture",
        "tests/platforms/pigeon/harness.py",
        "docs/platforms/pigeon.md",
    ]


@each
def test_it_is_what_it_says(key: str) -> None:
    spoken = harness(key)
    facts = spoken.platform.capabilities
    assert facts.platform == platform_key(key)
    assert facts.display_name
    assert facts.docs_url
    assert isinstance(spoken.account, spoken.platform.account_model)
    assert spoken.account.account_id


@each
def test_a_signed_body_is_taken(key: str) -> None:
    spoken = harness(key)
    for path in bodies(key):
        body = path.read_bytes()
        spoken.platform.verify(spoken.request(body), spoken.account)


@each
def test_a_forged_body_is_refused(key: str) -> None:
    """Where the proof covers the body, one byte more spoils it; where it is a shared word, a wrong word does."""
    spoken = harness(key)
    body = bodies(key)[0].read_bytes()
    proof = spoken.sign(body)
    refused: list[tuple[dict[str, str], bytes]] = [({}, body), (dict.fromkeys(proof, ""), body)]
    refused += [({name: value[:-1] for name, value in proof.items()}, body)]
    refused += [({name: f"é{value}" for name, value in proof.items()}, body)]
    if spoken.sign(body + b" ") != proof:
        refused += [(proof, body + b" "), (proof, body[:-1]), (proof, b"")]
    for headers, forged in refused:
        with pytest.raises(SignatureInvalid):
            spoken.platform.verify(spoken.request(forged, headers), spoken.account)


@each
def test_bodies_become_their_events(key: str) -> None:
    for path in expected(key):
        events = load(path.with_suffix(".expected.json"))
        assert shown(parse(key, path.read_bytes())) == events, path.name
        # A second delivery has the same keys: that is how it is known for a repeat.
        assert shown(parse(key, path.read_bytes())) == events, path.name


UNKNOWN = [{}, {"pytake": {"of": ["tomorrow", 1, None]}}, {"object": "parrot", "entry": [{}]}]


@each
@pytest.mark.parametrize("unknown", UNKNOWN)
def test_an_unknown_object_says_nothing(key: str, unknown: dict[str, Any]) -> None:
    try:
        events = parse(key, json.dumps(unknown).encode())
    except PayloadUnreadable:
        return
    assert {event.kind for event in events} == {"ignored"}
    assert all(event.reason for event in events)


GARBAGE = [
    b"",
    b"hello",
    b"null",
    b"[]",
    b"3",
    b'"text"',
    b"\xff\xfe\x00",
    b"\x00" * 64,
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"a": ' + b"9" * 5000 + b"}",
    b'{"a": NaN, "a": "\\ud800"}',
]


@each
@pytest.mark.parametrize("body", GARBAGE, ids=range(len(GARBAGE)))
def test_garbage_is_unreadable_and_no_more(key: str, body: bytes) -> None:
    try:
        events = parse(key, body)
    except PayloadUnreadable:
        return
    assert {event.kind for event in events} <= {"ignored"}
    assert isinstance(harness(key).platform.accounts(WebhookRequest(body=body)), list)


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["text", "private", "1785585600", "9" * 40, "\ud800", "\x00"])
)
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every container of a body with each of its keys or indexes."""
    keys: list[Any] = []
    if isinstance(value, dict | list):
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    return [(value, key) for key in keys] + [p for key in keys for p in _places(value[key])]


def _mutated(body: Any, data: st.DataObject) -> Any:
    changed = copy.deepcopy(body)
    for _ in range(data.draw(st.integers(1, 4))):
        places = _places(changed)
        if not places:
            break
        container, place = data.draw(st.sampled_from(places))
        if data.draw(st.booleans()):
            container[place] = data.draw(JSON)
        else:
            del container[place]
    return changed


@each
@given(data=st.data())
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_mutation_breaks_the_parser(key: str, data: st.DataObject) -> None:
    kinds = {".json", ".form", ".eml"}
    path = data.draw(st.sampled_from([path for path in bodies(key) if path.suffix in kinds]))
    body = written(_mutated(fields(path), data), path)
    spoken = harness(key)
    request = spoken.request(body)
    assert isinstance(spoken.platform.accounts(request), list)
    try:
        parse(key, body)
    except PayloadUnreadable:
        return


@each
def test_contents_become_their_requests(key: str) -> None:
    spoken = harness(key)
    cases = outbound_cases(key)
    assert cases
    for case in cases:
        request = spoken.platform.render(message_of(case), spoken.account)
        assert request.masked(spoken.secrets) == case["request"], case["content"]


@each
def test_a_message_quotes_what_it_answers_where_the_platform_can(key: str) -> None:
    spoken = harness(key)
    answers = [case for case in outbound_cases(key) if case.get("reply_to")]
    assert bool(answers) == spoken.platform.capabilities.reply_quotes
    for case in answers:
        plain = message_of({**case, "reply_to": None})
        quoting = spoken.platform.render(message_of(case), spoken.account)
        assert quoting != spoken.platform.render(plain, spoken.account)


LONG = "Uma frase com acentos e 😀. " * 400
PNG = {"key": "t1/a.png", "mime_type": "image/png", "size": 2048}
PDF = {"key": "t1/a.pdf", "mime_type": "application/pdf", "size": 2048, "filename": "nota.pdf"}
OGG = {"key": "t1/a.ogg", "mime_type": "audio/ogg", "size": 2048}
ANA = {"name": "Ana Souza", "phones": ["+5511955500101"], "emails": ["ana@loja.example"]}
LINK = {"id": "site", "title": "Ver o pedido", "url": "https://loja.example/p/4312"}
OPTIONS = [{"id": f"opt-{n}", "title": f"Opção {n}"} for n in range(14)]
ROWS = [{**row, "description": f"Descrição da opção, {'longa ' * 8}"} for row in OPTIONS]
WORDY = [{"id": f"opt-{n}", "title": f"Opção {n}, {'muito ' * 20}longa"} for n in range(3)]

CONTENTS: dict[str, dict[str, Any]] = {
    "text": {"type": "text", "text": "Olá 😀"},
    "long_text": {"type": "text", "text": LONG},
    "image": {"type": "image", "media": PNG, "caption": LONG},
    "image_by_link": {"type": "image", "media": {"url": "https://loja.example/a.png"}},
    "voice": {"type": "audio", "media": OGG, "voice": True, "caption": "ouça"},
    "document": {"type": "document", "media": PDF, "caption": "a nota"},
    "location": {"type": "location", "latitude": -23.5, "longitude": -46.6, "name": "Loja"},
    "contact": {"type": "contacts", "contacts": [ANA]},
    "buttons": {"type": "buttons", "text": "Qual?", "buttons": OPTIONS[:2], "footer": "Loja"},
    "buttons_and_link": {"type": "buttons", "text": "Qual?", "buttons": [OPTIONS[0], LINK]},
    "many_buttons": {"type": "buttons", "text": LONG, "buttons": OPTIONS},
    "wordy_buttons": {"type": "buttons", "text": "Qual?", "buttons": WORDY},
    "list": {"type": "list", "text": "Qual?", "rows": ROWS[:5], "button": "Abrir o menu"},
    "long_list": {"type": "list", "text": LONG, "rows": ROWS, "footer": "Loja"},
    "headings": {
        "type": "list",
        "text": LONG,
        "sections": [{"title": "Um", "rows": ROWS[:4]}, {"title": "Dois", "rows": ROWS[4:8]}],
    },
    "card": {"type": "card", "title": "Lua", "text": LONG, "media": PNG, "buttons": OPTIONS[:2]},
    "card_of_words": {"type": "card", "title": "Lua", "text": "R$ 149"},
}


@each
@pytest.mark.parametrize("name", CONTENTS)
def test_what_fits_is_rendered(key: str, name: str) -> None:
    spoken = harness(key)
    facts = spoken.platform.capabilities
    content = _CONTENT.validate_python(CONTENTS[name])
    if not all(is_carried(kind, media, facts) for kind, media in files_of(content)):
        with pytest.raises(ContentRejected):
            fit(content, facts)
        return
    fitted = fit(content, facts)
    assert fitted
    for content in fitted:
        message = a_message(key).model_copy(update={"content": content, "file_link": FILE_LINK})
        assert spoken.platform.render(message, spoken.account).url


UNSENDABLE = [
    {"type": "choice", "id": "a", "title": "A"},
    {"type": "form", "fields": {}},
    {"type": "order", "items": []},
    {"type": "unsupported", "platform_type": "poll"},
]


@each
@pytest.mark.parametrize("content", UNSENDABLE, ids=lambda content: content["type"])
def test_what_only_contacts_send_is_refused(key: str, content: dict[str, Any]) -> None:
    spoken = harness(key)
    message = a_message(key).model_copy(update={"content": _CONTENT.validate_python(content)})
    with pytest.raises(ContentRejected):
        spoken.platform.render(message, spoken.account)
