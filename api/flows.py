"""Flows: what exists, and deploying a definition."""

from http import HTTPStatus
from typing import Any

from fastapi import APIRouter
from pydantic import Field

from api.bodies import Body
from api.dependencies import By, ByAdministrator, UseApi
from api.errors import Problem
from domain.value import Value
from flows.diagnostics import Diagnostic
from flows.model import content_hash
from flows.validate import validate
from storage.flows import Flow

router = APIRouter(prefix="/api/v1/flows", tags=["flows"])


class FlowBody(Body):
    """A definition to deploy. The same one twice is one version."""

    slug: str = Field(pattern=r"^[a-z][a-z0-9-]{0,63}$", examples=["welcome"])
    definition: dict[str, Any]


class Deployed(Value):
    """A flow after a deployment, with what the check had to say."""

    flow: Flow
    diagnostics: list[Diagnostic]


@router.get("")
async def list_flows(use: UseApi, by: By) -> list[Flow]:
    return await use.services.flows.of_tenant(by.tenant_id)


@router.post("", status_code=HTTPStatus.CREATED)
async def deploy(body: FlowBody, use: UseApi, by: ByAdministrator) -> Deployed:
    """New runs start with this version; running ones keep theirs."""
    report = validate(body.definition)
    if report.definition is None or any(one.severity == "error" for one in report.diagnostics):
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "invalid_flow",
            "This definition has errors.",
            diagnostics=[one.model_dump(mode="json") for one in report.diagnostics],
        )
    flow = await use.services.flows.deploy(
        by.tenant_id,
        body.slug,
        report.definition.model_dump(mode="json", by_alias=True, exclude_none=True),
        content_hash(report.definition),
        by.user_id,
    )
    return Deployed(flow=flow, diagnostics=report.diagnostics)
