"""Infobip as a provider."""

from platforms.sms.provider import MediaHosts, Provider
from platforms.sms.providers.infobip import errors, health, inbound, lookup, outbound

PROVIDER = Provider(
    recognises=inbound.recognises,
    items=inbound.items,
    read=inbound.read,
    verify=inbound.verify,
    render=outbound.render,
    read_answer=errors.read_answer,
    media=MediaHosts(trusted=("infobip.com",)),
    check=health.check,
    find_sent=lookup.find_sent,
)
