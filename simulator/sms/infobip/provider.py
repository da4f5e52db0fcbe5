"""Infobip as a provider."""

from fastapi import APIRouter

from simulator.sms.infobip import account_api, api, webhooks
from simulator.sms.jsons import serialise
from simulator.sms.provider import Provider

_router = APIRouter()
_router.include_router(account_api.router)
_router.include_router(api.router)

PROVIDER = Provider(
    router=_router,
    said=webhooks.said,
    report=webhooks.report,
    serialise=serialise,
    proof=webhooks.proof,
)
