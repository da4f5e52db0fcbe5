"""Turns one content into the contents a platform can carry, by its facts alone; nothing a person reads is lost.

Menus go down their own ladder (`domain.menus`). Files go as what they are, as a document, as a link. What fits in no
form is refused here, before anything has been uploaded or sent.
"""

from collections.abc import Callable
from typing import Any

from domain.content import (
    ButtonsContent,
    CardContent,
    ContactCard,
    ContactsContent,
    ListContent,
    LocationContent,
    MediaContent,
    MediaRef,
    MessageContent,
    TemplateContent,
    TextContent,
)
from domain.errors import ContentRejected, MediaRejected
from domain.menus import fit_buttons, fit_list
from domain.platform import Limits, MediaRule, PlatformCapabilities, Support
from domain.text import fits, joined, texts

_STAND_INS = {"sticker": ("image", "document")}
"""Kinds that may carry a file whose own kind the platform lacks; every other kind: a document."""

_CAPTIONED = {"image", "video", "document"}
"""Kinds whose captions travel with the file. Audio and stickers have none on some platforms: theirs follow as text."""


def fit(
    content: MessageContent, capabilities: PlatformCapabilities, file_link: str | None = None
) -> list[MessageContent]:
    """The contents to send, in order, each within the platform's limits.

    `file_link` is where anybody can fetch the file of our own store that the content has: a platform that carries no
    such file gets the link. Raises `ContentRejected` for what the platform cannot carry in any form, `MediaRejected`
    for a file it would refuse.
    """
    fitter = _FITTERS.get(type(content))
    if fitter is None:
        raise ContentRejected(
            f"{content.type} is something contacts send; it cannot be sent to them"
        )
    return fitter(content, capabilities, file_link)


def _fit_text(content: TextContent, capabilities: PlatformCapabilities) -> list[MessageContent]:
    return texts(content.text, capabilities.limits)


def _fit_media(
    content: MediaContent, capabilities: PlatformCapabilities, file_link: str | None
) -> list[MessageContent]:
    caption = content.caption if content.caption and content.caption.strip() else None
    link = _link(content.media, file_link)
    carried = _carried(content, capabilities, link)
    limits = capabilities.limits
    if carried is None:
        return texts(joined((caption, link), "\n"), limits)
    if caption is None or _takes_caption(carried.type, caption, limits):
        return [carried.model_copy(update={"caption": caption})]
    return [carried.model_copy(update={"caption": None}), *texts(caption, limits)]


def _takes_caption(kind: str, caption: str, limits: Limits) -> bool:
    room = limits.caption if kind in _CAPTIONED else None
    return room is not None and fits(caption, room, limits.text_unit)


def _link(media: MediaRef, file_link: str | None) -> str | None:
    """Where the contact can open a file. Of one that we keep, its first address may be one that only we can open."""
    return (file_link if media.key else None) or media.url


def _carried(
    content: MediaContent, capabilities: PlatformCapabilities, link: str | None
) -> MediaContent | None:
    """The file as a kind that the platform takes; None when only its link can be sent."""
    media = content.media
    if not (media.id or media.url or media.key):
        raise ContentRejected(f"the {content.type} names no file")
    rule = capabilities.media.get(content.type)
    if rule is not None:
        if problem := _objection(content.type, media, rule):
            raise MediaRejected(problem)
        return content
    problems = [f"this channel carries no {content.type}"]
    for kind in _STAND_INS.get(content.type, ("document",)):
        if (stand_in := capabilities.media.get(kind)) is None:
            continue
        if (problem := _objection(kind, media, stand_in)) is None:
            return content.model_copy(update={"type": kind, "voice": False})
        problems.append(problem)
    if link:
        return None
    refusal = MediaRejected if len(problems) > 1 else ContentRejected
    raise refusal("; ".join(problems))


def _objection(kind: str, media: MediaRef, rule: MediaRule) -> str | None:
    """Why the platform would refuse this file, as far as its type and size are known."""
    if media.mime_type and not any(_matches(media.mime_type, taken) for taken in rule.mime_types):
        return f"{kind} of type {media.mime_type}: taken are {', '.join(rule.mime_types)}"
    if media.size is not None and media.size > rule.max_bytes:
        return f"{kind} of {media.size} bytes: the limit is {rule.max_bytes} bytes"
    return None


def _matches(mime_type: str, taken: str) -> bool:
    """Parameters do not count: `audio/ogg; codecs=opus` is an `audio/ogg`."""
    bare, pattern = (value.partition(";")[0].strip().lower() for value in (mime_type, taken))
    if pattern == "*/*":
        return True
    return bare.startswith(pattern[:-1]) if pattern.endswith("/*") else bare == pattern


def _fit_location(
    content: LocationContent, capabilities: PlatformCapabilities
) -> list[MessageContent]:
    if _offered("a location", capabilities.location):
        return [content]
    # https://developers.google.com/maps/documentation/urls/get-started: opens without an app or an account.
    point = f"{_degrees(content.latitude)},{_degrees(content.longitude)}"
    link = f"https://www.google.com/maps/search/?api=1&query={point}"
    return texts(joined((content.name, content.address, link), "\n"), capabilities.limits)


def _degrees(value: float) -> str:
    """Six decimals, a tenth of a metre, without trailing zeros."""
    return f"{value + 0.0:.6f}".rstrip("0").rstrip(".")


def _fit_contacts(
    content: ContactsContent, capabilities: PlatformCapabilities
) -> list[MessageContent]:
    if not content.contacts:
        raise ContentRejected("there are no contacts to share")
    if _offered("contacts", capabilities.contacts):
        return [content]
    return texts(joined(map(_card_lines, content.contacts), "\n\n"), capabilities.limits)


def _card_lines(card: ContactCard) -> str:
    return joined((card.name, *card.phones, *card.emails), "\n")


def _offered(what: str, support: Support) -> bool:
    """Whether the platform carries this itself; raises when it is not to be sent there at all."""
    if support is Support.NONE:
        raise ContentRejected(f"this channel cannot carry {what}")
    return support is Support.NATIVE


def _fit_template(
    content: TemplateContent, capabilities: PlatformCapabilities
) -> list[MessageContent]:
    if capabilities.templates is not Support.NATIVE:  # its wording is the platform's, not ours
        raise ContentRejected("this channel has no templates")
    header = content.header_media
    rule = capabilities.media.get(header.type) if header else None
    if header and rule and (problem := _objection(header.type, header.media, rule)):
        raise MediaRejected(problem)
    return [content]


def _fit_card(
    content: CardContent, capabilities: PlatformCapabilities, file_link: str | None
) -> list[MessageContent]:
    """A picture, then its words with the buttons; without buttons, the words are the picture's caption."""
    text = joined((content.title, content.text), "\n")
    if content.media is None and not content.buttons:
        return texts(text, capabilities.limits)
    picture = content.media and MediaContent(type=_kind(content.media), media=content.media)
    if picture and not content.buttons:
        return _fit_media(picture.model_copy(update={"caption": text}), capabilities, file_link)
    menu = fit_buttons(ButtonsContent(text=text, buttons=content.buttons), capabilities.limits)
    return [*(_fit_media(picture, capabilities, file_link) if picture else []), *menu]


def _kind(media: MediaRef) -> Any:
    """The media kind of a card's file: what its type says, else a picture."""
    family = (media.mime_type or "image/").partition("/")[0].lower()
    return family if family in {"image", "video", "audio"} else "document"


_Fitter = Callable[[Any, PlatformCapabilities, str | None], list[MessageContent]]


def _without_file(
    fitter: Callable[[Any, PlatformCapabilities], list[MessageContent]],
) -> _Fitter:
    return lambda content, capabilities, _: fitter(content, capabilities)


_FITTERS: dict[type, _Fitter] = {
    TextContent: _without_file(_fit_text),
    MediaContent: _fit_media,
    LocationContent: _without_file(_fit_location),
    ContactsContent: _without_file(_fit_contacts),
    TemplateContent: _without_file(_fit_template),
    ButtonsContent: _without_file(lambda content, facts: fit_buttons(content, facts.limits)),
    ListContent: _without_file(lambda content, facts: fit_list(content, facts.limits)),
    CardContent: _fit_card,
}
