"""Vonage as a provider."""

from platforms.sms.provider import MediaHosts, Provider, one_or_many
from platforms.sms.providers.vonage import answers, health, inbound, outbound, signature

PROVIDER = Provider(
    recognises=inbound.recognises,
    items=one_or_many,
    read=inbound.read,
    verify=signature.verify,
    render=outbound.render,
    read_answer=answers.read_answer,
    media=MediaHosts(trusted=("nexmo.com", "vonage.com")),
    check=health.check,
)
