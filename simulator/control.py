"""The control API: registers accounts, plays customers, arms faults, reads the ledger."""

import re
import secrets
from http import HTTPStatus
from typing import Annotated, Any

import httpx
from fastapi import APIRouter, Body, HTTPException, Query
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from simulator import customers
from simulator.deliver import TooManyPending
from simulator.platform import Outgoing, SimulatedPlatform
from simulator.registry import SIMULATED
from simulator.schemas import (
    ContactChange,
    DeliveryCounts,
    Entry,
    Fault,
    GraphAccount,
    PlatformKey,
    Post,
    Posted,
    ReceiptPolicy,
    Say,
    SimulatedAccount,
    Verified,
)
from simulator.state import Sim, Simulation

router = APIRouter(prefix="/control")

MAX_WAIT = 60


@router.put("/accounts/{platform}/{account_id}")
async def put_account(
    platform: PlatformKey,
    account_id: str,
    account: Annotated[dict[str, Any], Body()],
    simulation: Sim,
) -> dict[str, str]:
    """Register an account, or change it. What it holds depends on the platform."""
    played = _played(platform)
    if not re.fullmatch(played.account_id, account_id):
        raise HTTPException(
            HTTPStatus.UNPROCESSABLE_ENTITY, f"{account_id!r} is no {platform} account id"
        )
    try:
        known = played.account_model.model_validate(account)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False)
        raise RequestValidationError(problems) from None
    simulation.accounts.put(platform, account_id, known)
    return {"status": "ok"}


@router.post("/accounts/{platform}/{account_id}/verify")
async def verify(platform: PlatformKey, account_id: str, simulation: Sim) -> Verified:
    """The check that Meta makes of a webhook URL when it is saved."""
    _require(simulation, platform, account_id)
    account = simulation.accounts.find(platform, account_id, GraphAccount)
    if account is None:
        raise HTTPException(HTTPStatus.NOT_FOUND, f"{platform} makes no such check")
    challenge = str(secrets.randbelow(10**10))
    question = {
        "hub.mode": "subscribe",
        "hub.verify_token": account.verify_token,
        "hub.challenge": challenge,
    }
    try:
        answer = await simulation.client.get(account.webhook_url, params=question)
    except (httpx.HTTPError, httpx.InvalidURL):
        return Verified(verified=False)
    good = answer.status_code == HTTPStatus.OK and answer.text == challenge
    return Verified(verified=good, status=answer.status_code)


@router.get("/ledger")
async def ledger(
    simulation: Sim,
    platform: PlatformKey | None = None,
    account: str | None = None,
    to: str | None = None,
    after: Annotated[int, Query(ge=0)] = 0,
    wait: Annotated[float, Query(ge=0, le=MAX_WAIT)] = 0,
) -> list[Entry]:
    """Accepted sends after that number; waits up to `wait` seconds for the first."""
    address = to.lstrip("+ ") if to is not None else None
    return await simulation.ledger.wait(
        wait, platform=platform, account=account, to=address, after=after
    )


@router.get("/ledger/last")
async def last(simulation: Sim) -> dict[str, int]:
    """The number of the newest entry ever; 0 when there was none."""
    return {"seq": simulation.ledger.last_seq}


@router.post("/faults", status_code=HTTPStatus.CREATED)
async def arm(fault: Fault, simulation: Sim) -> dict[str, str]:
    try:
        simulation.faults.arm(fault)
    except ValueError as error:
        raise HTTPException(HTTPStatus.CONFLICT, str(error)) from None
    return {"status": "armed"}


@router.delete("/faults")
async def disarm(simulation: Sim) -> dict[str, str]:
    simulation.faults.clear()
    return {"status": "ok"}


@router.put("/receipts")
async def receipts(policy: ReceiptPolicy, simulation: Sim) -> dict[str, str]:
    """Holds for sends that are accepted from now on."""
    simulation.receipts[policy.platform] = policy
    return {"status": "ok"}


@router.post("/say")
async def say(order: Say, simulation: Sim) -> Posted:
    _require(simulation, order.platform, order.account)
    try:
        outgoing = customers.say(simulation, order)
    except ValueError as error:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
    return await _deliver(simulation, outgoing, wait=order.wait, attempts=order.attempts)


@router.post("/post")
async def post(order: Post, simulation: Sim) -> Posted:
    _require(simulation, order.platform, order.account)
    outgoing = customers.post(simulation, order)
    return await _deliver(simulation, outgoing, wait=order.wait, attempts=order.attempts)


@router.put("/contacts")
async def change_contact(order: ContactChange, simulation: Sim) -> Posted:
    """Block, unblock, or make a customer silent for a while."""
    _require(simulation, order.platform, order.account)
    try:
        outgoing = customers.change(simulation, order)
    except ValueError as error:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
    return await _deliver(simulation, outgoing, wait=False, attempts=None)


@router.get("/deliveries")
async def deliveries(simulation: Sim) -> DeliveryCounts:
    return simulation.deliveries.counts()


@router.post("/reset")
async def reset(simulation: Sim) -> dict[str, str]:
    simulation.reset()
    return {"status": "ok"}


def _played(platform: str) -> SimulatedPlatform:
    if platform not in SIMULATED:
        known = ", ".join(sorted(SIMULATED))
        raise HTTPException(HTTPStatus.NOT_FOUND, f"{platform!r} is not played; known are {known}")
    return SIMULATED[platform]


def _require(simulation: Simulation, platform: str, account: str) -> None:
    _played(platform)
    if simulation.accounts.find(platform, account, SimulatedAccount) is None:
        raise HTTPException(
            HTTPStatus.NOT_FOUND, f"no {platform} account {account!r} is registered"
        )


async def _deliver(
    simulation: Simulation, outgoing: Outgoing, *, wait: bool, attempts: int | None
) -> Posted:
    named = {"external_id": outgoing.external_id, "contact": outgoing.contact}
    about = Posted(accepted=outgoing.told, error=outgoing.reason).model_copy(update=named)
    if outgoing.webhook is None:
        return about
    try:
        task = simulation.deliveries.start(outgoing.webhook, attempts)
    except TooManyPending:
        raise HTTPException(
            HTTPStatus.SERVICE_UNAVAILABLE, "too many webhooks are pending"
        ) from None
    if not wait:
        return about
    return (await task).model_copy(update=named)
