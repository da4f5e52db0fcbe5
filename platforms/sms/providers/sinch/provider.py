"""Sinch as a provider."""

from platforms.sms.provider import MediaHosts, Provider, one_or_many
from platforms.sms.providers.sinch import errors, health, inbound, lookup, outbound, signature

PROVIDER = Provider(
    recognises=inbound.recognises,
    items=one_or_many,
    read=inbound.read,
    verify=signature.verify,
    render=outbound.render,
    read_answer=errors.read_answer,
    media=MediaHosts(trusted=("sinch.com",)),
    check=health.check,
    find_sent=lookup.find_sent,
)
