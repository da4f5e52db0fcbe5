"""Infobip as a provider."""

from simulator.sms.infobip import api, webhooks
from simulator.sms.jsons import serialise
from simulator.sms.provider import Provider

PROVIDER = Provider(
    router=api.router,
    said=webhooks.said,
    report=webhooks.report,
    serialise=serialise,
    proof=webhooks.proof,
)
