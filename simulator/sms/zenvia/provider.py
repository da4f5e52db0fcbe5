"""Zenvia as a provider."""

from simulator.sms.jsons import serialise
from simulator.sms.provider import Provider
from simulator.sms.zenvia import api, webhooks

PROVIDER = Provider(
    router=api.router,
    said=webhooks.said,
    report=webhooks.report,
    serialise=serialise,
    proof=webhooks.proof,
)
