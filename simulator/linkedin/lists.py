"""What can be asked for: the changelog of a member, the notifications of a Page, names.

https://learn.microsoft.com/en-us/linkedin/dma/member-data-portability/shared/member-changelog-api
https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/organization-social-action-notifications
"""

import re
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from simulator.faults import Answer, answer_with
from simulator.linkedin.errors import LinkedInError, bad, denied, gone, refuse
from simulator.linkedin.requests import (
    acting,
    allowed,
    check_version,
    listing,
    number,
)
from simulator.linkedin.world import KEY, LinkedInWorld, milliseconds
from simulator.state import Sim, Simulation

MOST_CHANGES, MOST_NOTIFICATIONS = 50, 100
_ACTIONS = re.compile(r"^List\(([A-Z_]+(?:,[A-Z_]+)*)\)$")
_SPAN = re.compile(r"^\(start:(\d{1,15}),end:(\d{1,15})\)$")
_PERSON = re.compile(r"^\(id:([A-Za-z0-9_-]{1,64})\)$")

router = APIRouter(prefix="/linkedin/rest", include_in_schema=False)


async def _answered(simulation: Simulation, account: str, accept: Answer) -> Response:
    fault = simulation.faults.take(KEY, account, is_send=False)
    return await answer_with(fault, accept, refuse)


@router.get("/memberChangeLogs")
async def changes(request: Request, simulation: Sim) -> Response:
    accounts = allowed(simulation, request)
    check_version(request, accounts)
    if request.query_params.get("q") != "memberAndApplication":
        raise bad("Invalid query parameter: q")
    members = [one for one in accounts.items() if ":person:" in one[0] and one[1].portability]
    if not members:
        raise denied("memberChangeLogs.FINDER-memberAndApplication")
    since = number(request, "startTime", 0)
    if since > milliseconds():
        raise bad(f"Invalid query parameter: startTime={since}")
    member = members[0][0]
    kept = simulation.part(LinkedInWorld).changes[member]
    page = listing([one for one in kept if one["processedAt"] >= since], request, MOST_CHANGES)

    async def accept() -> Response:
        return JSONResponse(page)

    return await _answered(simulation, member, accept)


@router.get("/organizationalEntityNotifications")
async def notifications(request: Request, simulation: Sim) -> Response:
    accounts = allowed(simulation, request)
    check_version(request, accounts)
    asked = request.query_params
    if asked.get("q") != "criteria" or b"urn:" in request.scope["query_string"]:
        raise bad("Invalid query parameters: q, or a URN that is not encoded")
    page = asked.get("organizationalEntity", "")
    what = "organizationalEntityNotifications.FINDER-criteria"
    if not acting(accounts, page, what).portability:
        raise denied(what)
    found = listing(_chosen(simulation, page, request), request, MOST_NOTIFICATIONS)

    async def accept() -> Response:
        return JSONResponse(found)

    return await _answered(simulation, page, accept)


def _chosen(simulation: Simulation, page: str, request: Request) -> list[dict[str, Any]]:
    """Newest first. Raises `LinkedInError`."""
    actions = _ACTIONS.match(request.query_params.get("actions", ""))
    if actions is None:
        raise bad("Invalid query parameter: actions")
    wanted = actions[1].split(",")
    start, end = 0, milliseconds() + 1
    if "timeRange" in request.query_params:
        span = _SPAN.match(request.query_params["timeRange"])
        if span is None or int(span[1]) >= int(span[2]):
            raise bad("Invalid query parameter: timeRange")
        start, end = int(span[1]), int(span[2])
    kept = simulation.part(LinkedInWorld).notifications[page]
    return [
        one
        for one in reversed(kept)
        if one.get("action") in wanted and start <= one.get("lastModifiedAt", 0) < end
    ]


@router.get("/people/{key}")
async def person(key: str, request: Request, simulation: Sim) -> Response:
    accounts = allowed(simulation, request)
    check_version(request, accounts)
    account_id, account = next(iter(accounts.items()))
    found = _PERSON.match(key)
    if found is None:
        raise bad("Syntax exception in path variables")
    if not account.may_look_up:
        raise denied("people.GET")
    known = simulation.contacts.get(KEY, account_id, f"urn:li:person:{found[1]}")
    if known is None:
        raise gone("The member")
    first, _, last = known.name.partition(" ")
    body = {"id": found[1], "localizedFirstName": first, "localizedLastName": last}

    async def accept() -> Response:
        return JSONResponse(body)

    return await _answered(simulation, account_id, accept)


@router.api_route("/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
async def unknown(path: str) -> Response:
    said = f"No virtual resource found: /{path}"
    raise LinkedInError(404, said, "RESOURCE_NOT_FOUND", 0)
