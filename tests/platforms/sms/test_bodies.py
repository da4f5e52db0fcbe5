"""The four ways in which providers write, and what nobody writes."""

from typing import Any

import pytest

from domain.errors import PayloadUnreadable
from platforms.base import WebhookRequest
from platforms.reading import storable
from platforms.sms.bodies import MAX_PARAMETERS, parameters, read_body
from platforms.sms.reading import as_integer, as_moment


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": 1}', {"a": 1}),
        (b" [1]\n", [1]),
        (b"a=1&b=&a=2&c=%C3%A7+%F0%9F%98%80", {"a": "1", "b": "", "c": "ç 😀"}),
        (b"a=%00x%ff", {"a": "x\ufffd"}),
        (b"<r><a>1</a><b><c/></b><a>2</a><a>3</a></r>", {"a": ["1", "2", "3"], "b": {"c": ""}}),
        (b"<r>text</r>", {}),
        (b"", {}),
    ],
)
def test_read_body(body: bytes, value: Any) -> None:
    assert read_body(WebhookRequest(body=body)) == value


def test_a_query_is_a_body() -> None:
    request = WebhookRequest(method="GET", query={"text": "oi"}, body=b"not=this")
    assert read_body(request) == {"text": "oi"}


BOMB = b'<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><r>&b;</r>'


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[" * 100_000,
        b"<r>",
        b"<r>&unknown;</r>",
        BOMB,
        b'<!DOCTYPE r SYSTEM "file:///etc/hostname"><r/>',
        b"<r>" * 100_000,
        b"&".join(b"a=%d" % number for number in range(MAX_PARAMETERS + 2)),
    ],
    ids=lambda body: body[:20].decode(),
)
def test_what_cannot_be_read(body: bytes) -> None:
    with pytest.raises(PayloadUnreadable):
        read_body(WebhookRequest(body=body))


def test_parameters_keep_their_order_and_repeats() -> None:
    request = WebhookRequest(body=b"b=2&a=1&b=1&b=2&c=")
    assert parameters(request) == [("b", "2"), ("a", "1"), ("b", "1"), ("b", "2"), ("c", "")]


def test_deep_xml_is_cut() -> None:
    body = b"<r>" * 90 + b"</r>" * 90
    assert isinstance(read_body(WebhookRequest(body=body)), dict)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("2026-03-02T15:04:15.300-0300", "2026-03-02T18:04:15.300000+00:00"),
        ("2026-03-02 18:04:15", "2026-03-02T18:04:15+00:00"),
        ("2026-03-02T18:04:15.123456789Z", "2026-03-02T18:04:15.123456+00:00"),
        (1772474655, "2026-03-02T18:04:15+00:00"),
        ("1772474655120", "2026-03-02T18:04:15.120000+00:00"),
        ("0", None),
        ("tomorrow", None),
        ("9" * 18, None),
        (None, None),
        (True, None),
    ],
)
def test_moments(value: Any, wanted: str | None) -> None:
    moment = as_moment(value)
    assert (moment and moment.isoformat()) == wanted


def test_numbers_and_odd_values() -> None:
    assert [as_integer(value) for value in ("12", -3, "1.5", "²", None, True)] == [
        12,
        -3,
        None,
        None,
        None,
        None,
    ]
    assert storable([float("inf"), {"a\0": "\ud800"}]) == [None, {"a": "?"}]
