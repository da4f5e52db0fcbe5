"""Whatever the content and the platform: within the limits, no word lost, and nothing left to fit."""

from collections.abc import Iterator
from itertools import chain

from hypothesis import given, reject, settings
from hypothesis import strategies as st

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
from domain.platform import LengthUnit, Limits, MediaRule, Platform, PlatformCapabilities, Support
from domain.text import length

KINDS = ["image", "video", "audio", "document", "sticker"]
MIME_TYPES = ["image/png", "image/webp", "video/mp4", "audio/ogg", "application/pdf"]

_words = st.lists(
    st.sampled_from(
        [
            "a",
            "olá",
            "ação.",
            "Fim!",
            "👍🏽",
            "e\u0301e",
            "supercalifragilistic",
            "\n",
            "\n\n",
            "한글",
        ]
    ),
    min_size=1,
    max_size=60,
)
sentences = _words.map(" ".join).filter(lambda text: bool(text.strip()))
titles = st.text("abçd é👍", min_size=1, max_size=40).filter(lambda text: bool(text.strip()))
maybe_titles = st.none() | titles
ids = st.text("abcdé", min_size=1, max_size=12)
urls = st.none() | st.just("https://shop.example/a")

menu_buttons = st.lists(st.builds(Button, id=ids, title=titles, url=urls), min_size=1, max_size=8)
rows = st.lists(
    st.builds(ListRow, id=ids, title=titles, description=maybe_titles), min_size=1, max_size=4
)
sections = st.lists(st.builds(ListSection, title=maybe_titles, rows=rows), min_size=1, max_size=3)
media = st.builds(
    MediaRef,
    id=st.just("file-1"),
    url=urls,
    mime_type=st.none() | st.sampled_from(MIME_TYPES),
    size=st.none() | st.integers(0, 2000),
)
contents: st.SearchStrategy[MessageContent] = st.one_of(
    st.builds(TextContent, text=sentences),
    st.builds(ButtonsContent, text=sentences, buttons=menu_buttons, footer=maybe_titles),
    st.builds(ListContent, text=sentences, button=titles, sections=sections, footer=maybe_titles),
    st.builds(
        MediaContent, type=st.sampled_from(KINDS), media=media, caption=st.none() | sentences
    ),
    st.builds(
        CardContent,
        title=titles,
        text=st.none() | sentences,
        media=st.none() | media,
        buttons=st.just([]) | menu_buttons,
    ),
    st.builds(
        LocationContent,
        latitude=st.floats(-90, 90),
        longitude=st.floats(-180, 180),
        name=maybe_titles,
        address=maybe_titles,
    ),
    st.builds(
        ContactsContent,
        contacts=st.lists(
            st.builds(ContactCard, name=titles, phones=st.lists(titles, max_size=2)),
            min_size=1,
            max_size=3,
        ),
    ),
)
zero_or = st.just(0) | st.integers(1, 60)
limits = st.builds(
    Limits,
    text=st.integers(20, 400),
    text_unit=st.sampled_from(LengthUnit),
    caption=st.none() | st.integers(0, 200),
    buttons=st.integers(0, 10),
    button_title=zero_or,
    button_id_bytes=st.integers(4, 40),
    buttons_text=st.none() | st.integers(20, 200),
    list_rows=st.integers(0, 12),
    list_row_title=zero_or,
    list_row_description=zero_or,
    list_row_id_bytes=st.integers(4, 40),
    list_button=zero_or,
    list_text=st.none() | st.integers(20, 200),
    footer=zero_or,
)
rules = st.builds(
    MediaRule,
    mime_types=st.sampled_from([("image/*",), ("image/png", "video/mp4"), ("*/*",)]),
    max_bytes=st.integers(0, 2000),
)
carried = st.sampled_from([Support.NATIVE, Support.FALLBACK])
platforms = st.builds(
    PlatformCapabilities,
    platform=st.just(Platform("any")),
    display_name=st.just("Any"),
    limits=limits,
    media=st.dictionaries(st.sampled_from(KINDS), rules),
    location=carried,
    contacts=carried,
)


@settings(deadline=None)  # the machine may be busy
@given(contents, platforms)
def test_every_part_is_within_the_limits(
    content: MessageContent, capabilities: PlatformCapabilities
) -> None:
    for part in fitted(content, capabilities):
        assert excesses(part, capabilities) == []


@settings(deadline=None)  # the machine may be busy
@given(contents, platforms)
def test_no_word_is_lost_or_moved(
    content: MessageContent, capabilities: PlatformCapabilities
) -> None:
    whole = "".join("".join(texts_of(part)) for part in fitted(content, capabilities))
    for text in texts_of(content, label=False):
        assert in_order(text, whole)


@settings(deadline=None)  # the machine may be busy
@given(contents, platforms)
def test_what_was_fitted_fits(content: MessageContent, capabilities: PlatformCapabilities) -> None:
    for part in fitted(content, capabilities):
        assert fit(part, capabilities) == [part]


def fitted(content: MessageContent, capabilities: PlatformCapabilities) -> list[MessageContent]:
    """The parts; a content that is refused for a stated reason is another test's case."""
    try:
        return fit(content, capabilities)
    except ContentRejected:
        reject()


def in_order(text: str, whole: str) -> bool:
    """Whether every character of the text, spaces aside, stands in the whole in the same order."""
    rest = iter("".join(whole.split()))
    return all(character in rest for character in "".join(text.split()))


def texts_of(content: MessageContent, *, label: bool = True) -> Iterator[str]:
    """Everything a person reads in a content, field by field."""
    match content:
        case TextContent(text=text):
            yield text
        case MediaContent(caption=caption):
            yield caption or ""
        case ButtonsContent(text=text, buttons=options, footer=footer):
            yield from (text, footer or "")
            yield " ".join(option.title for option in options if not option.url)
            yield from chain.from_iterable(
                (option.title, option.url or "") for option in options if option.url
            )
        case ListContent(text=text, button=button, footer=footer):
            yield from (text, footer or "", (button or "") if label else "")
            yield " ".join(
                chain.from_iterable(
                    (
                        section.title or "",
                        *chain.from_iterable((r.title, r.description or "") for r in section.rows),
                    )
                    for section in content.sections
                )
            )
        case CardContent(title=title, text=words, buttons=options):
            yield from (title, words or "", *(option.title for option in options))
        case LocationContent(name=name, address=address):
            yield from (name or "", address or "")
        case ContactsContent(contacts=cards):
            yield " ".join(chain.from_iterable((card.name, *card.phones) for card in cards))


def excesses(content: MessageContent, capabilities: PlatformCapabilities) -> list[str]:
    """Every limit that a part breaks."""
    limits = capabilities.limits
    match content:
        case TextContent(text=text):
            return over(limits, ("text", text, limits.text))
        case MediaContent(type=kind, media=media, caption=caption):
            heavy = (media.size or 0) > capabilities.media[kind].max_bytes
            return ["size"] * heavy + over(limits, ("caption", caption or "", limits.caption or 0))
        case ButtonsContent():
            return buttons_excesses(content, limits)
        case ListContent():
            return list_excesses(content, limits)
        case LocationContent() | ContactsContent():
            support = {"location": capabilities.location, "contacts": capabilities.contacts}
            return [] if support[content.type] is Support.NATIVE else [content.type]
    return [content.type]


def buttons_excesses(content: ButtonsContent, limits: Limits) -> list[str]:
    ids = [option.id for option in content.buttons if not option.url]
    return [
        *["buttons"] * (len(content.buttons) > limits.buttons),
        *["id"] * any(len(identifier.encode()) > limits.button_id_bytes for identifier in ids),
        *over(
            limits,
            ("text", content.text, limits.buttons_text or limits.text),
            ("footer", content.footer or "", limits.footer),
            *(("title", option.title, limits.button_title) for option in content.buttons),
        ),
    ]


def list_excesses(content: ListContent, limits: Limits) -> list[str]:
    rows = content.rows
    return [
        *["rows"] * (len(rows) > limits.list_rows),
        *["id"] * any(len(row.id.encode()) > limits.list_row_id_bytes for row in rows),
        *over(
            limits,
            ("text", content.text, limits.list_text or limits.text),
            ("footer", content.footer or "", limits.footer),
            ("label", content.button or "", limits.list_button),
            *(("heading", s.title or "", limits.list_row_title) for s in content.sections),
            *(("title", row.title, limits.list_row_title) for row in rows),
            *(("description", row.description or "", limits.list_row_description) for row in rows),
        ),
    ]


def over(limits: Limits, *texts: tuple[str, str, int]) -> list[str]:
    return [what for what, text, limit in texts if length(text, limits.text_unit) > limit]
