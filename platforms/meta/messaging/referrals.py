"""What led a contact here: an ad, a link, a code, a product.

https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/messaging-referrals
https://developers.facebook.com/documentation/business-messaging/instagram-messaging/features/ig-me-links
"""

from typing import Any

from domain.events import Referral
from platforms.meta.reading import as_text
from platforms.reading import as_object

_SOURCES = {
    "ADS": "ad",
    "AD": "ad",
    "SHORTLINK": "link",
    "SHORTLINKS": "link",
    "IGME-SOURCE-LINK": "link",
    "MESSENGER_CODE": "code",
    "CUSTOMER_CHAT_PLUGIN": "plugin",
    "DISCOVER_TAB": "discover",
}
"""The spelling of links has varied; a source that is not listed keeps its own name."""


def read_referral(raw: Any) -> Referral | None:
    """The referral object of a message, a postback or an event of its own; None when it says nothing."""
    fields = as_object(raw)
    product = as_text(as_object(fields.get("product")).get("id"))
    if product:
        return Referral(source="product", id=product, ref=as_text(fields.get("ref")))
    spelled, ad, ref = (as_text(fields.get(key)) for key in ("source", "ad_id", "ref"))
    if not (spelled or ad or ref):
        return None
    context = ad_context(raw)
    pages = (fields.get("referer_uri"), context.get("video_url"), context.get("photo_url"))
    return Referral(
        source=_source(spelled, is_ad=ad is not None),
        id=ad,
        ref=ref,
        url=next((page for page in map(as_text, pages) if page), None),
        title=as_text(context.get("ad_title")),
    )


def _source(spelled: str | None, *, is_ad: bool) -> str:
    if spelled is None:
        return "ad" if is_ad else "link"
    return _SOURCES.get(spelled.upper(), spelled.lower())


def ad_context(raw: Any) -> dict[str, Any]:
    """What the ad showed: its title, picture, post, product and flow."""
    return as_object(as_object(raw).get("ads_context_data"))
