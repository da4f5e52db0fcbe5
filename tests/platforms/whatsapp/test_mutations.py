"""Whatever happens to a body on its way, `parse` answers with events or `PayloadUnreadable`."""

import copy
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import PayloadUnreadable
from platforms.base import WebhookRequest
from platforms.meta.whatsapp.platform import WhatsApp
from tests.platforms.whatsapp.support import HERE

BODIES = [
    json.loads(path.read_text("utf-8"))
    for path in sorted((HERE / "inbound").glob("*.json"))
    if ".expected" not in path.name
]
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["text", "system", "interactive", "1785585600", "9" * 40, "\ud800", "\x00"])
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
    if isinstance(value, dict):
        keys: list[Any] = list(value)
    elif isinstance(value, list):
        keys = list(range(len(value)))
    else:
        return []
    return [(value, key) for key in keys] + [p for key in keys for p in _places(value[key])]


@given(body=st.sampled_from(BODIES), data=st.data())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_mutation_breaks_the_parser(body: Any, data: st.DataObject) -> None:
    mutated = copy.deepcopy(body)
    for _ in range(data.draw(st.integers(1, 4))):
        container, key = data.draw(st.sampled_from(_places(mutated)))
        if data.draw(st.booleans()):
            container[key] = data.draw(JSON)
        else:
            del container[key]
        if not _places(mutated):
            break
    events = WhatsApp().parse(WebhookRequest(body=json.dumps(mutated).encode()))
    for event in events:
        assert event.external_id
        assert json.loads(event.model_dump_json())["kind"] == event.kind


@given(body=st.sampled_from(BODIES), cut=st.integers(0, 400), junk=st.binary(max_size=12))
@settings(max_examples=150, deadline=None)
def test_no_bytes_break_the_parser(body: Any, cut: int, junk: bytes) -> None:
    raw = json.dumps(body).encode()
    broken = raw[: min(cut, len(raw) - 1)] + junk
    try:
        events = WhatsApp().parse(WebhookRequest(body=broken))
    except PayloadUnreadable:
        return
    # By chance it is an object again, such as `{}`.
    assert all(event.kind == "ignored" for event in events)
