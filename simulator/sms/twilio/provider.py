"""Twilio as a provider."""

from simulator.sms.provider import Provider
from simulator.sms.twilio import api, webhooks

PROVIDER = Provider(
    router=api.router,
    said=webhooks.said,
    report=webhooks.report,
    serialise=webhooks.serialise,
    proof=webhooks.proof,
    tells_of_blocks=webhooks.tells_of_blocks,
)
