"""Reading flow definitions."""

from typing import Any
from uuid import UUID

from temporalio import activity

from activities.failures import translated
from domain.errors import NotPossible
from domain.value import Value
from storage.flows import FlowStore


class DefinitionRequest(Value):
    """A version whose definition is too large to travel in histories twice."""

    tenant_id: UUID
    version_id: UUID


class FlowActivities:
    """What is read of flows."""

    def __init__(self, flows: FlowStore) -> None:
        self._flows = flows

    @activity.defn
    async def load_definition(self, request: DefinitionRequest) -> dict[str, Any]:
        """The definition of an immutable version."""
        with translated():
            version = await self._flows.version(request.tenant_id, request.version_id)
            if version is None:
                raise NotPossible("this flow version does not exist")
            return version.definition
