"""What holds for whatever any platform is to send: within its own limits, whole, and refused by the limit's name."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from domain.content import (
    Button,
    ButtonsContent,
    CardContent,
    ContactCard,
    ContactsContent,
    ListContent,
    ListRow,
    ListSection,
    LocationContent,
    MediaContent,
    MediaRef,
    MessageContent,
    TextContent,
)
from domain.errors import ContentRejected
from domain.fitting import fit
from domain.platform import LengthUnit, Limits
from platforms.base import OutboundMessage, OutboundRequest
from tests.domain.test_fitting_properties import excesses, texts_of
from tests.platforms.contract import FILE_LINK, a_message, files_of, harness, is_carried, keys

pytestmark = pytest.mark.usefixtures("socket_disabled")

KEYS = keys()
each = pytest.mark.parametrize("key", KEYS)

_CONTENT: TypeAdapter[MessageContent] = TypeAdapter(MessageContent)

# Words that no escaping, splitting or formatting changes, so that every one can be looked for in the request.
words = st.integers(1000, 999_999).map("palavra{}z".format)
LOOKED_FOR = re.compile(r"palavra\d+z|\+55\d+")
titles = st.lists(words, min_size=1, max_size=3).map(" ".join)
short = st.integers(10, 99).map("palavra{}z".format)
sentences = st.builds(
    lambda several, times: " ".join(several * times),
    st.lists(words, min_size=1, max_size=4),
    st.sampled_from([1, 3, 40, 100]),
)
maybe = st.none() | titles


def _buttons(labels: list[str]) -> list[Button]:
    return [Button(id=f"opcao-{number}", title=label) for number, label in enumerate(labels)]


def _sections(rows: list[tuple[str, str | None]], title: str | None) -> list[ListSection]:
    """One section, or two when they have a title."""
    listed = [
        ListRow(id=f"opcao-{number}", title=label, description=more)
        for number, (label, more) in enumerate(rows)
    ]
    if title is None or len(listed) < 2:
        return [ListSection(rows=listed)]
    return [ListSection(title=title, rows=listed[:1]), ListSection(title=title, rows=listed[1:])]


buttons = st.lists(short | titles, min_size=1, max_size=14, unique=True).map(_buttons)
sections = st.builds(
    _sections,
    st.lists(
        st.tuples(short | titles, maybe), min_size=1, max_size=12, unique_by=lambda row: row[0]
    ),
    maybe,
)
FILES = {
    "image": ("image/png", "a.png"),
    "video": ("video/mp4", "a.mp4"),
    "audio": ("audio/mpeg", "a.mp3"),
    "document": ("application/pdf", "a.pdf"),
}


def _ref(kind: str) -> MediaRef:
    mime_type, name = FILES[kind]
    url = f"https://arquivos.loja.example/{name}"
    return MediaRef(key=f"t1/{name}", url=url, mime_type=mime_type, size=2048, filename=name)


files = st.sampled_from([*FILES]).map(lambda kind: (kind, _ref(kind)))
media = st.builds(
    lambda file, caption: MediaContent(type=file[0], media=file[1], caption=caption),
    files,
    st.none() | sentences,
)
contents: st.SearchStrategy[MessageContent] = st.one_of(
    st.builds(TextContent, text=sentences),
    media,
    st.builds(ButtonsContent, text=sentences, buttons=buttons, footer=maybe),
    st.builds(
        ListContent,
        text=sentences,
        button=short,
        sections=sections,
        footer=maybe,
    ),
    st.builds(
        CardContent,
        title=titles,
        text=st.none() | sentences,
        media=st.none() | st.just(_ref("image")),
        buttons=st.just([]) | buttons,
    ),
    st.builds(
        LocationContent,
        latitude=st.floats(-90, 90),
        longitude=st.floats(-180, 180),
        name=maybe,
        address=maybe,
    ),
    st.builds(
        ContactsContent,
        contacts=st.lists(
            st.builds(
                ContactCard,
                name=titles,
                phones=st.lists(
                    st.integers(10**9, 10**10).map("+55{}".format), min_size=1, max_size=2
                ),
            ),
            min_size=1,
            max_size=3,
        ),
    ),
)


def written(request: OutboundRequest) -> str:
    """Everything that a request says; lines that mail breaks are joined."""
    said = [request.url, json.dumps(request.json_body), json.dumps(request.form)]
    said += [request.text_body or "", request.file.filename if request.file else ""]
    return "\n".join(said).replace("=\r\n", "").replace("\r\n ", "")


@each
@given(content=contents)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_all_that_was_fitted_is_said_within_the_limits(key: str, content: MessageContent) -> None:
    spoken = harness(key)
    facts = spoken.platform.capabilities
    if not all(is_carried(kind, file, facts) for kind, file in files_of(content)):
        reject()
    for part in fit(content, facts):
        assert excesses(part, facts) == []
        said = written(spoken.platform.render(message(key, part), spoken.account))
        shown = {word for text in texts_of(part) for word in LOOKED_FOR.findall(text)}
        assert {word for word in shown if word not in said} == set()


def message(key: str, content: MessageContent) -> OutboundMessage:
    return a_message(key).model_copy(update={"content": content, "file_link": FILE_LINK})


# --- what is over a limit and came past the fitting


def _text(size: int, unit: LengthUnit) -> str:
    """A text of one more than fits: of a thing that every unit counts as one."""
    return "x" * (153 * size + 1 if unit is LengthUnit.SEGMENTS else size + 1)


def _options(count: int, label: int = 4) -> list[dict[str, str]]:
    return [{"id": f"o{n}", "title": f"{n:x}".rjust(label, "x")} for n in range(count)]


def excessive(limits: Limits) -> Iterator[tuple[int, dict[str, Any]]]:
    """Contents that break one limit each, and the limit; none of a limit that the platform does not have."""
    yield limits.text, {"type": "text", "text": _text(limits.text, limits.text_unit)}
    if limits.caption:
        # A limit for captions that is below the one for texts may only leave room for the link to the file.
        caption = _text(max(limits.caption, limits.text), limits.text_unit)
        yield limits.caption, {"type": "image", "media": _ref("image"), "caption": caption}
    if limits.buttons:
        menu = {"type": "buttons", "text": "Qual?"}
        yield limits.buttons, {**menu, "buttons": _options(limits.buttons + 1)}
        label = limits.button_title + 1
        yield limits.button_title, {**menu, "buttons": _options(1, label)}
        long_id = {"id": "x" * (limits.button_id_bytes + 1), "title": "A"}
        yield limits.button_id_bytes, {**menu, "buttons": [long_id]}
    if limits.list_rows:
        menu = {"type": "list", "text": "Qual?", "button": "Abrir"}
        yield limits.list_rows, {**menu, "rows": _options(limits.list_rows + 1)}
        yield limits.list_row_title, {**menu, "rows": _options(1, limits.list_row_title + 1)}


@each
def test_what_is_over_a_limit_is_refused_by_its_name(key: str) -> None:
    spoken = harness(key)
    limits = spoken.platform.capabilities.limits
    for limit, raw in excessive(limits):
        content = _CONTENT.validate_python(raw)
        with pytest.raises(ContentRejected) as caught:
            spoken.platform.render(message(key, content), spoken.account)
        named = {str(limit), str(limits.text)}
        assert any(name in caught.value.detail for name in named), (raw["type"], limit)
