"""What was posted, as one JSON value, whichever of the four ways a provider writes: JSON, form, XML, or a query."""

from collections.abc import Iterable
from http import HTTPMethod
from typing import Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree as ET

from domain.errors import PayloadUnreadable
from platforms.base import WebhookRequest
from platforms.reading import MAX_DEPTH, Json, read_json, storable

MAX_PARAMETERS = 1000
"""The longest documented form has 40."""


def read_body(request: WebhookRequest) -> Any:
    """The body's JSON value; parameters of a form or query are an object of texts. Raises `PayloadUnreadable`."""
    if request.method.upper() == HTTPMethod.GET:
        return storable(dict(request.query))
    body = request.body.strip()
    if body[:1] in {b"{", b"["}:
        try:
            return read_json(body)
        except ValueError:
            raise PayloadUnreadable("the body is not JSON") from None
    return _from_xml(body) if body[:1] == b"<" else storable(_first_of_each(parameters(request)))


def parameters(request: WebhookRequest) -> list[tuple[str, str]]:
    """Every name and value of a form, decoded, in order, empty ones too. Raises `PayloadUnreadable`."""
    try:
        text = request.body.decode("utf-8", "replace")
        return parse_qsl(text, keep_blank_values=True, max_num_fields=MAX_PARAMETERS)
    except ValueError:
        raise PayloadUnreadable("the form has too many fields") from None


def _first_of_each(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name, value)
    return found


def _from_xml(body: bytes) -> Json:
    """Elements as an object; those that repeat, as lists. A declared type, by which XML does harm, is refused."""
    if b"<!" in body:
        raise PayloadUnreadable("XML that declares a type")
    try:
        root = ET.fromstring(body)  # noqa: S314  without a DTD there are no entities to expand or fetch
        value = storable(_element(root))
    except (ET.ParseError, ValueError, LookupError, RecursionError):
        raise PayloadUnreadable("the body is not XML") from None
    return value if isinstance(value, dict) else {}


def _element(element: ET.Element, depth: int = 0) -> Any:
    if depth > MAX_DEPTH:
        return None
    if not len(element):
        return element.text or ""
    found: Json = {}
    for child in element:
        value = _element(child, depth + 1)
        if child.tag not in found:
            found[child.tag] = value
        elif isinstance(found[child.tag], list):
            found[child.tag].append(value)
        else:
            found[child.tag] = [found[child.tag], value]
    return found
