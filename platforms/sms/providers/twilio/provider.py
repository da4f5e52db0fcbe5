"""Twilio as a provider."""

from platforms.base import WebhookResponse
from platforms.sms.provider import MediaHosts, Provider, one_or_many
from platforms.sms.providers.twilio import errors, health, inbound, outbound, signature

PROVIDER = Provider(
    recognises=inbound.recognises,
    items=one_or_many,
    read=inbound.read,
    verify=signature.verify,
    render=outbound.render,
    read_answer=errors.read_answer,
    # https://www.twilio.com/docs/messaging/api/media-resource sends on to its storage; older files are in a bucket.
    media=MediaHosts(
        trusted=("twilio.com",),
        storage=("twiliocdn.com", "s3-external-1.amazonaws.com/media.twiliocdn.com/"),
    ),
    check=health.check,
    # https://www.twilio.com/docs/messaging/twiml: anything in it would be sent to the contact.
    acknowledgement=WebhookResponse(body="<Response/>", content_type="text/xml"),
)
