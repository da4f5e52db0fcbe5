"""Rich cards: a picture with words and buttons, one by itself or several side by side.

https://developers.google.com/business-communications/rcs-business-messaging/guides/learn/rich-cards
"""

from collections.abc import Sequence

from domain.content import CardContent
from domain.errors import ContentRejected
from platforms.rbm.checks import at_most, file_fits, within
from platforms.rbm.facts import (
    LIMITS,
    MAX_CARD_DESCRIPTION,
    MAX_CARD_SUGGESTIONS,
    MAX_CARD_TITLE,
    MAX_CAROUSEL,
    MEDIA,
    MIN_CAROUSEL,
)
from platforms.rbm.files import picture_kind, source
from platforms.rbm.suggestions import suggestions
from platforms.reading import Json


def card_message(content: CardContent) -> Json:
    """One card. More buttons than it holds stand under the message instead."""
    few = len(content.buttons) <= MAX_CARD_SUGGESTIONS
    card = {"cardOrientation": "VERTICAL", "cardContent": _card(content, with_buttons=few)}
    message: Json = {"richCard": {"standaloneCard": card}}
    if not few:
        message["suggestions"] = suggestions(content.buttons, LIMITS.buttons)
    return message


def carousel_message(cards: Sequence[CardContent]) -> Json:
    """Several cards, of which people see one and a half."""
    at_most(cards, MAX_CAROUSEL, "cards")
    if len(cards) < MIN_CAROUSEL:
        raise ContentRejected(f"a carousel has at least {MIN_CAROUSEL} cards")
    shown = [_card(card, with_buttons=True) for card in cards]
    return {"richCard": {"carouselCard": {"cardWidth": "MEDIUM", "cardContents": shown}}}


def _card(content: CardContent, *, with_buttons: bool) -> Json:
    card: Json = {"title": within(content.title, MAX_CARD_TITLE, "the title of a card")}
    if content.text and content.text.strip():
        card["description"] = within(content.text, MAX_CARD_DESCRIPTION, "the text of a card")
    if content.media is not None:
        kind = picture_kind(content.media)
        file_fits("a card's picture", MEDIA[kind], content.media)
        card["media"] = {"height": "MEDIUM", **source(content.media)}
    if content.buttons and with_buttons:
        card["suggestions"] = suggestions(content.buttons, MAX_CARD_SUGGESTIONS)
    return card
