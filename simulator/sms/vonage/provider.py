"""Vonage as a provider: an account's `api` says which of the two brings what customers write."""

from typing import Any

from fastapi import APIRouter

from simulator.sms import jsons
from simulator.sms.accounts import VonageAccount
from simulator.sms.provider import Json, Posting, Provider, Report, Said
from simulator.sms.vonage import account_api, messages_api, messages_webhooks, sms_api, sms_webhooks

_router = APIRouter()
_router.include_router(account_api.router)
_router.include_router(messages_api.router)
_router.include_router(sms_api.router)


def _said(about: Said) -> tuple[Json, str]:
    if about.account.api == "messages":
        return messages_webhooks.said(about)
    return sms_webhooks.said(about)


def _report(about: Report) -> Posting | None:
    if "message_type" in about.entry.request:
        return messages_webhooks.report(about)
    return sms_webhooks.report(about)


def _serialise(account: VonageAccount, body: Any) -> bytes:
    """The bodies of the SMS API are signed in themselves; a string goes out as it is."""
    if isinstance(body, dict) and "messageId" in body:
        return sms_webhooks.serialise(account, body)
    return jsons.serialise(account, body)


def _proof(account: VonageAccount, url: str, body: bytes) -> dict[str, str]:
    del url
    if b"messageId" in body:
        return sms_webhooks.headers(account)
    return messages_webhooks.proof(account, body)


PROVIDER = Provider(router=_router, said=_said, report=_report, serialise=_serialise, proof=_proof)
