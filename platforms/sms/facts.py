"""What SMS carries, and MMS where a sender has it. Each value has its page beside it, read 2026-08."""

from datetime import timedelta

from domain.platform import (
    Idempotency,
    LengthUnit,
    Limits,
    MediaRule,
    Platform,
    PlatformCapabilities,
    Support,
)

DOCS = "https://www.twilio.com/docs/messaging"
MOST_JOINED = 10
"""Segments that phones make one message of, everywhere."""
MAX_SEGMENTS = 9
"""What every provider takes. Twilio takes 1,600 characters, Vonage 3,200, Infobip 25 segments, Sinch 2,000 characters,
and Zenvia 1,520: its segments are one shorter than the standard's, so that ten of the standard's may be too many.

https://www.twilio.com/docs/api/errors/21617
https://zenvia.github.io/zenvia-openapi-spec/
https://developer.vonage.com/en/api/messages
https://www.infobip.com/docs/sms/message-types
https://developers.sinch.com/docs/sms/api-reference/
"""

LIMITS = Limits(
    text=MAX_SEGMENTS,
    text_unit=LengthUnit.SEGMENTS,
    # Leaves as much for the link that stands for the file where there is no MMS.
    caption=MAX_SEGMENTS // 2,
)

MEGABYTE = 1000 * 1000
# https://www.twilio.com/docs/messaging/guides/accepted-mime-types: 5 MB with everything in it. Carriers take less of
# some kinds and make pictures smaller. https://developers.sinch.com/docs/mms/bestpractices
_MAX_BYTES = 5 * MEGABYTE

MEDIA: dict[str, MediaRule] = {
    "image": MediaRule(mime_types=("image/jpeg", "image/png", "image/gif"), max_bytes=_MAX_BYTES),
    "video": MediaRule(mime_types=("video/mp4", "video/3gpp", "video/mpeg"), max_bytes=_MAX_BYTES),
    "audio": MediaRule(
        mime_types=("audio/mpeg", "audio/mp4", "audio/ogg", "audio/amr", "audio/3gpp"),
        max_bytes=_MAX_BYTES,
    ),
    "document": MediaRule(
        mime_types=("application/pdf", "text/vcard", "text/x-vcard", "text/calendar", "text/plain"),
        max_bytes=_MAX_BYTES,
    ),
}

_BY_MMS = "by MMS where the sender has it, else as a link"

# The parameters of a message: a sender, a recipient, a text, links to files, and nothing a phone could press or show.
_MESSAGE = "https://www.twilio.com/docs/messaging/api/message-resource#request-body-parameters"
# A short message: an address and up to 140 octets.
_STANDARD = "https://www.3gpp.org/dynareport/23040.htm"

CAPABILITIES = PlatformCapabilities(
    platform=Platform("sms"),
    display_name="SMS",
    limits=LIMITS,
    media=MEDIA,
    location=Support.FALLBACK,
    contacts=Support.FALLBACK,
    templates=Support.NONE,
    # https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
    # https://www.infobip.com/docs/essentials/api-essentials/response-status-and-error-codes
    # https://developers.sinch.com/docs/sms/api-reference/sms/delivery-reports
    # https://developer.vonage.com/en/messaging/sms/guides/delivery-receipts
    # https://zenvia.github.io/zenvia-openapi-spec/
    receipts=frozenset({"sent", "delivered", "failed"}),
    # That a carrier has taken a message is reported without the phone (Twilio, Zenvia, Sinch, Infobip with
    # `intermediateReport`, Vonage's Messages API), in seconds unless the provider lets it wait in line: no provider
    # promises a time, and all of them say that nothing comes without a callback's address. Vonage's SMS API reports
    # first what the carrier does, and some carriers (Oi in Brazil) never report what the phone does.
    receipt_within=timedelta(minutes=15),
    # It depends on the provider, the kind of sender and the contract: see `SmsAccount.rates`.
    rates=(),
    typing=False,
    read_marks=False,
    reply_quotes=False,
    # Laws and carriers set hours for advertising; no provider closes a window.
    reply_window=None,
    # Our message id comes back with every receipt: `externalId`, `messageId`, `client_ref`, `client_reference`, or the
    # address that Twilio calls. Infobip alone also refuses a second message with the same one.
    idempotency=Idempotency.ECHO,
    # Vonage's SMS API can be set to call by GET. https://developer.vonage.com/en/messaging/sms/guides/inbound-sms
    webhook_methods=("POST", "GET"),
    absent={
        "location": _MESSAGE,
        "contacts": _MESSAGE,
        "buttons": _MESSAGE,
        "templates": _MESSAGE,
        "typing": _STANDARD,
        "read marks": _STANDARD,
        "quotes": _STANDARD,
    },
    # docs/platforms/sms.md: `mms` of the account
    conditions={"image": _BY_MMS, "video": _BY_MMS, "audio": _BY_MMS, "document": _BY_MMS},
    docs_url=DOCS,
)
