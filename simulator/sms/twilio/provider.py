"""Twilio as a provider."""

from fastapi import APIRouter

from simulator.sms.provider import Provider
from simulator.sms.twilio import account_api, api, webhooks

_router = APIRouter()
for _part in (account_api.services, account_api.router, api.router):
    _router.include_router(_part)

PROVIDER = Provider(
    router=_router,
    said=webhooks.said,
    report=webhooks.report,
    serialise=webhooks.serialise,
    proof=webhooks.proof,
    tells_of_blocks=webhooks.tells_of_blocks,
)
