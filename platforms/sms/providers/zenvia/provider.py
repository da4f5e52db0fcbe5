"""Zenvia as a provider."""

from platforms.sms.provider import MediaHosts, Provider, one_or_many
from platforms.sms.providers.zenvia import errors, health, inbound, outbound

PROVIDER = Provider(
    recognises=inbound.recognises,
    items=one_or_many,
    read=inbound.read,
    verify=inbound.verify,
    render=outbound.render,
    read_answer=errors.read_answer,
    media=MediaHosts(trusted=("zenvia.com",)),
    check=health.check,
)
