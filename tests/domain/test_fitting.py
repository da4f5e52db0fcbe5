"""What becomes of each content on platforms that lack something, rung by rung."""

import pytest

from domain.content import (
    Button,
    ButtonsContent,
    CardContent,
    ChoiceContent,
    ContactCard,
    ContactsContent,
    FormContent,
    ListContent,
    ListRow,
    ListSection,
    LocationContent,
    MediaContent,
    MediaRef,
    MessageContent,
    OrderContent,
    TemplateContent,
    TextContent,
    UnsupportedContent,
)
from domain.errors import ContentRejected, MediaRejected
from domain.fitting import fit
from domain.menus import choices
from domain.platform import LengthUnit, Limits, MediaRule, Platform, PlatformCapabilities, Support

PLAIN = PlatformCapabilities(
    platform=Platform("plain"), display_name="Plain", limits=Limits(text=200)
)
RICH = PlatformCapabilities(
    platform=Platform("rich"),
    display_name="Rich",
    limits=Limits(
        text=200,
        caption=40,
        buttons=3,
        button_title=10,
        button_id_bytes=12,
        buttons_text=60,
        list_rows=5,
        list_row_title=12,
        list_row_description=30,
        list_row_id_bytes=12,
        list_button=8,
        list_text=80,
        footer=20,
    ),
    media={
        "image": MediaRule(mime_types=("image/png", "image/jpeg"), max_bytes=1000),
        "audio": MediaRule(mime_types=("audio/*",), max_bytes=1000),
        "document": MediaRule(mime_types=("*/*",), max_bytes=5000),
    },
    location=Support.NATIVE,
    contacts=Support.NATIVE,
    templates=Support.NATIVE,
)
NO_LIST = RICH.model_copy(update={"limits": RICH.limits.model_copy(update={"list_rows": 0})})
PICTURE = MediaRef(url="https://files.example/a.png", mime_type="image/png", size=900)


def buttons(*titles: str, text: str = "Pick one", footer: str | None = None) -> ButtonsContent:
    options = [Button(id=f"b{n}", title=title) for n, title in enumerate(titles, 1)]
    return ButtonsContent(text=text, buttons=options, footer=footer)


def listing(*titles: str, text: str = "Pick one") -> ListContent:
    rows = [ListRow(id=f"b{n}", title=title) for n, title in enumerate(titles, 1)]
    return ListContent(text=text, sections=[ListSection(rows=rows)])


def said(*parts: str) -> list[MessageContent]:
    return [TextContent(text=part) for part in parts]


# --- menus


def test_buttons_that_fit_stay_as_they_are() -> None:
    content = buttons("Yes", "No", footer="Thank you")
    assert fit(content, RICH) == [content]


def test_too_many_buttons_become_a_list() -> None:
    assert fit(buttons("A", "B", "C", "D"), RICH) == [listing("A", "B", "C", "D")]


def test_a_title_too_long_for_a_button_stands_whole_in_the_rows_description() -> None:
    assert fit(buttons("Yes", "Speak with a person"), RICH) == [
        ListContent(
            text="Pick one",
            sections=[
                ListSection(
                    rows=[
                        ListRow(id="b1", title="Yes"),
                        ListRow(id="b2", title="Speak with…", description="Speak with a person"),
                    ]
                )
            ],
        )
    ]


def test_more_options_than_any_menu_become_numbered_text() -> None:
    assert fit(buttons(*"ABCDEF"), RICH) == said("Pick one\n\n1. A\n2. B\n3. C\n4. D\n5. E\n6. F")


def test_a_title_that_not_even_a_description_holds_becomes_numbered_text() -> None:
    long = "A title that is longer than any description may be"
    assert fit(buttons("Yes", long), RICH) == said(f"Pick one\n\n1. Yes\n2. {long}")


def test_a_list_on_a_platform_with_buttons_only_becomes_buttons() -> None:
    assert fit(listing("A", "B"), NO_LIST) == [buttons("A", "B")]


def test_headings_and_descriptions_of_a_list_go_above_its_buttons() -> None:
    content = ListContent(
        text="Plans",
        sections=[
            ListSection(title="Monthly", rows=[ListRow(id="m", title="Basic", description="R$ 9")]),
            ListSection(title="Yearly", rows=[ListRow(id="y", title="Full")]),
        ],
    )
    shown = [Button(id="m", title="Basic"), Button(id="y", title="Full")]
    assert fit(content, NO_LIST) == [
        ButtonsContent(text="Plans\n\nMonthly\nBasic — R$ 9\nYearly\nFull", buttons=shown)
    ]
    assert fit(content, PLAIN) == said("Plans\n\nMonthly\n1. Basic — R$ 9\nYearly\n2. Full")


@pytest.mark.parametrize(
    "row",
    [
        ListRow(id="r", title="Yes", description="A description of more than thirty characters"),
        ListRow(id="r", title="Much too long for it", description="and so, with it, is this"),
    ],
)
def test_a_row_that_would_lose_words_makes_the_whole_list_text(row: ListRow) -> None:
    content = ListContent(text="Pick", sections=[ListSection(rows=[row] * 4)])
    [text] = fit(content, RICH)[-1:]
    assert isinstance(text, TextContent)
    assert f"4. {row.title} — {row.description}" in text.text


def test_a_heading_too_long_makes_the_list_buttons_or_text() -> None:
    rows = [ListRow(id="r", title="Yes")]
    content = ListContent(
        text="Pick", sections=[ListSection(title="A heading too long", rows=rows)]
    )
    assert fit(content, RICH) == [
        ButtonsContent(
            text="Pick\n\nA heading too long\nYes", buttons=[Button(id="r", title="Yes")]
        )
    ]


def test_the_label_that_opens_a_list_is_shortened() -> None:
    [content] = fit(listing("A").model_copy(update={"button": "See options"}), RICH)
    assert isinstance(content, ListContent)
    assert content.button == "See opt…"


def test_choices_stay_with_the_last_part_of_a_long_text() -> None:
    body = "First sentence of the text. " * 4 + "Do you agree?"
    *before, last = fit(buttons("Yes", "No", text=body), RICH)
    assert isinstance(last, ButtonsContent)
    assert len(last.text) <= 60
    assert last.text.endswith("Do you agree?")
    assert choices(last) == [
        ChoiceContent(id="b1", title="Yes"),
        ChoiceContent(id="b2", title="No"),
    ]
    words = [word for part in (*before, last) for word in part.model_dump()["text"].split()]
    assert words == body.split()


def test_numbers_stay_together_when_the_text_is_long() -> None:
    body = "word " * 38 + "end"
    parts = fit(buttons(*"ABCDEF", text=body), PLAIN)
    assert parts == said(body, "1. A\n2. B\n3. C\n4. D\n5. E\n6. F")


def test_a_menu_without_a_text_is_numbered_since_menus_need_one() -> None:
    assert fit(buttons("Yes", "No", text=" "), RICH) == said("1. Yes\n2. No")


@pytest.mark.parametrize(
    ("content", "limit"),
    [
        (ButtonsContent(text="x", buttons=[Button(id="x" * 13, title="A")]), "button id .* 12"),
        (ButtonsContent(text="x", buttons=[Button(id="ééééééé", title="A")]), "14 bytes"),
        (
            listing("A").model_copy(
                update={"sections": [ListSection(rows=[ListRow(id="x" * 13, title="A")])]}
            ),
            "list row id .* 12",
        ),
    ],
)
def test_an_id_is_never_cut_but_refused(content: MessageContent, limit: str) -> None:
    with pytest.raises(ContentRejected, match=limit):
        fit(content, RICH)
    assert isinstance(fit(content, PLAIN)[0], TextContent)  # numbers carry no ids


def test_an_option_without_a_title_is_refused() -> None:
    with pytest.raises(ContentRejected, match="no title"):
        fit(buttons("Yes", " "), RICH)


def test_a_footer_the_platform_lacks_is_appended() -> None:
    content = buttons("Yes", footer="A footer longer than twenty")
    [fitted] = fit(content, RICH)
    assert isinstance(fitted, ButtonsContent)
    assert (fitted.text, fitted.footer) == ("Pick one\n\nA footer longer than twenty", None)
    assert fit(buttons("Yes", footer="Bye"), PLAIN) == said("Pick one\n\n1. Yes\n\nBye")


SITE = Button(id="s", title="Site", url="https://shop.example")


def test_a_single_link_stays_a_button() -> None:
    content = ButtonsContent(text="Look", buttons=[SITE])
    assert fit(content, RICH) == [content]


def test_links_become_lines_where_there_are_no_buttons() -> None:
    content = ButtonsContent(text="Look", buttons=[SITE, Button(id="n", title="No")])
    assert fit(content, PLAIN) == said("Look\n\nSite: https://shop.example\n\n1. No")
    only = ButtonsContent(text="Look", buttons=[SITE])
    assert fit(only, PLAIN) == said("Look\n\nSite: https://shop.example")


def test_links_stay_beside_other_buttons_with_room_left_for_their_lines() -> None:
    options = [SITE, Button(id="n", title="No")]
    content = ButtonsContent(text="Look", buttons=options)
    assert fit(content, RICH) == [content]
    line = "\nSite: https://shop.example"
    *before, last = fit(ButtonsContent(text="word " * 11, buttons=options), RICH)
    assert isinstance(last, ButtonsContent)
    assert before
    assert len(last.text + line) <= 60


def test_links_whose_lines_would_crowd_out_the_text_become_lines() -> None:
    no = Button(id="n", title="No")
    far = Button(id="s", title="Site", url="https://shop.example/lamps/23")
    assert fit(ButtonsContent(text="Look", buttons=[far, no]), RICH) == [
        ButtonsContent(text="Look\n\nSite: https://shop.example/lamps/23", buttons=[no])
    ]


def test_choices_are_in_the_order_of_their_numbers() -> None:
    no = Button(id="n", title="No")
    assert choices(ButtonsContent(text="?", buttons=[SITE, no])) == [
        ChoiceContent(id="n", title="No")
    ]
    assert [choice.id for choice in choices(listing("A", "B"))] == ["b1", "b2"]
    assert choices(TextContent(text="hi")) == []


# --- files


def test_a_file_within_the_rule_stays() -> None:
    content = MediaContent(type="image", media=PICTURE, caption="Here")
    assert fit(content, RICH) == [content]


def test_a_caption_too_long_follows_as_text() -> None:
    caption = "A caption of more than forty characters, surely"
    assert fit(MediaContent(type="image", media=PICTURE, caption=caption), RICH) == [
        MediaContent(type="image", media=PICTURE),
        TextContent(text=caption),
    ]


def test_audio_has_no_caption_anywhere() -> None:
    note = MediaRef(id="1", mime_type="audio/ogg; codecs=opus")
    assert fit(MediaContent(type="audio", media=note, caption="Hear", voice=True), RICH) == [
        MediaContent(type="audio", media=note, voice=True),
        TextContent(text="Hear"),
    ]


@pytest.mark.parametrize(
    ("media", "words"),
    [
        (MediaRef(id="1", mime_type="image/tiff"), "image/tiff: taken are image/png, image/jpeg"),
        (MediaRef(id="1", mime_type="image/png", size=1001), "1001 bytes: the limit is 1000 bytes"),
    ],
)
def test_a_file_against_its_rule_is_refused_before_any_upload(media: MediaRef, words: str) -> None:
    with pytest.raises(MediaRejected, match=words):
        fit(MediaContent(type="image", media=media), RICH)


def test_a_kind_without_a_rule_goes_as_a_document() -> None:
    clip = MediaRef(key="k", mime_type="video/mp4", size=4000)
    assert fit(MediaContent(type="video", media=clip, caption="See"), RICH) == [
        MediaContent(type="document", media=clip, caption="See")
    ]


def test_a_sticker_goes_as_an_image_where_that_is_taken() -> None:
    [fitted] = fit(MediaContent(type="sticker", media=PICTURE), RICH)
    assert fitted.type == "image"
    [fitted] = fit(
        MediaContent(type="sticker", media=MediaRef(id="1", mime_type="image/webp")), RICH
    )
    assert fitted.type == "document"


def test_a_file_nobody_carries_goes_as_a_link() -> None:
    content = MediaContent(type="image", media=PICTURE, caption="Here")
    assert fit(content, PLAIN) == said("Here\nhttps://files.example/a.png")


@pytest.mark.parametrize(
    ("media", "capabilities", "error", "words"),
    [
        (MediaRef(key="k"), PLAIN, ContentRejected, "carries no video"),
        (MediaRef(), RICH, ContentRejected, "names no file"),
        (MediaRef(id="1", size=5001), RICH, MediaRejected, "limit is 5000 bytes"),
    ],
)
def test_a_file_that_can_go_in_no_form_is_refused(
    media: MediaRef, capabilities: PlatformCapabilities, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        fit(MediaContent(type="video", media=media), capabilities)


# --- the rest


OURS = MediaRef(key="0" * 64, mime_type="video/mp4", size=900)
LINK = "https://chat.example/media/x"


@pytest.mark.parametrize("url", [None, "https://inside.example/only-we-may"])
def test_a_file_of_ours_that_nobody_carries_goes_as_the_link_to_it(url: str | None) -> None:
    media = OURS.model_copy(update={"url": url})
    content = MediaContent(type="video", media=media, caption="Look")
    assert fit(content, PLAIN, LINK) == said(f"Look\n{LINK}")
    card = CardContent(title="Look", media=media)
    assert fit(card, PLAIN, LINK) == said(f"Look\n{LINK}")


def test_a_file_of_ours_that_is_carried_needs_no_link() -> None:
    content = MediaContent(type="image", media=OURS.model_copy(update={"mime_type": "image/png"}))
    assert fit(content, RICH, LINK) == [content]


def test_a_link_to_a_file_of_ours_stands_for_no_other_file() -> None:
    content = MediaContent(type="image", media=PICTURE)
    assert fit(content, PLAIN, LINK) == said(PICTURE.url or "")


def test_text_is_counted_in_the_platforms_unit() -> None:
    limits = Limits(text=20, text_unit=LengthUnit.BYTES)
    narrow = PLAIN.model_copy(update={"limits": limits})
    assert fit(TextContent(text="São três opções já"), narrow) == said("São três opções", "já")


def test_a_location_without_support_becomes_a_link_to_a_map() -> None:
    content = LocationContent(
        latitude=-23.55052, longitude=-46.0, name="Office", address="Rua A, 1"
    )
    assert fit(content, RICH) == [content]
    link = "https://www.google.com/maps/search/?api=1&query=-23.55052,-46"
    assert fit(content, PLAIN) == said(f"Office\nRua A, 1\n{link}")


def test_contacts_without_support_become_lines() -> None:
    cards = [
        ContactCard(name="Rosa", phones=["+551130000000"], emails=["rosa@shop.example"]),
        ContactCard(name="Davi", phones=["+551130000001"]),
    ]
    content = ContactsContent(contacts=cards)
    assert fit(content, RICH) == [content]
    assert fit(content, PLAIN) == said(
        "Rosa\n+551130000000\nrosa@shop.example\n\nDavi\n+551130000001"
    )


def test_a_template_goes_only_where_there_are_templates() -> None:
    content = TemplateContent(name="order_ready", language="pt_BR", body=["Rosa"])
    assert fit(content, RICH) == [content]
    with pytest.raises(ContentRejected, match="no templates"):
        fit(content, PLAIN)
    heavy = MediaContent(type="image", media=MediaRef(id="1", size=1001))
    with pytest.raises(MediaRejected, match="1000 bytes"):
        fit(content.model_copy(update={"header_media": heavy}), RICH)


def test_a_card_becomes_a_picture_and_a_menu() -> None:
    yes = Button(id="y", title="Buy")
    card = CardContent(title="Lamp", text="R$ 90", media=PICTURE, buttons=[yes])
    assert fit(card, RICH) == [
        MediaContent(type="image", media=PICTURE),
        ButtonsContent(text="Lamp\nR$ 90", buttons=[yes]),
    ]
    assert fit(card, PLAIN) == said("https://files.example/a.png", "Lamp\nR$ 90\n\n1. Buy")


def test_a_card_without_buttons_is_a_picture_with_its_words() -> None:
    assert fit(CardContent(title="Lamp", text="R$ 90", media=PICTURE), RICH) == [
        MediaContent(type="image", media=PICTURE, caption="Lamp\nR$ 90")
    ]
    assert fit(CardContent(title="Lamp"), RICH) == said("Lamp")


def test_a_cards_file_is_of_the_kind_its_type_says() -> None:
    manual = MediaRef(id="1", mime_type="application/pdf")
    [fitted] = fit(CardContent(title="Manual", media=manual), RICH)
    assert fitted == MediaContent(type="document", media=manual, caption="Manual")


@pytest.mark.parametrize(
    "content",
    [
        ChoiceContent(id="y", title="Yes"),
        FormContent(fields={"a": 1}),
        OrderContent(items=[{"product_id": "p"}]),
        UnsupportedContent(platform_type="poll"),
        TextContent(text=""),
        ContactsContent(contacts=[]),
        CardContent(title=" "),
    ],
    ids=lambda content: content.type,
)
def test_what_cannot_be_sent_is_refused(content: MessageContent) -> None:
    with pytest.raises(ContentRejected):
        fit(content, RICH)


@pytest.mark.parametrize(
    ("content", "fact"),
    [
        (LocationContent(latitude=1, longitude=2), "location"),
        (ContactsContent(contacts=[ContactCard(name="Rosa")]), "contacts"),
    ],
)
def test_what_a_platform_rules_out_is_refused(content: MessageContent, fact: str) -> None:
    with pytest.raises(ContentRejected, match=fact):
        fit(content, PLAIN.model_copy(update={fact: Support.NONE}))
